/**
 * Sockets that send and receive packets on an interface below IP's routes: AF_PACKET, SOCK_DGRAM. packet(7).
 */
import { OptionCalls } from "./descriptor.ts";
import { ethernetAddressOctets, type NetworkInterface } from "./interfaces.ts";
import { type Libc, systemError } from "./libc.ts";
import { limits } from "./limits.ts";
import { family, level, linkAddress, option, socketAddress, socketType } from "./linux.ts";
import { attachFilter, type FilterInstruction } from "./socket-filter.ts";

export const ethernetBroadcast: Uint8Array = new Uint8Array(ethernetAddressOctets).fill(0xff);

/** Opens a descriptor that only sends. Throws Error, as the kernel says it. */
export function openPacketSender(libc: Libc): number {
  const fd = libc.socket(family.packet, socketType.datagram | socketType.closeOnExec, 0);
  if (fd < 0) throw systemError("socket", libc.errno());
  return fd;
}

export interface PacketSocketOptions {
  readonly libc: Libc;
  readonly interface: NetworkInterface;
  /** Receives frames of this EtherType only. */
  readonly etherType: number;
  /** Receives only what this lets through. */
  readonly filter?: readonly FilterInstruction[];
}

/** Opens a descriptor that receives, and sends. Throws Error, as the kernel says it. */
export function openPacketSocket(options: PacketSocketOptions): number {
  const { libc, filter, etherType } = options;
  const fd = openPacketSender(libc); // it receives nothing before it is bound
  try {
    const calls = new OptionCalls(libc, fd);
    calls.tries(level.socket, option.receiveBuffer, limits.probeBufferOctets);
    if (filter !== undefined) attachFilter(libc, fd, filter);
    const name = new DataView(new ArrayBuffer(socketAddress.slotOctets));
    writeLinkAddress(name, { index: options.interface.index, etherType });
    const bound = libc.bind(fd, libc.addressOf(name.buffer as ArrayBuffer), linkAddress.octets);
    if (bound < 0) throw systemError("bind", libc.errno());
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

export interface LinkDestination {
  /** Of the interface. */
  readonly index: number;
  readonly etherType: number;
  /** Of Ethernet's length. */
  readonly hardwareAddress?: Uint8Array;
}

/** Writes a sockaddr_ll. */
export function writeLinkAddress(memory: DataView, destination: LinkDestination): void {
  const { index, etherType, hardwareAddress } = destination;
  memory.setUint16(linkAddress.family, family.packet, true);
  memory.setUint16(linkAddress.protocol, etherType);
  memory.setInt32(linkAddress.index, index, true);
  if (hardwareAddress === undefined) return;
  memory.setUint8(linkAddress.addressLength, ethernetAddressOctets);
  for (let at = 0; at < ethernetAddressOctets; at++) {
    memory.setUint8(linkAddress.address + at, hardwareAddress[at]!);
  }
}

/** A copy of the hardware address that a packet came from. */
export function hardwareAddressIn(memory: DataView): Uint8Array {
  const octets = Math.min(memory.getUint8(linkAddress.addressLength), 8);
  return new Uint8Array(
    memory.buffer as ArrayBuffer,
    memory.byteOffset + linkAddress.address,
    octets,
  ).slice();
}
