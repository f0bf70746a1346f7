/** How the parts of a lease are written for people. */
import { age } from "#platform/terminal/age.ts";
import { plainText } from "#platform/terminal/plain-text.ts";
import type { LeaseAnswer, PastLeaseAnswer } from "../routes/lease-answer.ts";

/** The name in the DNS, else, in brackets, what the machine calls itself. */
export function nameWords({ name, hostName }: Pick<LeaseAnswer, "name" | "hostName">): string {
  if (name !== null) return plainText(name);
  return hostName === null ? "-" : `(${plainText(hostName)})`;
}

/** The hardware address, else the client identifier. */
export function machineWords(lease: Pick<LeaseAnswer, "hardwareAddress" | "clientIdentifier">): string {
  return lease.hardwareAddress ?? lease.clientIdentifier ?? "-";
}

export function stateWords({ state, reservation }: LeaseAnswer): string {
  return reservation === null || state === "reserved" ? state : `${state}, reserved`;
}

/** `in 11 h`, `3 d ago`. */
export function timeWords(moment: string | null, nowMs: number): string {
  if (moment === null) return "-";
  const leftMs = Date.parse(moment) - nowMs;
  return leftMs > 0 ? `in ${age(leftMs)}` : `${age(-leftMs)} ago`;
}

export function endWords({ end }: PastLeaseAnswer): string {
  return end === "still" ? "has it still" : end === "taken-back" ? "taken back" : end;
}
