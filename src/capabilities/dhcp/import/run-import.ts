/** Runs an import of a config and prints what came of it. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { formatProblem } from "#contracts/configuration.ts";
import { type ConfigSource, importConfig } from "./import-config.ts";
import { formatReport } from "./report.ts";

export async function runConfigImport(call: CommandCall, source: ConfigSource): Promise<ExitCode> {
  const out = text(call, "out") ?? ".";
  const result = await importConfig(source, {
    from: String(call.arguments["config"]),
    out,
    root: text(call, "root"),
    interfaces: text(call, "interface"),
    siteName: text(call, "site-name"),
    force: call.options["force"] === true,
  });
  const { terminal } = call;
  if (call.json) {
    terminal.print(JSON.stringify(result, undefined, 2));
  } else if (result.done) {
    terminal.print(formatReport(result.report));
    const site = /^[\w./-]+$/.test(out) ? `${out.replace(/\/$/, "")}/site.yaml` : "site.yaml";
    terminal.print(`Next: homeport check --site ${site}`);
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
