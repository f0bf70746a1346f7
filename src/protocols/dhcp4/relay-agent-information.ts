/** What relay agents add to messages on their way: option 82. RFC 3046. */
import { WireError } from "../dns/wire.ts";
import { joinOctets } from "./join-octets.ts";
import { addressAt } from "./option-values/addresses.ts";

/** The sub-options, from IANA's "DHCP Relay Agent Sub-Option Codes". */
export const RelaySubOption = {
  /** RFC 3046 §3.1: where on the relay the client is connected. */
  circuitId: 1,
  /** RFC 3046 §3.2: who is at the far end of the circuit. */
  remoteId: 2,
  /** RFC 3256. */
  docsisDeviceClass: 4,
  /** RFC 3527: the link that the client is on, where giaddr says another. */
  linkSelection: 5,
  /** RFC 3993. */
  subscriberId: 6,
  /** RFC 4014. */
  radiusAttributes: 7,
  /** RFC 4030. */
  authentication: 8,
  /** RFC 4243. */
  vendorSpecific: 9,
  /** RFC 5010: unicast or broadcast. */
  flags: 10,
  /** RFC 5107: what the client shall take for the server's address. */
  serverIdentifierOverride: 11,
  /** RFC 6925. */
  relayAgentId: 12,
  /** RFC 7839 §4. */
  accessTechnologyType: 13,
  accessNetworkName: 14,
  accessPointName: 15,
  accessPointBssid: 16,
  operatorIdentifier: 17,
  operatorRealm: 18,
  /** RFC 8357: the relay listens on another port than 67. */
  relaySourcePort: 19,
  /** RFC 6607. */
  virtualSubnetSelection: 151,
  virtualSubnetSelectionControl: 152,
} as const;

/** What a server goes by in option 82, and all the rest of it. */
export interface RelayAgentInformation {
  readonly circuitId: Uint8Array | undefined;
  readonly remoteId: Uint8Array | undefined;
  readonly subscriberId: Uint8Array | undefined;
  readonly relayAgentId: Uint8Array | undefined;
  readonly linkSelection: number | undefined;
  readonly serverIdentifierOverride: number | undefined;
  /** Answers go to the port that the request came from. RFC 8357 §5.2. */
  readonly hasSourcePort: boolean;
  /** By code; of one that is there twice the first counts. */
  readonly subOptions: ReadonlyMap<number, Uint8Array>;
}

/** Reads option 82. What it gives are views. Throws WireError. */
export function parseRelayAgentInformation(octets: Uint8Array): RelayAgentInformation {
  const subOptions = new Map<number, Uint8Array>();
  for (let at = 0; at < octets.length; ) {
    const code = octets[at]!;
    if (at + 2 > octets.length) throw new WireError("short-input", `relay sub-option ${code}`, at);
    const end = at + 2 + octets[at + 1]!;
    // RFC 3046 §2.0: there is no padding and no end, so that 0 and 255 are codes like others
    if (end > octets.length) throw new WireError("short-input", `relay sub-option ${code}`, at + 1);
    if (!subOptions.has(code)) subOptions.set(code, octets.subarray(at + 2, end));
    at = end;
  }
  return {
    circuitId: subOptions.get(RelaySubOption.circuitId),
    remoteId: subOptions.get(RelaySubOption.remoteId),
    subscriberId: subOptions.get(RelaySubOption.subscriberId),
    relayAgentId: subOptions.get(RelaySubOption.relayAgentId),
    linkSelection: addressOf(subOptions, RelaySubOption.linkSelection),
    serverIdentifierOverride: addressOf(subOptions, RelaySubOption.serverIdentifierOverride),
    hasSourcePort: subOptions.has(RelaySubOption.relaySourcePort),
    subOptions,
  };
}

function addressOf(subOptions: ReadonlyMap<number, Uint8Array>, code: number): number | undefined {
  const octets = subOptions.get(code);
  if (octets === undefined) return undefined;
  if (octets.length !== 4) throw new WireError("bad-value", `relay sub-option ${code}`, 0);
  return addressAt(octets, 0);
}

/** Writes option 82, as a relay agent does. */
export function writeRelayAgentInformation(
  subOptions: Iterable<readonly [code: number, data: Uint8Array]>,
): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const [code, data] of subOptions) {
    if (data.length > 255) throw new WireError("too-long", `relay sub-option ${code}`, 255);
    pieces.push(Uint8Array.of(code, data.length), data);
  }
  return joinOctets(pieces);
}
