/** `homeport ddns update NAME` and `homeport ddns retry [NAME]`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { here, type Now } from "#platform/terminal/moment.ts";
import { plainJson } from "#platform/terminal/plain-text.ts";
import type { RecordAnswer } from "../routes/answers.ts";
import { askDdns } from "./ddns-api.ts";
import { printRecords } from "./record-table.ts";

export async function ddnsUpdate(call: CommandCall, now: Now = here()): Promise<ExitCode> {
  const name = encodeURIComponent(String(call.arguments["name"]));
  return show(call, await askDdns(call, "POST", `records/${name}/update`), now);
}

export async function ddnsRetry(call: CommandCall, now: Now = here()): Promise<ExitCode> {
  const name = call.arguments["name"] as string | undefined;
  return show(call, await askDdns(call, "POST", "retry", name === undefined ? {} : { name }), now);
}

function show(call: CommandCall, answer: unknown, { nowMs }: Now): ExitCode {
  const { records } = answer as { readonly records: readonly RecordAnswer[] };
  if (call.json) call.terminal.print(plainJson({ records }));
  else if (records.length === 0)
    call.terminal.print("nothing was refused, and nothing waits to be tried again");
  else printRecords(call, records, nowMs);
  return records.every(({ state }) => state === "current") ? ExitCode.ok : ExitCode.problems;
}
