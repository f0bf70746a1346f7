/** `homeport import bind`. */
import { type Command, type CommandCall, ExitCode } from "#contracts/command.ts";
import { formatProblem } from "#contracts/configuration.ts";

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
  const result = await importBind({
    from: String(call.arguments["folder"]),
    root: text(call, "root"),
    out: text(call, "out") ?? ".",
    lenient: call.options["lenient"] === true,
    view: text(call, "view"),
    siteName: text(call, "site-name"),
    force: call.options["force"] === true,
  });
  const { terminal } = call;
  if (call.json) {
    terminal.print(JSON.stringify(result, undefined, 2));
  } else if (result.done) {
    terminal.print(formatReport(result.report));
    terminal.print(nextSteps(text(call, "out") ?? "."));
  } else {
    for (const problem of result.problems) terminal.printError(formatProblem(problem));
    terminal.printError("Nothing was written.");
  }
  if (!result.done) return ExitCode.failed;
  return result.complete ? ExitCode.ok : ExitCode.problems;
}

function text(call: CommandCall, option: string): string | undefined {
  const value = call.options[option];
  return typeof value === "string" ? value : undefined;
}

function nextSteps(out: string): string {
  const site = /^[\w./-]+$/.test(out) ? `${out.replace(/\/$/, "")}/site.yaml` : "site.yaml";
  return `Next: homeport check --site ${site}, then homeport start --site ${site}`;
}
