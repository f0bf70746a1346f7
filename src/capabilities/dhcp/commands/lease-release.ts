/** `homeport lease release ADDRESS`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { age } from "#platform/terminal/age.ts";
import { here, localTime, type Now } from "#platform/terminal/moment.ts";
import { plainJson } from "#platform/terminal/plain-text.ts";
import type { LeaseAnswer } from "../routes/lease-answer.ts";
import { askDhcp } from "./dhcp-api.ts";

interface Released {
  readonly address: string;
  readonly outcome: "freed" | "held";
  readonly before: LeaseAnswer;
}

export async function leaseRelease(call: CommandCall, now: Now = here()): Promise<ExitCode> {
  const { json, terminal } = call;
  const path = `leases/${encodeURIComponent(String(call.arguments["address"]))}/release`;
  const answer = (await askDhcp(call, "POST", path)) as Released;
  terminal.print(json ? plainJson(answer) : sentence(answer, now));
  return ExitCode.ok;
}

function sentence({ address, outcome, before }: Released, now: Now): string {
  if (outcome === "freed")
    return before.state === "declined" ? `${address} is out of quarantine and free` : `${address} is free`;
  const who = before.hardwareAddress ?? "the machine";
  const until = before.expiresAt === null ? "it asks again" : untilText(Date.parse(before.expiresAt), now);
  return `${address} is released: ${who} may still use it until ${until}, so others get it last`;
}

function untilText(endMs: number, now: Now): string {
  return `${localTime(endMs, now)}, for ${age(endMs - now.nowMs)}`;
}
