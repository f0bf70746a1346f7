/** `homeport zone revert ZONE SERIAL`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { isSerial } from "./zone-diff.ts";
import { operatorName, propose, type ShownOutcome, zonePath } from "./zone-outcome.ts";

export async function zoneRevert(call: CommandCall): Promise<ExitCode> {
  const { api, terminal } = call;
  const zone = String(call.arguments["zone"]);
  const text = call.arguments["serial"];
  if (!isSerial(text)) {
    terminal.printError(`"${String(text)}" is no serial number; homeport zone history ${zone} lists them`);
    return ExitCode.usage;
  }
  const serial = Number(text);
  return propose(call, {
    submit: async (dryRun) =>
      (await api.request("POST", zonePath(zone, "revert"), {
        serial,
        dryRun,
        by: operatorName(),
      })) as ShownOutcome,
    question: `Make ${zone} what it was at serial ${serial}?`,
    nothingToDo: `${zone} is what it was at serial ${serial}`,
    done: (outcome) => `${zone} is what it was at serial ${serial}, with serial ${outcome.serial}`,
    file: zone,
  });
}
