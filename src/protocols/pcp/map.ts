/**
 * PCP's MAP: a port on the router, and with it the router's external address. RFC 6887 §7, §11.1.
 *
 * ```
 *  0 version 2 | R and opcode | reserved            in answers: reserved | result code
 *  4 lifetime in seconds
 *  8 client's address, 16 octets                    in answers: epoch time, 12 octets of zero
 * 24 nonce, 12 octets
 * 36 protocol | reserved, 3 octets
 * 40 internal port | external port
 * 44 external address, 16 octets
 * ```
 */
import { ipv4ToText, ipv6ToText } from "../dns/fields/addresses.ts";
import { WireReader, WireWriter } from "../dns/wire.ts";
import { octetsOfAddress } from "../public-address/network.ts";

/** RFC 6887 §19.1. */
export const pcpPort = 5351;
export const nonceOctets = 12;

const version = 2;
const mapOpcode = 1;
const responseBit = 0x80;
const udp = 17;
const mapOctets = 60;
/** RFC 6887 §7: no message is longer. */
const messageOctetsMax = 1_100;

/** RFC 6887 §7.4, in words that follow the name of the router. */
const resultWords: Readonly<Record<number, string>> = {
  1: "does not speak this version of PCP",
  2: "does not allow this machine to use PCP",
  3: "finds the request wrong",
  4: "does not know PCP's MAP",
  5: "does not know an option of the request",
  6: "finds an option of the request wrong",
  7: "has no address itself",
  8: "has no room left",
  9: "maps no UDP",
  10: "gives this machine no more ports",
  11: "cannot give such an external address",
  12: "sees another address of this machine: a NAT is in between",
  13: "has too many peers",
};

export interface MapRequest {
  /** The address that the request is sent from. RFC 6887 §8.1: the server compares them. */
  readonly clientAddress: string;
  /** 96 bits that nobody can guess; whoever knows them may end the mapping. RFC 6887 §11.1. */
  readonly nonce: Uint8Array;
  readonly internalPort: number;
  /** 0 ends the mapping. RFC 6887 §15. */
  readonly lifetimeSeconds: number;
}

/** A mapping of a UDP port, its external side left to the server. */
export function mapRequest({ clientAddress, nonce, internalPort, lifetimeSeconds }: MapRequest): Uint8Array {
  const writer = new WireWriter({ size: mapOctets, limit: mapOctets });
  const client = octetsOfAddress(clientAddress);
  if (client === undefined) throw new TypeError(`${clientAddress} is no address`);
  writer.u8(version);
  writer.u8(mapOpcode);
  writer.u16(0);
  writer.u32(lifetimeSeconds);
  writer.bytes(inSixteenOctets(client));
  writer.bytes(nonce);
  writer.u32(udp * 0x1000000);
  writer.u16(internalPort);
  writer.u16(0);
  // RFC 6887 §11.1: no address of the family that is wanted
  writer.bytes(client.length === 4 ? inSixteenOctets(new Uint8Array(4)) : new Uint8Array(16));
  return writer.finish();
}

export type MapAnswer =
  | {
      readonly kind: "mapped";
      /** IPv4 ones in their own form. */
      readonly externalAddress: string;
      readonly externalPort: number;
      readonly lifetimeSeconds: number;
    }
  /** `words` follow the name of the router. */
  | { readonly kind: "refused"; readonly code: number; readonly words: string };

/** Reads the answer to a request. Throws WireError when it is none, or another's. RFC 6887 §8.3, §11.4. */
export function readMapAnswer(octets: Uint8Array, request: MapRequest): MapAnswer {
  const reader = new WireReader(octets);
  if (octets.length > messageOctetsMax) reader.fail("too-long", "PCP", messageOctetsMax);
  const spoken = reader.u8("PCP.version");
  if (spoken === 0) return natPmpRefusal(reader);
  const opcode = reader.u8("PCP.opcode");
  if (opcode < responseBit) reader.fail("bad-value", "PCP.opcode", 1);
  reader.u8("PCP.reserved");
  const code = reader.u8("PCP.result");
  if (spoken !== version) {
    // RFC 6887 §9: only to say so may a server answer in another version
    if (code !== 1) reader.fail("unknown-form", "PCP.version", 0);
    return { kind: "refused", code, words: `speaks version ${spoken} of PCP only` };
  }
  if (opcode !== responseBit + mapOpcode) reader.fail("bad-value", "PCP.opcode", 1);
  const lifetimeSeconds = reader.u32("PCP.lifetime");
  reader.take(16, "PCP.epoch");
  if (code !== 0)
    return { kind: "refused", code, words: resultWords[code] ?? `refuses with PCP's code ${code}` };
  const nonce = reader.copy(nonceOctets, "MAP.nonce");
  if (!nonce.every((octet, index) => octet === request.nonce[index]))
    reader.fail("bad-value", "MAP.nonce", 24);
  if (reader.u8("MAP.protocol") !== udp) reader.fail("bad-value", "MAP.protocol", 36);
  reader.take(3, "MAP.reserved");
  if (reader.u16("MAP.internalPort") !== request.internalPort)
    reader.fail("bad-value", "MAP.internalPort", 40);
  const externalPort = reader.u16("MAP.externalPort");
  const externalAddress = addressText(reader.copy(16, "MAP.externalAddress"));
  // Options may follow; none was asked for, so that none says anything
  return { kind: "mapped", externalAddress, externalPort, lifetimeSeconds };
}

/** A server of NAT-PMP alone answers in its own form. RFC 6887 appendix A, RFC 6886 §3.5. */
function natPmpRefusal(reader: WireReader): MapAnswer {
  if (reader.u8("NAT-PMP.opcode") < responseBit) reader.fail("bad-value", "NAT-PMP.opcode", 1);
  const code = reader.u16("NAT-PMP.result");
  if (code === 0) reader.fail("bad-value", "NAT-PMP.result", 2);
  return { kind: "refused", code, words: "speaks NAT-PMP, not PCP; use the method nat-pmp" };
}

/** IPv4 addresses are carried as IPv4-mapped ones. RFC 6887 §5. */
function inSixteenOctets(octets: Uint8Array): Uint8Array {
  if (octets.length === 16) return octets;
  const wide = new Uint8Array(16);
  wide.set([0xff, 0xff, ...octets], 10);
  return wide;
}

function addressText(octets: Uint8Array): string {
  const isMapped =
    octets.subarray(0, 10).every((octet) => octet === 0) && octets[10] === 0xff && octets[11] === 0xff;
  return isMapped ? ipv4ToText(new DataView(octets.buffer).getUint32(12)) : ipv6ToText(octets);
}
