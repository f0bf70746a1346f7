/** Where the PTR record of an address belongs among the zones of this server. */
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import {
  lowerName,
  type Name,
  nameFromOctets,
  nameLabels,
  namesEqual,
  parseName,
} from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { reverseName } from "#protocols/dns/reverse-name.ts";
import type { ZoneView } from "../journal/zone-writer.ts";
import { isReverse } from "../zones/checks-names.ts";
import { coverOf, type ZonesInHand } from "./zones-in-hand.ts";

export interface ReversePlace {
  readonly zone: Name;
  readonly name: Name;
  readonly view: ZoneView;
}

/** The zone to begin with: it may lead to another. */
export function reverseZoneOf(address: string, zoneOf: (name: Name) => Name | undefined): Name | undefined {
  return zoneOf(reverseName(address)!) ?? classlessPlace(address, zoneOf)?.zone;
}

/** Undefined: no zone of this server has it, or it cannot be changed now. */
export function reversePlace(address: string, zones: ZonesInHand): ReversePlace | undefined {
  const name = reverseName(address)!;
  const zone = zones.zoneOf(name);
  if (zone === undefined) {
    const classless = classlessPlace(address, (one) => zones.zoneOf(one));
    return classless && placeAt(classless.name, zones);
  }
  const place = placeAt(name, zones);
  const alias = place?.view.rrset(name, RRType.CNAME);
  if (alias === undefined) return place;
  // RFC 2317 §4: the name of an address leads into the zone of those who have its part of the network
  const target = nameFromOctets(alias.rdata[0]!);
  return isReverse(target) ? placeAt(target, zones) : undefined;
}

/** True when a name is the address's own, or one to which an alias or a delegation leads. RFC 2317 §4. */
export function isOfAddress(name: Name, address: string): boolean {
  const own = reverseName(address)!;
  if (namesEqual(name, own)) return true;
  const [last, ...network] = nameLabels(own);
  const labels = nameLabels(lowerName(name));
  return network.length === 5 && labels[0] === last && labels.slice(-5).join() === network.join();
}

function placeAt(name: Name, zones: ZonesInHand): ReversePlace | undefined {
  const zone = zones.zoneOf(name);
  const view = zone && zones.view(zone);
  if (view === undefined || coverOf(view, name) !== undefined) return undefined;
  return { zone: zone!, name, view };
}

/**
 * In a zone for less than 256 addresses of which this server does not have the parent, by the two ways in
 * which such zones are called: `128/26.2.0.192.in-addr.arpa` (RFC 2317 §4) and
 * `128-26.2.0.192.in-addr.arpa`.
 */
function classlessPlace(
  address: string,
  zoneOf: (name: Name) => Name | undefined,
): { readonly zone: Name; readonly name: Name } | undefined {
  const ipv4 = parseIpv4(address);
  if (ipv4 === -1) return undefined;
  const [last, ...network] = [0, 8, 16, 24].map((bits) => (ipv4 >>> bits) & 0xff);
  for (let length = 31; length > 24; length--) {
    const first = last! & (0xff << (32 - length));
    for (const separator of ["/", "-"]) {
      const zone = parseName(`${first}${separator}${length}.${network.join(".")}.in-addr.arpa.`);
      if (zoneOf(zone) === zone) return { zone, name: parseName(`${last}`, zone) };
    }
  }
  return undefined;
}
