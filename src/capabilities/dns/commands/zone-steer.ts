/** `homeport zone refresh|retransfer|notify|freeze|thaw|sync|reload ZONE`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import type { SteeringAction, SteeringAnswer } from "../steering/steer-zone.ts";
import { zonePath } from "./zone-outcome.ts";

type Answer = SteeringAnswer & { readonly problems: readonly ConfigProblem[] };

export async function zoneSteer(
  { api, json, terminal, ...call }: CommandCall,
  action: SteeringAction,
): Promise<ExitCode> {
  const zone = String(call.arguments["zone"]);
  const answer = (await api.request("POST", zonePath(zone, action))) as Answer;
  if (json) {
    terminal.print(JSON.stringify(answer, undefined, 2));
  } else {
    terminal.print(answer.said);
    for (const problem of answer.problems) terminal.printError(formatProblem(problem));
  }
  const hasErrors = answer.problems.some(({ severity }) => severity === "error");
  return hasErrors ? ExitCode.problems : ExitCode.ok;
}
