/** The address that this machine would reach the Internet from, as the kernel picks it. Nothing is sent. */
import type { AddressFamily } from "#contracts/public-address.ts";
import { prefixText } from "#protocols/public-address/prefix.ts";
import type { Witness } from "../witness.ts";
import { boundedWitness, type WitnessFacts } from "./bounded-witness.ts";
import { interfaceAddresses, mostLasting } from "./interface-addresses.ts";
import { sightingOf } from "./sighting.ts";
import type { MachineFacts, OpenUdp } from "./witness-ports.ts";

/** Somewhere in the public Internet: name servers that everybody has a route to. Nothing is sent there. */
const farAway: Readonly<Record<AddressFamily, string>> = { ipv4: "1.1.1.1", ipv6: "2606:4700:4700::1111" };
const discardPort = 9; // RFC 863

/** Networks of end users have 64 bits. RFC 4291 §2.5.1. */
const networkBits = 64;

export interface RouteMethod {
  readonly openUdp: OpenUdp;
  readonly facts: MachineFacts;
  readonly alsoPublic: readonly string[];
}

export function routeWitness(witness: WitnessFacts, { openUdp, facts, alsoPublic }: RouteMethod): Witness {
  return boundedWitness(witness, async (family) => {
    using conversation = await openUdp({ address: farAway[family], port: discardPort });
    const { address } = conversation.local;
    const lasting = family === "ipv6" ? lastingNeighbour(address, facts) : address;
    const whenNotPublic = family === "ipv4" ? ": a router is in front of this machine" : "";
    return sightingOf(lasting, { family, alsoPublic, whenNotPublic });
  });
}

/**
 * For talking to others the kernel prefers an address that changes each day, RFC 6724 §5 rule 7; a name is
 * better given to the lasting one of the same network.
 */
function lastingNeighbour(picked: string, facts: MachineFacts): string {
  const all = interfaceAddresses("ipv6", facts);
  const own = all.find(({ address }) => address === picked);
  if (own?.isTemporary !== true) return picked;
  const network = prefixText(picked, networkBits);
  const near = all.filter(
    (one) => one.interface === own.interface && prefixText(one.address, networkBits) === network,
  );
  return mostLasting(near)[0]?.address ?? picked;
}
