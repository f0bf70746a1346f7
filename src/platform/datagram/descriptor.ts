/**
 * UDP descriptors that any thread of the process may serve. Each must be closed by `closeDescriptor`.
 *
 * Several descriptors may share one address and port (SO_REUSEPORT): the kernel then spreads the peers over
 * them. Any process of the same user could join with that option, so the first of them is bound without it,
 * and takes it only then: a port that somebody else has is an error, as it is without sharing.
 */
import type { Log } from "#contracts/log.ts";
import { addressOctets, scopeOf } from "#platform/listen/address-octets.ts";
import { bindError } from "#platform/listen/bind-error.ts";
import type { Endpoint } from "#platform/listen/endpoint.ts";
import { type Libc, systemError } from "./libc.ts";
import { limits } from "./limits.ts";
import {
  family as families,
  level,
  memoryInfoDrops,
  memoryInfoOctets,
  option,
  socketAddress,
  socketType,
} from "./linux.ts";
import { tellReceiveBuffer } from "./receive-buffer.ts";
import { writeSocketAddress } from "./socket-address.ts";

/** Plain data: other threads of the process may use it as it is. */
export interface Descriptor {
  readonly fd: number;
  readonly local: Endpoint;
  /** On a wildcard address: each datagram tells which of our addresses was asked. */
  readonly tellsAsked: boolean;
}

export interface DescriptorOptions {
  readonly libc: Libc;
  readonly address: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
  readonly log: Log;
  /** `first` lets others join later, `join` is one of those; without, nobody shares the port. */
  readonly sharing?: "first" | "join";
}

/** Throws ConfigError when the address cannot be used. */
export function openDescriptor(options: DescriptorOptions): Descriptor {
  const { libc, address, port, log, sharing } = options;
  const octets = addressOctets(address);
  const family = octets.length === 16 ? 6 : 4;
  const type = socketType.datagram | socketType.closeOnExec;
  const fd = libc.socket(family === 6 ? families.inet6 : families.inet, type, 0);
  const calls = new OptionCalls(libc, fd);
  try {
    if (fd < 0) throw systemError("socket", libc.errno());
    if (family === 6) calls.set(level.ipv6, option.ipv6Only, 1);
    if (sharing === "join") calls.set(level.socket, option.reusePort, 1);
    const tellsAsked = octets.every((octet) => octet === 0);
    if (tellsAsked && family === 4) calls.set(level.ip, option.ipPacketInfo, 1);
    if (tellsAsked && family === 6) calls.set(level.ipv6, option.ipv6ReceivePacketInfo, 1);
    const place = { family, octets, port, scope: scopeOf(address) } as const;
    const bound = bind(libc, fd, place);
    if (sharing === "first") calls.set(level.socket, option.reusePort, 1);
    askForBuffers(calls, log);
    return { fd, local: { address, port: bound, family }, tellsAsked };
  } catch (error) {
    if (fd >= 0) libc.close(fd);
    throw bindError(error, { address, port, family }, "UDP");
  }
}

/**
 * One descriptor for each of `count` servers of an address, all on one port. Throws ConfigError, and then has
 * opened none.
 */
export function openDescriptors(
  options: Omit<DescriptorOptions, "sharing">,
  count: number,
): readonly Descriptor[] {
  const opened = [openDescriptor({ ...options, sharing: "first" })];
  const { port } = opened[0]!.local;
  try {
    while (opened.length < count) opened.push(openDescriptor({ ...options, port, sharing: "join" }));
  } catch (error) {
    for (const descriptor of opened) closeDescriptor(options.libc, descriptor);
    throw error;
  }
  return opened;
}

/** No thread may use it any more: the kernel soon gives its number to another file. */
export function closeDescriptor(libc: Libc, descriptor: Descriptor): void {
  libc.close(descriptor.fd);
}

/** Datagrams for this descriptor that the kernel has thrown away till now: the receive buffer was full. */
export function overflowOf(libc: Libc, descriptor: Pick<Descriptor, "fd">): number {
  const numbers = new OptionCalls(libc, descriptor.fd).get(level.socket, option.memoryInfo, memoryInfoOctets);
  return numbers[memoryInfoDrops] ?? 0;
}

/** Binds, and returns the port. */
function bind(libc: Libc, fd: number, place: Parameters<typeof writeSocketAddress>[1]): number {
  const memory = new ArrayBuffer(socketAddress.slotOctets + 4);
  const view = new DataView(memory);
  const address = libc.addressOf(memory);
  if (libc.bind(fd, address, writeSocketAddress(view, place)) < 0) throw systemError("bind", libc.errno());
  view.setUint32(socketAddress.slotOctets, socketAddress.slotOctets, true);
  if (libc.getsockname(fd, address, address + BigInt(socketAddress.slotOctets)) < 0) {
    throw systemError("getsockname", libc.errno());
  }
  return view.getUint16(socketAddress.port);
}

/** As much as the kernel gives. */
export function askForBuffers(calls: OptionCalls, log: Log): void {
  const { receiveBufferOctets, sendBufferOctets } = limits;
  // Forced, beyond net.core.rmem_max, for who may: root, or CAP_NET_ADMIN. socket(7).
  for (const [forced, asked, octets] of [
    [option.receiveBufferForce, option.receiveBuffer, receiveBufferOctets],
    [option.sendBufferForce, option.sendBuffer, sendBufferOctets],
  ] as const) {
    if (!calls.tries(level.socket, forced, octets)) calls.tries(level.socket, asked, octets);
  }
  tellReceiveBuffer(calls.get(level.socket, option.receiveBuffer, 4)[0]!, log);
}

/** setsockopt and getsockopt of numbers of 32 bits. */
export class OptionCalls {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #words = new Uint32Array(new ArrayBuffer(64));
  readonly #address: bigint;

  constructor(libc: Libc, fd: number) {
    this.#libc = libc;
    this.#fd = fd;
    this.#address = libc.addressOf(this.#words.buffer);
  }

  set(optionLevel: number, name: number, ...values: readonly number[]): void {
    if (!this.tries(optionLevel, name, ...values)) throw systemError("setsockopt", this.#libc.errno());
  }

  tries(optionLevel: number, name: number, ...values: readonly number[]): boolean {
    this.#words.set(values);
    return this.#libc.setsockopt(this.#fd, optionLevel, name, this.#address, values.length * 4) === 0;
  }

  get(optionLevel: number, name: number, octets: number): Uint32Array {
    const length = 15; // the last of the words
    this.#words[length] = octets;
    const lengthAddress = this.#address + BigInt(length * 4);
    if (this.#libc.getsockopt(this.#fd, optionLevel, name, this.#address, lengthAddress) < 0) {
      throw systemError("getsockopt", this.#libc.errno());
    }
    return this.#words.slice(0, this.#words[length]! / 4);
  }
}
