/** What an import tells the operator at its end, and its exit code. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { type ConfigProblem, formatProblem } from "#contracts/configuration.ts";

export type ImportResult<Report> =
  /** `complete`: nothing was left out. */
  | { readonly done: true; readonly complete: boolean; readonly report: Report }
  | { readonly done: false; readonly problems: readonly ConfigProblem[] };

export interface ImportWords<Report> {
  readonly format: (report: Report) => string;
  /** Folder that was written to. */
  readonly out: string;
  /** What to do next with the site file, by its path. */
  readonly next: (site: string) => string;
}

export function printOutcome<Report>(
  { json, terminal }: Pick<CommandCall, "json" | "terminal">,
  result: ImportResult<Report>,
  { format, out, next }: ImportWords<Report>,
): ExitCode {
  if (json) {
    terminal.print(JSON.stringify(result, undefined, 2));
  } else if (result.done) {
    terminal.print(format(result.report));
    const site = /^[\w./-]+$/.test(out) ? `${out.replace(/\/$/, "")}/site.yaml` : "site.yaml";
    terminal.print(`Next: ${next(site)}`);
  } else {
    for (const problem of result.problems) terminal.printError(formatProblem(problem));
    terminal.printError("Nothing was written.");
  }
  if (!result.done) return ExitCode.failed;
  return result.complete ? ExitCode.ok : ExitCode.problems;
}

/** The value of an option that has one. */
export function optionText(call: Pick<CommandCall, "options">, option: string): string | undefined {
  const value = call.options[option];
  return typeof value === "string" ? value : undefined;
}
