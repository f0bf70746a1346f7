/** Records for people. */
import type { CommandCall } from "#contracts/command.ts";
import { timeWords } from "#platform/terminal/age.ts";
import { plainText } from "#platform/terminal/plain-text.ts";
import { printTable } from "#platform/terminal/table.ts";
import type { RecordAnswer } from "../routes/answers.ts";

const header = ["NAME", "TYPE", "PROVIDER", "STATE", "ADDRESS", "CHANGED", "NOTE"];

/** The table, and below it what somebody should do. */
export function printRecords(
  { terminal }: Pick<CommandCall, "terminal">,
  records: readonly RecordAnswer[],
  nowMs: number,
): void {
  const rows = records.map((record) => [
    record.name,
    record.type,
    record.provider,
    record.state,
    record.current ?? "-",
    timeWords(record.changedAt, nowMs),
    note(record, nowMs),
  ]);
  printTable(
    terminal,
    [header, ...rows],
    header.map(() => "left" as const),
  );
  const advice = advices(records);
  if (advice.length > 0) terminal.print(["", ...advice].join("\n"));
}

/** The one thing that somebody should know of a record; what a narrow screen may cut comes last. */
function note(record: RecordAnswer, nowMs: number): string {
  const { state, error, confirmation, nextTry, wanted, current } = record;
  if (state === "stopped") return plainText(error?.sentence ?? "its provider cannot be used");
  if (state === "failed" || state === "unconfirmed") {
    const why = plainText(error?.sentence ?? confirmation.sentence ?? "");
    return nextTry === null ? why : `again ${timeWords(nextTry, nowMs)}: ${why}`;
  }
  if (state === "waiting") return "its address is not known yet";
  if (wanted !== null && wanted !== current) return `to be ${wanted}`;
  if (confirmation.outcome === "yes") return "confirmed";
  return confirmation.outcome === "could-not-confirm"
    ? `could not confirm: ${plainText(confirmation.sentence ?? "")}`
    : "";
}

function advices(records: readonly RecordAnswer[]): string[] {
  const count = (...states: readonly RecordAnswer["state"][]): number =>
    records.filter(({ state }) => states.includes(state)).length;
  const stopped = count("stopped");
  const failed = count("failed");
  return [
    ...(stopped > 0 ? [`${stopped} stopped: correct what is wrong, then: homeport ddns retry`] : []),
    ...(failed > 0 ? [`${failed} failed, tried again by itself; at once: homeport ddns retry`] : []),
  ];
}
