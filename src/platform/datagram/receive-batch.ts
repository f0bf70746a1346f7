/** The memory that a batch of packets is received into, from a socket of any family. */
import type { Libc } from "./libc.ts";
import { limits } from "./limits.ts";
import { errno, header, messageFlag, packetInfo, socketAddress, vector } from "./linux.ts";

export interface ReceiveBatchOptions {
  readonly libc: Libc;
  readonly fd: number;
  readonly octetsMax: number;
  /** Whether the kernel tells where packets were sent to, as IP_PKTINFO asks it to. */
  readonly tellsAsked?: boolean;
  readonly messages?: number;
}

export class ReceiveBatch {
  readonly messages: number;
  /** Of each message; the first `lengthOf` octets are the packet. */
  readonly octets: readonly Uint8Array[];
  /** Who sent each message: a sockaddr of the socket's family. */
  readonly names: readonly DataView[];
  /** What the kernel says of each message. */
  readonly controls: readonly DataView[];
  /** Why the last call received nothing, 0 if it did not fail. */
  failure = 0;
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #controlOctets: number;
  /** The headers, and behind them their vectors. */
  readonly #headers: DataView;
  readonly #headersAddress: bigint;
  #received = 0;

  constructor(options: ReceiveBatchOptions) {
    const { libc, fd, octetsMax, tellsAsked = false, messages = limits.batchMessages } = options;
    this.messages = messages;
    this.#libc = libc;
    this.#fd = fd;
    this.#controlOctets = tellsAsked ? packetInfo.slotOctets : 0;
    this.#headers = new DataView(new ArrayBuffer(messages * (header.octets + vector.octets)));
    this.#headersAddress = libc.addressOf(this.#headers.buffer as ArrayBuffer);
    const stride = Math.ceil(octetsMax / 64) * 64;
    const payloads = new ArrayBuffer(messages * stride);
    const names = new ArrayBuffer(messages * socketAddress.slotOctets);
    const controls = new ArrayBuffer(messages * packetInfo.slotOctets);
    const slots = Array.from({ length: messages }, (_, slot) => slot);
    this.octets = slots.map((slot) => new Uint8Array(payloads, slot * stride, octetsMax));
    this.names = cutViews(names, socketAddress.slotOctets);
    this.controls = cutViews(controls, packetInfo.slotOctets);
    const at = {
      payloads: libc.addressOf(payloads),
      names: libc.addressOf(names),
      controls: libc.addressOf(controls),
    };
    for (const slot of slots) {
      const start = slot * header.octets;
      const vectorStart = messages * header.octets + slot * vector.octets;
      this.#headers.setBigUint64(vectorStart, at.payloads + BigInt(slot * stride), true);
      this.#headers.setBigUint64(vectorStart + vector.length, BigInt(octetsMax), true);
      const name = at.names + BigInt(slot * socketAddress.slotOctets);
      this.#headers.setBigUint64(start + header.name, name, true);
      this.#headers.setBigUint64(start + header.vectors, this.#headersAddress + BigInt(vectorStart), true);
      this.#headers.setUint32(start + header.vectorCount, 1, true);
      if (!tellsAsked) continue;
      const control = at.controls + BigInt(slot * packetInfo.slotOctets);
      this.#headers.setBigUint64(start + header.control, control, true);
    }
    this.#reset(messages);
  }

  /** Takes what has arrived, without waiting, and returns how many messages that is. */
  receive(): number {
    this.#reset(this.#received);
    const { doNotWait } = messageFlag;
    const received = this.#libc.recvmmsg(this.#fd, this.#headersAddress, this.messages, doNotWait, 0n);
    this.failure = received < 0 ? this.#libc.errno() : 0;
    this.#received = Math.max(0, received);
    return this.#received;
  }

  lengthOf(message: number): number {
    return this.#headers.getUint32(message * header.octets + header.length, true);
  }

  isTruncated(message: number): boolean {
    const flags = this.#headers.getUint32(message * header.octets + header.flags, true);
    return (flags & messageFlag.truncated) !== 0;
  }

  /** What the kernel wrote over, for the next call. */
  #reset(messages: number): void {
    for (let message = 0; message < messages; message++) {
      const start = message * header.octets;
      this.#headers.setUint32(start + header.nameLength, socketAddress.slotOctets, true);
      this.#headers.setUint32(start + header.controlLength, this.#controlOctets, true);
      this.controls[message]!.setUint32(packetInfo.length, 0, true);
    }
  }
}

/** Views of equal parts. */
export function cutViews(memory: ArrayBuffer, octets: number): readonly DataView[] {
  const count = memory.byteLength / octets;
  return Array.from({ length: count }, (_, index) => new DataView(memory, index * octets, octets));
}

/** Errors that say that nothing is there, and nothing wrong. */
export function isNothing(why: number): boolean {
  return why === 0 || why === errno.EAGAIN || why === errno.EINTR;
}

/** Errors of a socket whose interface is down or no more. */
export function isInterfaceGone(why: number): boolean {
  return why === errno.ENETDOWN || why === errno.ENODEV || why === errno.ENXIO;
}
