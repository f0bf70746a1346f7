/** `homeport import bind`. */
import type { Command, CommandCall, ExitCode } from "#contracts/command.ts";

export const importBindCommand: Command = {
  words: ["import", "bind"],
  summary: "make a site of a BIND folder",
  help: `Reads named.conf in FOLDER and all that it includes, and writes site.yaml, the zone files, the
keys and import-report.txt, which tells of each statement what became of it: all of it, or nothing.

  homeport import bind /etc/bind --out site
  homeport import bind backup/bind --root /etc/bind --out site
  homeport import bind pasted --lenient --json

The exit code is 0 when all zones came over, 3 when something had to be left out or a zone file has
errors, and 1 when nothing was written.`,
  arguments: [
    {
      name: "folder",
      summary: "folder that holds named.conf, or that file",
      required: true,
      complete: "folder",
    },
  ],
  options: [
    { name: "root", value: "PATH", summary: "what the folder is called in the config, such as /etc/bind" },
    { name: "out", value: "FOLDER", summary: "where to write (default: here)", complete: "folder" },
    { name: "lenient", summary: "repair text that was copied from a web page" },
    { name: "view", value: "NAME", summary: "which view to take (default: the first)" },
    { name: "site-name", value: "NAME", summary: "name of the site (default: that of the folder)" },
    { name: "force", summary: "replace files that are there" },
  ],
  run,
};

async function run(call: CommandCall): Promise<ExitCode> {
  const { importBind } = await import("./import-bind.ts");
  const { formatReport } = await import("./report.ts");
  const { optionText, printOutcome } = await import("#platform/import/print-outcome.ts");
  const out = optionText(call, "out") ?? ".";
  const result = await importBind({
    from: String(call.arguments["folder"]),
    root: optionText(call, "root"),
    out,
    lenient: call.options["lenient"] === true,
    view: optionText(call, "view"),
    siteName: optionText(call, "site-name"),
    force: call.options["force"] === true,
  });
  const next = (site: string): string => `homeport check --site ${site}, then homeport start --site ${site}`;
  return printOutcome(call, result, { format: formatReport, out, next });
}
