/**
 * UDP in IPv4 as it travels on a link, for those who send before there is an address to send to. RFC 791
 * §3.1, RFC 768.
 *
 * ```
 *  0 version, header length | type of service | total length
 *  4 identification                           | flags, fragment offset
 *  8 time to live           | protocol        | header checksum
 * 12 source address
 * 16 destination address
 * 20 source port                              | destination port        (behind the options, when there are
 * some) 24 length                                   | checksum
 * ```
 */
import { WireError } from "../dns/wire.ts";
import { addLongWord, addWords, checksumOf } from "./internet-checksum.ts";

/** Of an IPv4 header without options, and a UDP header. */
export const ipv4UdpHeaderOctets = 28;
export const ipv4HeaderOctets = 20;
const udpHeaderOctets = 8;
const udpProtocol = 17;
/** RFC 1700, "IP TIME TO LIVE PARAMETER". */
const timeToLive = 64;
const doNotFragment = 0x4000;
const moreFragments = 0x2000;
const fragmentOffset = 0x1fff;

export interface UdpAddressing {
  readonly from: number;
  readonly fromPort: number;
  readonly to: number;
  readonly toPort: number;
}

/**
 * Writes both headers at the start of `packet`, for the payload that lies behind them already, and returns
 * the octets of the whole.
 */
export function writeIpv4Udp(packet: Uint8Array, payloadOctets: number, addressing: UdpAddressing): number {
  const { from, fromPort, to, toPort } = addressing;
  const length = ipv4UdpHeaderOctets + payloadOctets;
  const udpLength = udpHeaderOctets + payloadOctets;
  packet[0] = 0x45; // version 4, five words
  packet[1] = 0;
  writeWord(packet, 2, length);
  writeWord(packet, 4, 0); // RFC 6864 §4.1: what is never fragmented needs no identification
  writeWord(packet, 6, doNotFragment);
  packet[8] = timeToLive;
  packet[9] = udpProtocol;
  writeWord(packet, 10, 0);
  writeLongWord(packet, 12, from);
  writeLongWord(packet, 16, to);
  writeWord(packet, 10, checksumOf(addWords(packet, 0, ipv4HeaderOctets)));
  writeWord(packet, 20, fromPort);
  writeWord(packet, 22, toPort);
  writeWord(packet, 24, udpLength);
  writeWord(packet, 26, 0);
  writeWord(packet, 26, udpChecksum(packet, length, addressing));
  return length;
}

/** Over the addresses, the protocol and the length too; 0 would say that there is none. RFC 768. */
function udpChecksum(packet: Uint8Array, length: number, { from, to }: UdpAddressing): number {
  const pseudoHeader = addLongWord(to, addLongWord(from, udpProtocol + length - ipv4HeaderOctets));
  return checksumOf(addWords(packet, ipv4HeaderOctets, length, pseudoHeader)) || 0xffff;
}

export interface Ipv4Udp extends UdpAddressing {
  /** A view into the packet. */
  readonly payload: Uint8Array;
}

/**
 * Reads a packet that is UDP and whole; octets behind its end are the link's padding. Throws WireError.
 *
 * The UDP checksum is left alone: what a neighbour on the same machine sends has none yet, because it is the
 * network card that would write it.
 */
export function readIpv4Udp(packet: Uint8Array): Ipv4Udp {
  const headerOctets = readIpv4Header(packet, udpProtocol);
  const length = wordAt(packet, 2);
  const udp = headerOctets;
  if (length < udp + udpHeaderOctets) throw new WireError("short-input", "IPv4.length", 2);
  if ((wordAt(packet, 6) & (moreFragments | fragmentOffset)) !== 0) {
    throw new WireError("unknown-form", "IPv4.fragmentOffset", 6);
  }
  const udpLength = wordAt(packet, udp + 4);
  if (udpLength < udpHeaderOctets || udp + udpLength > length) {
    throw new WireError("bad-value", "UDP.length", udp + 4);
  }
  return {
    from: longWordAt(packet, 12),
    fromPort: wordAt(packet, udp),
    to: longWordAt(packet, 16),
    toPort: wordAt(packet, udp + 2),
    payload: packet.subarray(udp + udpHeaderOctets, udp + udpLength),
  };
}

/** Octets of the header, options included, of a packet that holds `protocol`. Throws WireError. */
export function readIpv4Header(packet: Uint8Array, protocol: number): number {
  if (packet.length < ipv4HeaderOctets) throw new WireError("short-input", "IPv4.header", 0);
  if (packet[0]! >> 4 !== 4) throw new WireError("bad-value", "IPv4.version", 0);
  const headerOctets = (packet[0]! & 0xf) * 4;
  if (headerOctets < ipv4HeaderOctets) throw new WireError("bad-value", "IPv4.headerLength", 0);
  const length = wordAt(packet, 2);
  if (length > packet.length || headerOctets > length) throw new WireError("short-input", "IPv4.length", 2);
  if (packet[9] !== protocol) throw new WireError("unknown-form", "IPv4.protocol", 9);
  return headerOctets;
}

export function wordAt(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}

export function longWordAt(octets: Uint8Array, at: number): number {
  return wordAt(octets, at) * 0x1_0000 + wordAt(octets, at + 2);
}

export function writeWord(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 8;
  octets[at + 1] = value;
}

export function writeLongWord(octets: Uint8Array, at: number, value: number): void {
  writeWord(octets, at, value >>> 16);
  writeWord(octets, at + 2, value);
}
