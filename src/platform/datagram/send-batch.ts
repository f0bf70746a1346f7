/** The memory that packets wait in to be sent with one call, by a socket of any family. */
import type { Libc } from "./libc.ts";
import { limits } from "./limits.ts";
import { errno, header, messageFlag, packetInfo, socketAddress, vector } from "./linux.ts";
import { cutViews, isInterfaceGone } from "./receive-batch.ts";

/** What became of packets. Reaching a bound or being refused is no error: whoever asked asks again. */
export interface SendCounters {
  sent: number;
  /** The kernel had no room for it. */
  dropped: number;
  /** By the kernel, such as without a route, or longer than there is room for. */
  refused: number;
}

export interface SendBatchOptions {
  readonly libc: Libc;
  readonly fd: number;
  readonly octetsMax: number;
  /** Octets of the sockaddr that each message is sent to. */
  readonly nameOctets: number;
  /** Octets of the control message of each. */
  readonly controlOctets?: number;
  readonly messages?: number;
  readonly counters: SendCounters;
  /** A send said that the interface is down or no more. */
  readonly onGone: () => void;
}

export class SendBatch {
  /** For each message: its octets, its destination, its control message. */
  readonly octets: readonly Uint8Array[];
  readonly names: readonly DataView[];
  readonly controls: readonly DataView[];
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #counters: SendCounters;
  readonly #onGone: () => void;
  readonly #headers: DataView;
  readonly #vectors: DataView;
  /** Of the header of each message: a call begins at any. */
  readonly #addresses: readonly bigint[];
  #queued = 0;

  constructor(options: SendBatchOptions) {
    const { libc, octetsMax, nameOctets, controlOctets = 0, messages = limits.batchMessages } = options;
    this.#libc = libc;
    this.#fd = options.fd;
    this.#counters = options.counters;
    this.#onGone = options.onGone;
    const stride = Math.ceil(octetsMax / 64) * 64;
    const payloads = new ArrayBuffer(messages * stride);
    const names = new ArrayBuffer(messages * socketAddress.slotOctets);
    const controls = new ArrayBuffer(messages * packetInfo.slotOctets);
    this.#vectors = new DataView(new ArrayBuffer(messages * vector.octets));
    this.#headers = new DataView(new ArrayBuffer(messages * header.octets));
    const slots = Array.from({ length: messages }, (_, slot) => slot);
    this.octets = slots.map((slot) => new Uint8Array(payloads, slot * stride, octetsMax));
    this.names = cutViews(names, socketAddress.slotOctets);
    this.controls = cutViews(controls, packetInfo.slotOctets);
    const at = {
      payloads: libc.addressOf(payloads),
      names: libc.addressOf(names),
      controls: libc.addressOf(controls),
      vectors: libc.addressOf(this.#vectors.buffer as ArrayBuffer),
      headers: libc.addressOf(this.#headers.buffer as ArrayBuffer),
    };
    this.#addresses = slots.map((slot) => at.headers + BigInt(slot * header.octets));
    for (const slot of slots) {
      const start = slot * header.octets;
      this.#vectors.setBigUint64(slot * vector.octets, at.payloads + BigInt(slot * stride), true);
      const name = at.names + BigInt(slot * socketAddress.slotOctets);
      this.#headers.setBigUint64(start + header.name, name, true);
      this.#headers.setUint32(start + header.nameLength, nameOctets, true);
      this.#headers.setBigUint64(start + header.vectors, at.vectors + BigInt(slot * vector.octets), true);
      this.#headers.setUint32(start + header.vectorCount, 1, true);
      if (controlOctets === 0) continue;
      const control = at.controls + BigInt(slot * packetInfo.slotOctets);
      this.#headers.setBigUint64(start + header.control, control, true);
      this.#headers.setUint32(start + header.controlLength, controlOctets, true);
    }
  }

  /** Messages that wait for `flush`. */
  get queued(): number {
    return this.#queued;
  }

  /** The message to fill next; when all wait already they are sent first. */
  next(): number {
    if (this.#queued === this.octets.length) this.flush();
    return this.#queued;
  }

  /** Queues the message that `next` told, which has so many octets. */
  queue(length: number): void {
    this.#vectors.setUint32(this.#queued * vector.octets + vector.length, length, true);
    this.#queued++;
  }

  /** Gives the messages to the kernel, without waiting. One that it refuses does not hold up the others. */
  flush(): void {
    const queued = this.#queued;
    const counters = this.#counters;
    this.#queued = 0;
    let given = 0;
    while (given < queued) {
      const { doNotWait } = messageFlag;
      const sent = this.#libc.sendmmsg(this.#fd, this.#addresses[given]!, queued - given, doNotWait);
      if (sent > 0) {
        // Fewer than asked: the call after this one says why.
        counters.sent += sent;
        given += sent;
        continue;
      }
      const why = this.#libc.errno();
      if (why === errno.EINTR) continue;
      if (why === errno.EAGAIN) {
        counters.dropped += queued - given;
        return;
      }
      if (why === errno.ENOBUFS || why === errno.ENOMEM) counters.dropped++;
      else counters.refused++;
      given++;
      if (isInterfaceGone(why)) this.#onGone();
    }
  }
}
