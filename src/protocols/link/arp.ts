/**
 * Address resolution of IPv4 over Ethernet. RFC 826; RFC 5227 §2.1.1 for probes.
 *
 * ```
 *  0 hardware type (1)               | protocol type (0x0800)
 *  4 hardware octets (6) | protocol octets (4) | operation
 *  8 sender hardware address         14 sender address
 * 18 target hardware address         24 target address
 * ```
 */
import { WireError } from "../dns/wire.ts";
import { longWordAt, wordAt, writeLongWord, writeWord } from "./ipv4-udp.ts";

export const arpOctets = 28;
/** RFC 826, "Definitions". */
export const ArpOperation = { request: 1, reply: 2 } as const;

const hardwareOctets = 6;
const ethernet = 1;
const ipv4 = 0x0800;

export interface ArpPacket {
  /** One of `ArpOperation`, or another. */
  readonly operation: number;
  /** 6 octets. */
  readonly senderHardwareAddress: Uint8Array;
  readonly senderAddress: number;
  /** 6 octets. */
  readonly targetHardwareAddress: Uint8Array;
  readonly targetAddress: number;
}

const noHardwareAddress: Uint8Array = new Uint8Array(hardwareOctets);

/**
 * The question whether anybody has `address`. It names no sender, so that nobody learns a wrong address from
 * it. RFC 5227 §2.1.1.
 */
export function arpProbe(address: number, hardwareAddress: Uint8Array): ArpPacket {
  return {
    operation: ArpOperation.request,
    senderHardwareAddress: hardwareAddress,
    senderAddress: 0,
    targetHardwareAddress: noHardwareAddress,
    targetAddress: address,
  };
}

/** Writes at the start of `into`, and returns the octets written. */
export function writeArp(packet: ArpPacket, into: Uint8Array): number {
  writeWord(into, 0, ethernet);
  writeWord(into, 2, ipv4);
  into[4] = hardwareOctets;
  into[5] = 4;
  writeWord(into, 6, packet.operation);
  into.set(packet.senderHardwareAddress, 8);
  writeLongWord(into, 14, packet.senderAddress);
  into.set(packet.targetHardwareAddress, 18);
  writeLongWord(into, 24, packet.targetAddress);
  return arpOctets;
}

/** Views into `octets`, behind whose end the link may have padded. Throws WireError. */
export function readArp(octets: Uint8Array): ArpPacket {
  if (octets.length < arpOctets) throw new WireError("short-input", "ARP", octets.length);
  if (wordAt(octets, 0) !== ethernet) throw new WireError("unknown-form", "ARP.hardwareType", 0);
  if (wordAt(octets, 2) !== ipv4) throw new WireError("unknown-form", "ARP.protocolType", 2);
  if (octets[4] !== hardwareOctets) throw new WireError("bad-value", "ARP.hardwareOctets", 4);
  if (octets[5] !== 4) throw new WireError("bad-value", "ARP.protocolOctets", 5);
  return {
    operation: wordAt(octets, 6),
    senderHardwareAddress: octets.subarray(8, 14),
    senderAddress: longWordAt(octets, 14),
    targetHardwareAddress: octets.subarray(18, 24),
    targetAddress: longWordAt(octets, 24),
  };
}
