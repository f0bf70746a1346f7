/** What the program answers about an edit of a zone, and how people are told. */
import { userInfo } from "node:os";
import { type CommandCall, ExitCode, type Terminal } from "#contracts/command.ts";
import { type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import { isYes } from "#platform/terminal/consent.ts";
import { printDifferenceLines } from "#platform/terminal/difference.ts";

export interface ShownDifference {
  /** Records. */
  readonly removed: number;
  readonly added: number;
  readonly diff: readonly string[];
  /** Lines that were too many. */
  readonly left: number;
}

export interface ShownOutcome extends ShownDifference {
  readonly serial: number;
  readonly problems: readonly ConfigProblem[];
  readonly conflicts: readonly { readonly outcome: string; readonly text: string }[];
  readonly conflictsLeft: number;
}

export function zonePath(zone: string, what: string): string {
  return `/api/dns/zones/${encodeURIComponent(zone)}/${what}`;
}

/** The person at the terminal, for the history of the zone. */
export function operatorName(environment: NodeJS.ProcessEnv = process.env): string {
  const name = environment["SUDO_USER"] ?? userInfo().username;
  return /^[\x21-\x7e]{1,64}$/.test(name) ? name : "operator";
}

/** Nothing of the zone would be another. */
export function isEmpty({ removed, added, diff }: ShownDifference): boolean {
  return removed + added + diff.length === 0;
}

export function hasErrors({ problems }: Pick<ShownOutcome, "problems">): boolean {
  return problems.some(({ severity }) => severity === "error");
}

export function printDifference(terminal: Terminal, { diff, left }: ShownDifference): void {
  printDifferenceLines(terminal, diff);
  if (left > 0) terminal.print(`and ${several(left, "line")} more`);
}

/** `file`: how the text is called whose problems these are. */
export function printFindings(terminal: Terminal, outcome: ShownOutcome, file: string): void {
  for (const problem of outcome.problems) terminal.printError(formatProblem({ ...problem, file }));
  for (const { text } of outcome.conflicts) terminal.printError(`conflict: ${text}`);
  if (outcome.conflictsLeft > 0)
    terminal.printError(`and ${several(outcome.conflictsLeft, "conflict")} more`);
}

export function summaryOf({ removed, added }: ShownDifference): string {
  return `${several(removed, "record")} removed, ${several(added, "record")} added`;
}

/** Mistakes, or parts that were not taken. */
export function exitOf(outcome: ShownOutcome): ExitCode {
  const isLeftOut = outcome.conflicts.some((conflict) => conflict.outcome === "kept");
  return hasErrors(outcome) || isLeftOut ? ExitCode.problems : ExitCode.ok;
}

export interface Proposal {
  /** Asks the program; with `dryRun` only for what would be. */
  readonly submit: (dryRun: boolean) => Promise<ShownOutcome>;
  readonly question: string;
  /** What to say when there is nothing to do, and when it is done. */
  readonly nothingToDo: string;
  readonly done: (outcome: ShownOutcome) => string;
  /** How problems call what was sent. */
  readonly file: string;
}

/** Shows what would be and asks, where there is somebody to ask; else does it at once. */
export async function propose(call: CommandCall, proposal: Proposal): Promise<ExitCode> {
  const { terminal, options, json } = call;
  const { submit, question, nothingToDo, done, file } = proposal;
  const ask = json || options["yes"] === true ? undefined : terminal.ask;
  const dryRun = options["dry-run"] === true;
  const first = await submit(dryRun || ask !== undefined);
  if (json) {
    terminal.print(JSON.stringify({ ...first, dryRun }, undefined, 2));
    return exitOf(first);
  }
  printFindings(terminal, first, file);
  if (hasErrors(first)) return ExitCode.problems;
  printDifference(terminal, first);
  if (isEmpty(first)) {
    // A file without news is still the one that the next is compared with.
    if (ask !== undefined && !dryRun) await submit(false);
    terminal.print(nothingToDo);
    return exitOf(first);
  }
  if (dryRun) {
    terminal.print(`would be: ${summaryOf(first)}`);
    return exitOf(first);
  }
  if (ask === undefined) {
    terminal.print(done(first));
    return exitOf(first);
  }
  if (!isYes(await ask(`${question} [y/N]`))) {
    terminal.print("nothing was changed");
    return ExitCode.ok;
  }
  const outcome = await submit(false);
  if (outcome.diff.join() !== first.diff.join()) {
    terminal.print("meanwhile the zone has changed; this was done:");
    printDifference(terminal, outcome);
  }
  terminal.print(done(outcome));
  return exitOf(outcome);
}

/** "1 record", "2 records". */
function several(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
