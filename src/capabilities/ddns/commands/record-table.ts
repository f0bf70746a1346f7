/** Records for people. */
import type { CommandCall } from "#contracts/command.ts";
import { timeWords } from "#platform/terminal/age.ts";
import { plainText } from "#platform/terminal/plain-text.ts";
import { printTable } from "#platform/terminal/table.ts";
import type { RecordAnswer } from "../routes/answers.ts";

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
  const header = ["name", "type", "provider", "state", "address", "changed", "note"];
  printTable(terminal, [header, ...rows], ["left", "left", "left", "left", "left", "left", "left"]);
}

/** The one thing that somebody who looks at a record should know. */
function note(record: RecordAnswer, nowMs: number): string {
  const { state, error, confirmation, nextTry, wanted, current } = record;
  if (state === "stopped")
    return `${plainText(error?.sentence ?? "")}; then: homeport ddns retry ${record.name}`;
  if (state === "failed" || state === "unconfirmed") {
    const why = plainText(error?.sentence ?? confirmation.sentence ?? "");
    return nextTry === null ? why : `${why}; again ${timeWords(nextTry, nowMs)}`;
  }
  if (state === "waiting") return "its address is not known yet";
  if (wanted !== null && wanted !== current) return `to be ${wanted}`;
  if (confirmation.outcome === "yes") return "confirmed";
  return confirmation.outcome === "could-not-confirm"
    ? `could not confirm: ${plainText(confirmation.sentence ?? "")}`
    : "";
}
