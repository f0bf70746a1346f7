/** Runs an import of a config and prints what came of it. */
import type { CommandCall, ExitCode } from "#contracts/command.ts";
import { optionText, printOutcome } from "#platform/import/print-outcome.ts";
import { type ConfigSource, importConfig } from "./import-config.ts";
import { formatReport } from "./report.ts";

export async function runConfigImport(call: CommandCall, source: ConfigSource): Promise<ExitCode> {
  const out = optionText(call, "out") ?? ".";
  const result = await importConfig(source, {
    from: String(call.arguments["config"]),
    out,
    root: optionText(call, "root"),
    interfaces: optionText(call, "interface"),
    siteName: optionText(call, "site-name"),
    force: call.options["force"] === true,
  });
  const next = (site: string): string => `homeport check --site ${site}`;
  return printOutcome(call, result, { format: formatReport, out, next });
}
