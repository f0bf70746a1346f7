/** Who publishes a name, as the name registry has it, and as people read it. */
import type { Lease } from "../leases/lease.ts";
import { ownerOf } from "../leases/lease.ts";

/** All that this capability publishes begins so. */
export const ownerPrefix = "dhcp:";
const hostPrefix = `${ownerPrefix}host:`;

/** All machines of a host of the site file are one owner, so that they share its name. */
export function ownerOfHost(host: string): string {
  return `${hostPrefix}${host.toLowerCase()}`;
}

export function isHostOwner(owner: string): boolean {
  return owner.startsWith(hostPrefix);
}

/** Names that its owner may have got by this lease: as itself, or as a host of the site file of then. */
export function mayOwn(lease: Lease, owner: string): boolean {
  return owner === ownerOf(lease.client) || isHostOwner(owner);
}

/** `52:54:00:12:34:56's since 2026-11-24 20:15 UTC`. */
export function ownerText(owner: string, sinceMs: number | undefined): string {
  const since =
    sinceMs === undefined
      ? ""
      : ` since ${new Date(sinceMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  if (isHostOwner(owner))
    return `that of the host ${owner.slice(hostPrefix.length)} in the site file${since}`;
  if (!owner.startsWith(ownerPrefix)) return `${owner}'s${since}`;
  const who = owner.slice(ownerPrefix.length);
  return `${/^01(:[0-9a-f]{2}){6}$/.test(who) ? who.slice(3) : `client ${who}`}'s${since}`;
}

/** A name in a sentence: without its final dot. */
export function nameText(name: string): string {
  return name.replace(/\.$/, "");
}
