/** What must hold of a zone when an update is through, as BIND has it. */
import {
  isWithin,
  lowerName,
  type Name,
  nameFromOctets,
  namesEqual,
  parentName,
} from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { WorkingName, WorkingZone } from "./working-zone.ts";

/** DS records say something about a delegation, and go with it. RFC 4035 §2.4. */
export function dropOrphanedDs(zone: WorkingZone): void {
  for (const name of zone.touched) {
    if (!name.has(RRType.DS) || name.has(RRType.NS) || namesEqual(name.owner, zone.origin)) continue;
    if (name.had(RRType.NS) || name.isChanged(RRType.DS)) name.delete(RRType.DS);
  }
}

/**
 * Name servers of the zone that lie in it must have addresses, or nobody finds them (RFC 1912 §2.8). One that
 * had none before the update is served so already, and does not keep the zone from changing.
 */
export function nameServersKeepAddresses(zone: WorkingZone, before: WorkingZone): boolean {
  const lost = nameServersWithoutAddress(zone);
  if (lost.length === 0) return true;
  const lacked = new Set(nameServersWithoutAddress(before));
  return lost.every((name) => lacked.has(name));
}

function nameServersWithoutAddress(zone: WorkingZone): Name[] {
  const servers = zone.at(zone.origin).set(RRType.NS)?.rdata ?? [];
  return servers
    .map((rdata) => lowerName(nameFromOctets(rdata)))
    .filter((target) => isWithin(target, zone.origin) && !hasAddress(zone, target));
}

/** Looks for addresses as a query would. RFC 1034 §4.3.2. */
function hasAddress(zone: WorkingZone, target: Name): boolean {
  const { origin } = zone;
  const occluded = occlusion(zone, target);
  // Whoever has the delegation must know; where a DNAME leads there are no name servers (RFC 2181 §10.3)
  if (occluded !== undefined) return occluded === "delegation";
  const name = zone.at(target);
  if (name.sets.size > 0) return addressesIn(name);
  for (let above = target; above.length > origin.length; ) {
    above = parentName(above);
    const wildcard = zone.at(`\x01*${above}` as Name);
    if (wildcard.sets.size > 0) return addressesIn(wildcard);
    if (zone.at(above).sets.size > 0) return false; // RFC 4592 §3.3.1: the closest encloser
  }
  return false;
}

/** What the topmost of the names that hide what is below them does. */
function occlusion(zone: WorkingZone, target: Name): "delegation" | "redirection" | undefined {
  const { origin } = zone;
  let found: "delegation" | "redirection" | undefined;
  for (let above = target; above.length >= origin.length; above = parentName(above)) {
    const name = zone.at(above);
    const isApex = above.length === origin.length;
    if (!isApex && name.has(RRType.NS)) found = "delegation";
    else if (above !== target && name.has(RRType.DNAME)) found = "redirection";
    if (isApex) break;
  }
  return found;
}

function addressesIn(name: WorkingName): boolean {
  return name.has(RRType.A) || name.has(RRType.AAAA);
}

/** Zones are not signed here, so that a key would be one without signatures. */
export function hasNewKey(zone: WorkingZone): boolean {
  const apex = zone.at(zone.origin);
  return apex.has(RRType.DNSKEY) && apex.isChanged(RRType.DNSKEY);
}

/** What the zone above is asked to say of keys must fit the keys that are there. RFC 7344 §4.1. */
export function childKeysFit(zone: WorkingZone): boolean {
  const apex = zone.at(zone.origin);
  if (apex.has(RRType.DNSKEY)) return true;
  return [RRType.CDS, RRType.CDNSKEY].every((type) =>
    (apex.set(type)?.rdata ?? []).every((rdata) => askForNothing[type] === rdata.toHex()),
  );
}

/** Asks the zone above to say nothing of keys any more. RFC 8078 §4. */
const askForNothing: Readonly<Record<number, string>> = {
  [RRType.CDS]: "0000000000",
  [RRType.CDNSKEY]: "0000030000",
};
