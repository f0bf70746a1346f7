/** Sends single datagrams through any descriptor of the process, also one that another thread serves. */
import type { DatagramPeer } from "./datagram.ts";
import type { Descriptor } from "./descriptor.ts";
import type { Libc } from "./libc.ts";
import { limits } from "./limits.ts";
import { errno, header, messageFlag, packetInfo, socketAddress, vector } from "./linux.ts";
import { writePacketInfo, writeSocketAddress } from "./socket-address.ts";

/** `dropped`: too long, or the send buffer is full. `refused`: by the kernel, such as without a route. */
export type SendOutcome = "sent" | "dropped" | "refused";

export class DatagramSender {
  readonly #libc: Libc;
  readonly #octets: Uint8Array<ArrayBuffer>;
  readonly #name = new DataView(new ArrayBuffer(socketAddress.slotOctets));
  readonly #control = new DataView(new ArrayBuffer(packetInfo.slotOctets));
  readonly #vector = new DataView(new ArrayBuffer(vector.octets));
  readonly #header = new DataView(new ArrayBuffer(header.octets));
  readonly #headerAddress: bigint;
  readonly #controlAddress: bigint;

  constructor(libc: Libc, octetsMax: number = limits.payloadOctetsMax) {
    this.#libc = libc;
    this.#octets = new Uint8Array(new ArrayBuffer(octetsMax));
    this.#headerAddress = libc.addressOf(this.#header.buffer);
    this.#controlAddress = libc.addressOf(this.#control.buffer);
    this.#vector.setBigUint64(vector.base, libc.addressOf(this.#octets.buffer), true);
    this.#header.setBigUint64(header.name, libc.addressOf(this.#name.buffer), true);
    this.#header.setBigUint64(header.vectors, libc.addressOf(this.#vector.buffer), true);
    this.#header.setUint32(header.vectorCount, 1, true);
  }

  /** From the address that the peer asked, where the descriptor tells it. Never waits. */
  send(descriptor: Descriptor, peer: DatagramPeer, octets: Uint8Array): SendOutcome {
    if (octets.length > this.#octets.length) return "dropped";
    this.#octets.set(octets);
    this.#vector.setUint32(vector.length, octets.length, true);
    this.#header.setUint32(header.nameLength, writeSocketAddress(this.#name, peer), true);
    const { asked } = peer;
    const controlOctets = asked === undefined ? 0 : writePacketInfo(this.#control, asked, peer.scope);
    this.#header.setBigUint64(header.control, controlOctets === 0 ? 0n : this.#controlAddress, true);
    this.#header.setUint32(header.controlLength, controlOctets, true);
    for (;;) {
      const sent = this.#libc.sendmmsg(descriptor.fd, this.#headerAddress, 1, messageFlag.doNotWait);
      if (sent === 1) return "sent";
      const why = this.#libc.errno();
      if (why !== errno.EINTR) return why === errno.EAGAIN ? "dropped" : "refused";
    }
  }
}
