/** Records for people. */
import type { CommandCall } from "#contracts/command.ts";
import { timeWords } from "#platform/terminal/age.ts";
import { plainText } from "#platform/terminal/plain-text.ts";
import { printTable } from "#platform/terminal/table.ts";
import { isTroubled, type TroubledState, troubledStates, troublesOf } from "../record-troubles.ts";
import type { RecordAnswer } from "../routes/answers.ts";

const header = ["NAME", "TYPE", "PROVIDER", "STATE", "ADDRESS", "CHANGED", "NOTE"];

/** Lines of reasons of one state: more would push the table off the screen. */
const reasonsMax = 10;

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
  const below = troubleLines(records);
  if (below.length > 0) terminal.print(["", ...below].join("\n"));
}

/** What is worth knowing and not wrong; when the next try is. */
function note({ state, confirmation, nextTry, wanted, current }: RecordAnswer, nowMs: number): string {
  if (isTroubled(state)) return nextTry === null ? "" : `again ${timeWords(nextTry, nowMs)}`;
  if (state === "waiting") return "its address is not known yet";
  if (wanted !== null && wanted !== current) return `to be ${wanted}`;
  if (confirmation.outcome === "yes") return "confirmed";
  return confirmation.outcome === "could-not-confirm"
    ? `could not confirm: ${plainText(confirmation.sentence ?? "")}`
    : "";
}

const advice: Readonly<Record<TroubledState, string>> = {
  stopped: "stopped: correct what is wrong, then: homeport ddns retry",
  failed: "failed, and tried again; at once: homeport ddns retry",
  unconfirmed: "not confirmed; ask the provider, or its name servers with dig",
};

/** Reasons are long: in the table a narrow screen would cut them. */
function troubleLines(records: readonly RecordAnswer[]): string[] {
  const troubles = troublesOf(records);
  return troubledStates.flatMap((state) => {
    const count = records.filter((record) => record.state === state).length;
    if (count === 0) return [];
    const reasons = troubles
      .filter((trouble) => trouble.state === state)
      .map(({ names, sentence }) => `  ${plainText(`${names}: ${sentence}`)}`);
    const hidden = reasons.length - reasonsMax;
    const more = hidden > 0 ? [`  and ${hidden} other reasons; --json has them all`] : [];
    return [`${count} ${advice[state]}`, ...reasons.slice(0, reasonsMax), ...more];
  });
}
