/** Whom to tell: the secondaries of a zone. In the order in which the zone names them. */
import { addressOctets } from "#platform/listen/address-octets.ts";
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { decodeRdata } from "#protocols/dns/record.ts";
import { Ns, Soa } from "#protocols/dns/records/delegation.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { limits } from "../../limits.ts";
import { parseServer, serverText } from "../../server-address.ts";
import type { ZoneImage } from "../../zones/image.ts";
import { notifyLimits } from "./limits.ts";

export interface NotifyServer {
  /** The same for the same address, port and key, however they are written. */
  readonly id: string;
  readonly address: string;
  readonly port: number;
  /** Signs what is said to it. */
  readonly key: Name | undefined;
  /** For people. */
  readonly text: string;
}

/** A zone as its secondaries are told of it. */
export interface NotifyZone {
  readonly name: Name;
  readonly image: ZoneImage;
  readonly notify: "yes" | "no" | "explicit";
  /** As in site.yaml. */
  readonly alsoNotify: readonly string[];
}

/** The part of a UDP endpoint's identity that counts in an answer. */
export function endpointId(address: string, port: number): string {
  const scope = address.split("%")[1];
  return `${addressOctets(address).toHex()}${scope === undefined ? "" : `%${scope}`}#${port}`;
}

/** Servers that the operator named. Those over TLS are left out: RFC 9103 carries transfers, nothing else. */
export function namedServers(entries: readonly string[]): NotifyServer[] {
  return entries
    .map((entry) => parseServer(entry))
    .filter(({ transport }) => transport === "plain")
    .map(({ address, port, key }) => {
      const text = serverText({ address, port, transport: "plain", certificateName: undefined, key });
      return { id: `${endpointId(address, port)} ${key ?? ""}`, address, port, key, text };
    });
}

/** A server of which only the address is known. */
export function plainServer(address: string): NotifyServer {
  const port = limits.dnsPort;
  return { id: `${endpointId(address, port)} `, address, port, key: undefined, text: address };
}

/** Names of the zone's servers but for the primary, in lower case. RFC 1996 §2.1: the "Notify Set". */
export function secondaryNames(image: ZoneImage): Name[] {
  image.begin();
  const soa = image.rdata(image.rrset(image.apex, RRType.SOA))[0];
  const set = image.rrset(image.apex, RRType.NS);
  if (soa === undefined || set === 0) return [];
  const primary = lowerName(decodeRdata(Soa, soa).primary);
  const names = image.rdata(set).map((rdata) => lowerName(decodeRdata(Ns, rdata).host));
  return names.filter((name) => name !== primary).slice(0, notifyLimits.nameServersMax);
}

/** Each server once, of those with and without a key the one with. */
export function distinctServers(servers: readonly NotifyServer[]): NotifyServer[] {
  const found = new Map<string, NotifyServer>();
  for (const server of servers) {
    const endpoint = endpointId(server.address, server.port);
    const known = found.get(endpoint);
    if (known === undefined || (known.key === undefined && server.key !== undefined)) {
      found.set(endpoint, server);
    }
  }
  return [...found.values()].slice(0, notifyLimits.serversPerZoneMax);
}
