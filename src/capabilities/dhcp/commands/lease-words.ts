/** How the parts of a lease are written for people. */
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

export function endWords({ end }: PastLeaseAnswer): string {
  return end === "still" ? "has it still" : end === "taken-back" ? "taken back" : end;
}
