/** Runs an import of a config and prints what came of it. */
import { join } from "node:path";
import type { CommandCall, ExitCode } from "#contracts/command.ts";
import { optionText, printOutcome } from "#platform/import/print-outcome.ts";
import { historyFileName } from "./history/history-file.ts";
import { type ConfigSource, importConfig } from "./import-config.ts";
import { formatReport } from "./report.ts";

export async function runConfigImport(call: CommandCall, source: ConfigSource): Promise<ExitCode> {
  const out = optionText(call, "out") ?? ".";
  const result = await importConfig(source, {
    from: String(call.arguments["config"]),
    out,
    root: optionText(call, "root"),
    siteName: optionText(call, "site-name"),
    force: call.options["force"] === true,
    provider: optionText(call, "provider"),
    cache: optionText(call, "cache"),
  });
  const hasHistory = result.done && result.report.written.includes(historyFileName);
  const next = (site: string): string => {
    const history = join(site, "..", historyFileName);
    const then = hasHistory ? `; when it runs: homeport import address-history ${history}` : "";
    return `homeport check --site ${site}${then}`;
  };
  return printOutcome(call, result, { format: formatReport, out, next });
}
