/**
 * The echo of ICMP: who has the address answers. RFC 792, RFC 1122 §3.2.2.6.
 *
 * ```
 *  0 type | code | checksum
 *  4 identifier  | sequence number
 *  8 data, which comes back as it was
 * ```
 */
import { WireError } from "../dns/wire.ts";
import { addWords, checksumOf } from "./internet-checksum.ts";
import { longWordAt, readIpv4Header, wordAt, writeWord } from "./ipv4-udp.ts";

/** RFC 792, "Echo or Echo Reply Message". */
export const IcmpType = { echoReply: 0, echoRequest: 8 } as const;

const icmpProtocol = 1;
const icmpHeaderOctets = 8;
/** As much data as `ping` is used to send, of zeros: firewalls look askance at less. */
const dataOctets = 56;
export const icmpEchoOctets: number = icmpHeaderOctets + dataOctets;

export interface IcmpEcho {
  readonly identifier: number;
  readonly sequence: number;
}

/** Writes a request at the start of `into`, without an IPv4 header, and returns the octets written. */
export function writeIcmpEcho({ identifier, sequence }: IcmpEcho, into: Uint8Array): number {
  into.fill(0, 0, icmpEchoOctets);
  into[0] = IcmpType.echoRequest;
  writeWord(into, 4, identifier);
  writeWord(into, 6, sequence);
  writeWord(into, 2, checksumOf(addWords(into, 0, icmpEchoOctets)));
  return icmpEchoOctets;
}

export interface IcmpEchoReply extends IcmpEcho {
  readonly from: number;
}

/** Reads an IPv4 packet that holds the answer to an echo. Throws WireError. */
export function readIcmpEchoReply(packet: Uint8Array): IcmpEchoReply {
  const at = readIpv4Header(packet, icmpProtocol);
  const end = wordAt(packet, 2);
  if (end < at + icmpHeaderOctets) throw new WireError("short-input", "ICMP", at);
  if (packet[at] !== IcmpType.echoReply) throw new WireError("unknown-form", "ICMP.type", at);
  if (checksumOf(addWords(packet, at, end)) !== 0) throw new WireError("bad-value", "ICMP.checksum", at + 2);
  return {
    from: longWordAt(packet, 12),
    identifier: wordAt(packet, at + 4),
    sequence: wordAt(packet, at + 6),
  };
}
