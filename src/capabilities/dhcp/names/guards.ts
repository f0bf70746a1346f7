/**
 * Guards: records beside a client's addresses that tell other servers whose name it is. The DHCID of RFC
 * 4701, and the TXT of ISC's dhcpd that came before it.
 */
import { hash } from "node:crypto";
import type { PublishedGuard, PublishOptions, RegistryRecord } from "#contracts/name-registry.ts";
import {
  type ClientIdentity,
  dhcidInput,
  dhcidOf,
  type GuardInput,
  interimInput,
  interimInputs,
  interimPattern,
  interimText,
} from "#protocols/dhcp4/guard-identity.ts";
import { lowerName, type Name, nameOctets, parseName } from "#protocols/dns/name.ts";
import { keyKind, type Lease } from "../leases/lease.ts";

export type GuardKind = "none" | "dhcid" | "txt";

/**
 * Who a lease's client is, as far as guards go by it; without option 61 where the site knows clients by MAC.
 */
export function identityOf({ hardware, client }: Pick<Lease, "hardware" | "client">): ClientIdentity {
  const octets = Uint8Array.fromHex(hardware);
  const key = Uint8Array.fromHex(client);
  return {
    hardwareType: octets[0] ?? 0,
    hardwareAddress: octets.subarray(1),
    clientIdentifier: key[0] === keyKind.clientIdentifier ? key.subarray(1) : undefined,
  };
}

/** The guard of a client's name, none for one that cannot be told from others. */
export function guardOf(kind: GuardKind, name: string, identity: ClientIdentity): PublishedGuard | undefined {
  if (kind === "none") return undefined;
  if (kind === "txt") {
    const input = interimInput(identity);
    return input && { type: "TXT", data: `"${interimOf(input)}"` };
  }
  const data = dhcidText(identity, lowerName(parseName(name)));
  return data === undefined ? undefined : { type: "DHCID", data };
}

/**
 * Tells whether the records of a name are this client's, left by an earlier server: one guard at least says
 * so, and none says anything else. What the client sent then need not be what it sends now, so that its
 * hardware address and its identifier count alike. Anything else is a static record.
 */
export function takeOverBy(name: string, identity: ClientIdentity): NonNullable<PublishOptions["takeOver"]> {
  return (records) => {
    const guards = records.filter(({ type }) => type === "TXT" || type === "DHCID");
    if (guards.length === 0) return false;
    const own = ownGuards(lowerName(parseName(name)), identity);
    return guards.every((record) => own.has(guardKey(record)));
  };
}

/** A TXT that is no guard is nobody's. */
function guardKey({ type, data }: RegistryRecord): string {
  if (type === "DHCID") return `DHCID ${data.replaceAll(/[\s()]/g, "")}`;
  const text = data.replaceAll('"', "").toLowerCase();
  return interimPattern.test(text) ? `TXT ${text}` : "";
}

function ownGuards(name: Name, identity: ClientIdentity): ReadonlySet<string> {
  const { clientIdentifier: _, ...hardware } = identity;
  const own = new Set(interimInputs(identity).map((input) => `TXT ${interimOf(input)}`));
  for (const one of [identity, hardware]) {
    const data = dhcidText(one, name);
    if (data !== undefined) own.add(`DHCID ${data}`);
  }
  return own;
}

function interimOf({ type, octets }: GuardInput): string {
  return interimText(type, hash("md5", octets, "hex"));
}

function dhcidText(identity: ClientIdentity, name: Name): string | undefined {
  const input = dhcidInput({ ...identity, fqdnWire: nameOctets(name) });
  return input && dhcidOf(input.type, hash("sha256", input.octets, "buffer")).toBase64();
}
