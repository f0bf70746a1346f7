/** `homeport zone diff ZONE [A] [B]`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { printDifference, type ShownDifference, summaryOf, zonePath } from "./zone-outcome.ts";

export async function zoneDiff(call: CommandCall): Promise<ExitCode> {
  const { api, json, terminal } = call;
  const zone = String(call.arguments["zone"]);
  const query = new URLSearchParams();
  for (const name of ["from", "to"]) {
    const serial = call.arguments[name];
    if (serial === undefined) continue;
    if (!isSerial(serial)) {
      terminal.printError(
        `"${String(serial)}" is no serial number; homeport zone history ${zone} lists them`,
      );
      return ExitCode.usage;
    }
    query.set(name, String(serial));
  }
  const path = zonePath(zone, query.size === 0 ? "diff" : `diff?${query}`);
  const answer = (await api.request("GET", path)) as ShownDifference & { from: number; to: number };
  if (json) {
    terminal.print(JSON.stringify(answer, undefined, 2));
  } else {
    printDifference(terminal, answer);
    terminal.print(`${zone}, serial ${answer.from} to ${answer.to}: ${summaryOf(answer)}`);
  }
  return ExitCode.ok;
}

/** As people type it. */
export function isSerial(text: unknown): boolean {
  return typeof text === "string" && /^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff;
}
