/** The name servers of a zone besides the one that its SOA record names: its secondaries, as a rule. */
import { isWithin, lowerName, type Name, nameFromOctets, nameToText } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { ZoneImage } from "../zones/image.ts";

export interface OtherNameServers {
  readonly names: readonly string[];
  /** Those that the zone itself has. */
  readonly addresses: readonly string[];
  /** Names of which it has none. */
  readonly elsewhere: readonly string[];
}

/** Undefined: there are none. */
export function otherNameServers(image: ZoneImage): OtherNameServers | undefined {
  const { apex } = image;
  const primary = rdataOf(image, apex, RRType.SOA)
    .map((soa) => lowerName(nameFromOctets(soa)))
    .at(0);
  const servers = rdataOf(image, apex, RRType.NS)
    .map((server) => lowerName(nameFromOctets(server)))
    .filter((server) => server !== primary);
  if (primary === undefined || servers.length === 0) return undefined;
  const own = new Set(addressesOf(image, primary));
  const found = servers.map((server) => ({ server, addresses: addressesOf(image, server) }));
  const nowhere = found.filter(({ addresses }) => addresses.length === 0);
  const addresses = new Set(found.flatMap((one) => one.addresses));
  return {
    names: servers.map(plainName),
    addresses: [...addresses].filter((address) => !own.has(address)),
    elsewhere: nowhere.map(({ server }) => plainName(server)),
  };
}

function plainName(name: Name): string {
  return nameToText(name).slice(0, -1);
}

function addressesOf(image: ZoneImage, name: Name): string[] {
  const node = isWithin(name, lowerName(image.origin)) ? image.find(name) : 0;
  if (node === 0) return [];
  return [RRType.A, RRType.AAAA].flatMap((type) =>
    rdataOf(image, node, type).map((rdata) => rdataToText(type, rdata)),
  );
}

function rdataOf(image: ZoneImage, node: number, type: number): readonly Uint8Array[] {
  const rrset = image.rrset(node, type);
  return rrset === 0 ? [] : image.rdata(rrset);
}
