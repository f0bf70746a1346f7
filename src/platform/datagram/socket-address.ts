/** A struct sockaddr in memory that the kernel reads and writes. ip(7), ipv6(7). */
import { addressText, isLinkLocal } from "#platform/listen/address-octets.ts";
import type { AddressFamily } from "#platform/listen/endpoint.ts";
import type { DatagramPeer } from "./datagram.ts";
import { family as families, packetInfo, socketAddress } from "./linux.ts";

/** Where an address and a port are written to be a sockaddr. */
export type Place = Pick<DatagramPeer, "family" | "octets" | "port" | "scope">;

/** Writes a sockaddr, and returns its length in octets. */
export function writeSocketAddress(memory: DataView, place: Place): number {
  const { octets, address } = socketAddress[place.family];
  for (let at = 0; at < octets; at++) memory.setUint8(at, 0);
  memory.setUint16(socketAddress.family, place.family === 6 ? families.inet6 : families.inet, true);
  memory.setUint16(socketAddress.port, place.port);
  for (let at = 0; at < place.octets.length; at++) memory.setUint8(address + at, place.octets[at]!);
  if (isLinkLocal(place.octets)) memory.setUint32(socketAddress.scope, place.scope, true);
  return octets;
}

/**
 * Writes the control message that has the kernel send from the address that was asked, and returns the octets
 * it takes. Only a link-local address needs its interface; for any other the kernel's routes decide.
 */
export function writePacketInfo(memory: DataView, asked: Uint8Array, scope: number): number {
  const layout = packetInfo[asked.length === 16 ? 6 : 4];
  for (let at = 0; at < layout.space; at++) memory.setUint8(at, 0);
  memory.setUint32(packetInfo.length, layout.octets, true);
  memory.setUint32(packetInfo.level, layout.level, true);
  memory.setUint32(packetInfo.type, layout.type, true);
  for (let at = 0; at < asked.length; at++) memory.setUint8(layout.address + at, asked[at]!);
  if (isLinkLocal(asked)) memory.setUint32(layout.scope, scope, true);
  return layout.space;
}

/** Who sent the datagram that lies in a slot: reads the kernel's memory whenever it is asked. */
export class SlotPeer implements DatagramPeer {
  readonly family: AddressFamily;
  readonly octets: Uint8Array;
  readonly #name: DataView;
  readonly #control: DataView | undefined;
  readonly #asked: Uint8Array | undefined;

  /** @param control the slot's control message, when the socket tells the address that was asked */
  constructor(family: AddressFamily, name: DataView, control?: DataView) {
    const { address, addressOctets } = socketAddress[family];
    this.family = family;
    this.octets = new Uint8Array(name.buffer, name.byteOffset + address, addressOctets);
    this.#name = name;
    this.#control = control;
    this.#asked =
      control &&
      new Uint8Array(control.buffer, control.byteOffset + packetInfo[family].address, addressOctets);
  }

  get port(): number {
    return this.#name.getUint16(socketAddress.port);
  }

  get scope(): number {
    if (this.family === 4) return 0;
    return this.#name.getUint32(socketAddress.scope, true) || this.askedScope;
  }

  /** Number of the interface when the address that was asked is a link-local one, else 0. */
  get askedScope(): number {
    const asked = this.asked;
    if (asked === undefined || !isLinkLocal(asked)) return 0;
    return this.#control!.getUint32(packetInfo[6].scope, true);
  }

  get address(): string {
    return addressText(this.octets, this.scope);
  }

  get asked(): Uint8Array | undefined {
    return this.hasAsked ? this.#asked : undefined;
  }

  /** Whether the kernel told the address that was asked. */
  get hasAsked(): boolean {
    const control = this.#control;
    return (
      control !== undefined &&
      control.getUint32(packetInfo.length, true) === packetInfo[this.family].octets &&
      control.getUint32(packetInfo.type, true) === packetInfo[this.family].type
    );
  }
}
