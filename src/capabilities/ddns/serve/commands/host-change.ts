/** `homeport ddns host remove`, `clear`, `disable` and `enable`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { isYes } from "#platform/terminal/consent.ts";
import { plainJson, plainText } from "#platform/terminal/plain-text.ts";
import type { HostAnswer } from "../host-answer.ts";
import { askHosts, pathOf } from "./hosts-api.ts";

export async function hostRemove(call: CommandCall): Promise<ExitCode> {
  const { terminal, json, options } = call;
  const who = plainText(String(call.arguments["host"]));
  const name = options["name"];
  const ask = json || options["yes"] === true ? undefined : terminal.ask;
  if (ask !== undefined) {
    const what = typeof name === "string" ? plainText(name) : `${who} with all of its names`;
    if (!isYes(await ask(`Remove ${what}, and the records? [y/N]`))) {
      terminal.print("nothing was changed");
      return ExitCode.ok;
    }
  }
  const query = typeof name === "string" ? `?${new URLSearchParams({ name })}` : "";
  const answer = (await askHosts(call, "DELETE", `${pathOf(call)}${query}`)) as {
    readonly removed: readonly string[];
  };
  terminal.print(json ? plainJson(answer) : `removed: ${answer.removed.map(plainText).join(", ")}`);
  return ExitCode.ok;
}

export async function hostClear(call: CommandCall): Promise<ExitCode> {
  const answer = (await askHosts(call, "POST", pathOf(call, "clear"))) as { readonly host: HostAnswer };
  return done(call, answer, "may update its names again, and its needless updates are forgotten");
}

export async function hostActive(call: CommandCall, active: boolean): Promise<ExitCode> {
  const answer = (await askHosts(call, "PUT", pathOf(call, "active"), { active })) as {
    readonly host: HostAnswer;
  };
  return done(
    call,
    answer,
    active ? "may update its names" : "may not update its names any more; its records stay",
  );
}

function done(
  { terminal, json }: CommandCall,
  answer: { readonly host: HostAnswer },
  words: string,
): ExitCode {
  terminal.print(json ? plainJson(answer) : `${plainText(answer.host.user)} ${words}`);
  return ExitCode.ok;
}
