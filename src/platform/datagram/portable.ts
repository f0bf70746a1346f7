/** The datagram listener on node:dgram: any platform, no FFI. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { Log } from "#contracts/log.ts";
import { bindError } from "#platform/listen/bind-error.ts";
import type { Endpoint } from "#platform/listen/endpoint.ts";
import { WireError } from "#protocols/dns/wire.ts";
import {
  type DatagramCounters,
  type DatagramListener,
  type DatagramListenerOptions,
  type DatagramPeer,
  type DatagramResponder,
  noDatagramsYet,
  type OpenDatagramListener,
  TextPeer,
} from "./datagram.ts";
import { logFault } from "./fault-log.ts";
import { limits } from "./limits.ts";
import { tellReceiveBuffer } from "./receive-buffer.ts";

export const openDatagramListener: OpenDatagramListener = async (options) => {
  const { address, port, log } = options;
  const family = isIPv6(address.replace(/%.*$/, "")) ? 6 : 4;
  const socket = createSocket({
    type: family === 6 ? "udp6" : "udp4",
    ipv6Only: family === 6,
    // Peers are addresses already: without this, every answer would wait a turn for a look-up.
    lookup: (name, _options, done) => done(null, name, family),
  });
  try {
    const listening = once(socket, "listening"); // before bind, which may emit it at once
    socket.bind({ address, port, exclusive: true });
    await listening;
  } catch (error) {
    socket.close();
    throw bindError(error, { address, port, family }, "UDP");
  }
  askForBuffers(socket, log);
  return new PortableListener(socket, { address, port: socket.address().port, family }, options);
};

/** One answer's room; belongs to the kernel from `send` to the callback. */
interface Slot {
  readonly octets: Uint8Array;
  readonly onSent: (error: Error | null) => void;
}

class PortableListener implements DatagramListener {
  readonly local: Endpoint;
  readonly counters: DatagramCounters = noDatagramsYet();
  readonly #socket: Socket;
  readonly #onDatagram: DatagramResponder;
  readonly #log: Log;
  readonly #replyOctetsMax: number;
  readonly #free: Slot[] = [];
  #slots = 0;
  #closed = false;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(socket: Socket, local: Endpoint, options: DatagramListenerOptions) {
    this.#socket = socket;
    this.local = local;
    this.#onDatagram = options.onDatagram;
    this.#log = options.log;
    this.#replyOctetsMax = options.replyOctetsMax ?? limits.replyOctetsMax;
    socket.on("message", (request, from) => {
      // slice of Node's Buffer is a view: whoever takes a copy of a datagram so would get none
      this.#answer(new Uint8Array(request.buffer, request.byteOffset, request.length), from);
    });
    // An ICMP error for an earlier answer, on platforms that report it here. The next datagram is not
    // concerned.
    socket.on("error", () => void this.counters.sendErrors++);
  }

  send(peer: DatagramPeer, octets: Uint8Array): boolean {
    const slot = this.#closed || octets.length > this.#replyOctetsMax ? undefined : this.#takeSlot();
    if (slot === undefined) {
      this.counters.dropped++;
      return false;
    }
    slot.octets.set(octets);
    this.#give(slot, octets.length, peer.port, peer.address);
    return true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#drainAndClose();
    return this.#closing;
  }

  #answer(request: Uint8Array, from: RemoteInfo): void {
    this.counters.received++;
    const slot = this.#takeSlot();
    if (slot === undefined) {
      this.counters.dropped++;
      return;
    }
    let length = 0;
    try {
      const peer = new TextPeer(from.address, from.port);
      length = this.#onDatagram(request, request.length, peer, slot.octets);
    } catch (error) {
      this.#countFault(error);
    }
    if (length > 0) this.#give(slot, length, from.port, from.address);
    else this.#free.push(slot);
  }

  #give(slot: Slot, length: number, port: number, address: string): void {
    try {
      this.#socket.send(slot.octets, 0, length, port, address, slot.onSent);
    } catch (error) {
      slot.onSent(error as Error); // such as a port of 0, which anyone can put into a datagram
    }
  }

  #takeSlot(): Slot | undefined {
    const slot = this.#free.pop();
    if (slot !== undefined || this.#slots >= limits.sendsWaitingMax) return slot;
    this.#slots++;
    const fresh: Slot = {
      octets: new Uint8Array(this.#replyOctetsMax),
      onSent: (error) => {
        if (error == null) this.counters.answered++;
        else this.counters.sendErrors++;
        this.#free.push(fresh);
        if (this.#free.length === this.#slots) this.#onIdle?.();
      },
    };
    return fresh;
  }

  #countFault(error: unknown): void {
    if (error instanceof WireError) {
      this.counters.malformed++;
      return;
    }
    logFault(this.#log, error, ++this.counters.faults);
  }

  /** Answers what the kernel holds already, then waits for the kernel to take the answers. */
  async #drainAndClose(): Promise<void> {
    for (let turn = 0; turn < limits.drainTurnsMax; turn++) {
      const before = this.counters.received;
      await new Promise((resolve) => setImmediate(resolve));
      if (turn > 0 && this.counters.received === before) break;
    }
    this.#closed = true;
    this.#socket.removeAllListeners("message");
    if (this.#free.length < this.#slots) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limits.drainMsMax);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}

function askForBuffers(socket: Socket, log: Log): void {
  try {
    socket.setSendBufferSize(limits.sendBufferOctets);
    socket.setRecvBufferSize(limits.receiveBufferOctets);
  } catch (error) {
    log.debug({ err: error }, "the kernel keeps its own buffer sizes");
  }
  tellReceiveBuffer(socket.getRecvBufferSize(), log);
}
