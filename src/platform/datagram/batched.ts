/** The datagram listener on recvmmsg and sendmmsg, driven by the event loop. Linux, with the FFI. */
import { BatchedSocket, messageRoom } from "./batched-socket.ts";
import type {
  DatagramCounters,
  DatagramListener,
  DatagramListenerOptions,
  DatagramPeer,
  DatagramResponder,
  OpenDatagramListener,
} from "./datagram.ts";
import { closeDescriptor, type Descriptor, openDescriptor, overflowOf } from "./descriptor.ts";
import { logFault } from "./fault-log.ts";
import { type Libc, loadLibc } from "./libc.ts";
import { limits } from "./limits.ts";
import { DatagramSender } from "./sender.ts";

/** Throws Error where there is no FFI: ask `loadLibc` before. */
export const openBatchedListener: OpenDatagramListener = async (options) => {
  const { libc, missing } = loadLibc();
  if (libc === undefined) throw new Error(`no datagrams in batches: ${missing}`);
  const { address, port, log } = options;
  return new BatchedListener(libc, openDescriptor({ libc, address, port, log }), options);
};

class BatchedListener implements DatagramListener {
  readonly #libc: Libc;
  readonly #descriptor: Descriptor;
  readonly #socket: BatchedSocket;
  readonly #sender: DatagramSender;
  readonly #onDatagram: DatagramResponder;
  readonly #watch: ReturnType<Libc["whenReadable"]>;
  #closed = false;
  #closing: Promise<void> | undefined;

  constructor(libc: Libc, descriptor: Descriptor, options: DatagramListenerOptions) {
    const { log, onDatagram, replyOctetsMax = limits.replyOctetsMax } = options;
    this.#libc = libc;
    this.#descriptor = descriptor;
    this.#socket = new BatchedSocket({
      libc,
      descriptor,
      room: messageRoom(replyOctetsMax),
      onFault: (error, count) => logFault(log, error, count),
    });
    this.#sender = new DatagramSender(libc, replyOctetsMax);
    this.#onDatagram = onDatagram;
    this.#watch = libc.whenReadable(descriptor.fd, () => this.#serve(limits.batchesPerEventMax));
  }

  get local() {
    return this.#descriptor.local;
  }

  get counters(): DatagramCounters {
    const { counters } = this.#socket;
    if (!this.#closed) counters.overflowed = overflowOf(this.#libc, this.#descriptor);
    return counters;
  }

  send(peer: DatagramPeer, octets: Uint8Array): boolean {
    const outcome = this.#closed ? "dropped" : this.#sender.send(this.#descriptor, peer, octets);
    const { counters } = this.#socket;
    if (outcome === "sent") counters.answered++;
    else if (outcome === "refused") counters.sendErrors++;
    else counters.dropped++;
    return outcome !== "dropped";
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#drainAndClose();
    return this.#closing;
  }

  /** Answers what the kernel holds already, and closes. */
  async #drainAndClose(): Promise<void> {
    await Promise.resolve(); // a responder may close its own listener: the batch it is in ends first
    this.#serve(limits.drainTurnsMax);
    this.#socket.counters.overflowed = overflowOf(this.#libc, this.#descriptor);
    this.#closed = true;
    this.#watch.close();
    closeDescriptor(this.#libc, this.#descriptor);
  }

  /** Until nothing is left, or for so many batches: the rest comes in the next turn of the event loop. */
  #serve(batchesMax: number): void {
    for (let batch = 0; batch < batchesMax; batch++) {
      const messages = this.#socket.receive(false);
      this.#socket.answerAll(this.#onDatagram);
      this.#socket.flush();
      if (messages < this.#socket.batchMessages) return;
    }
  }
}
