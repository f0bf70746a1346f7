/** The loop of a thread that does nothing but answer datagrams. It never returns to the event loop. */
import type { BatchedResponder, BatchedSocket } from "./batched-socket.ts";
import { type Libc, systemError } from "./libc.ts";
import { limits } from "./limits.ts";
import { errno, pollEvent, pollOctets } from "./linux.ts";
import { Pace } from "./pace.ts";

export interface ServeOptions {
  readonly libc: Libc;
  /**
   * Asked before each batch. Another list than the last time changes what is served; a descriptor that is no
   * longer in it may be closed once the call has returned.
   */
  readonly sockets: () => readonly BatchedSocket[];
  readonly onDatagram: BatchedResponder;
  /** Told of each batch that is not empty, before it is answered. */
  readonly onReceived?: (socket: BatchedSocket) => void;
  /** At most this long between two calls of `between`. */
  readonly waitMs: number;
  /** Called after each batch and each wait; false ends the loop. */
  readonly between: () => boolean;
  /** After each batch: its messages, and how long from receiving them until the kernel had the answers. */
  readonly onBatch?: (messages: number, tookMs: number) => void;
}

/** Serves until `between` says to end. Throws when a descriptor is none, or no socket. */
export function serveDatagrams(options: ServeOptions): void {
  const loop = new DatagramLoop(options);
  while (loop.serve(options.sockets()));
}

class DatagramLoop {
  readonly #options: ServeOptions;
  readonly #pace = new Pace();
  /** How long the batches since the last rest took. */
  #workedMs = 0;
  /** When the last one was done. */
  #endedMs = 0;

  constructor(options: ServeOptions) {
    this.#options = options;
  }

  /** False when the loop is to end, true when the sockets are others. */
  serve(sockets: readonly BatchedSocket[]): boolean {
    if (sockets.length === 1) return this.#serveOne(sockets);
    const { libc, waitMs } = this.#options;
    return this.#serveSeveral(sockets, new ReadableSet(libc, sockets, waitMs));
  }

  /** Waits in the receiving call itself. */
  #serveOne(sockets: readonly BatchedSocket[]): boolean {
    const { sockets: present, between, waitMs } = this.#options;
    const socket = sockets[0]!;
    socket.waitAtMost(waitMs);
    do {
      const messages = this.#serveBatch(socket, true);
      if (!between()) return false;
      this.#rest(messages, messages === socket.batchMessages);
    } while (present() === sockets);
    return true;
  }

  /** Waits for any of them, then serves each that is ready, and none for long while others wait. */
  #serveSeveral(sockets: readonly BatchedSocket[], readable: ReadableSet): boolean {
    const { sockets: present, between } = this.#options;
    while (present() === sockets) {
      if (readable.wait() === 0 && !between()) return false;
      let served = 0;
      for (let index = 0; index < sockets.length; index++) {
        if (!readable.has(index)) continue;
        const socket = sockets[index]!;
        for (let batch = 0; batch < limits.batchesPerTurnMax; batch++) {
          const messages = this.#serveBatch(socket, false);
          if (!between()) return false;
          if (present() !== sockets) return true;
          served += messages;
          if (messages < socket.batchMessages) break;
        }
      }
      this.#rest(served, served >= limits.batchMessages);
    }
    return true;
  }

  #serveBatch(socket: BatchedSocket, waits: boolean): number {
    const messages = socket.receive(waits);
    if (messages === 0) return 0;
    const { onReceived, onDatagram, onBatch } = this.#options;
    const arrivedAtMs = performance.now();
    onReceived?.(socket);
    socket.answerAll(onDatagram);
    socket.flush();
    this.#endedMs = performance.now();
    const tookMs = this.#endedMs - arrivedAtMs;
    this.#workedMs += tookMs;
    onBatch?.(messages, tookMs);
    return messages;
  }

  #rest(messages: number, full: boolean): void {
    const microseconds = this.#pace.restAfter(messages, full, this.#workedMs, this.#endedMs);
    this.#workedMs = 0;
    if (microseconds > 0) this.#options.libc.usleep(microseconds);
  }
}

/** poll(2) over the sockets; `events` and `revents` are the halves of the second word. */
class ReadableSet {
  readonly #libc: Libc;
  readonly #count: number;
  readonly #words: Int32Array;
  readonly #address: bigint;
  readonly #waitMs: number;

  constructor(libc: Libc, sockets: readonly BatchedSocket[], waitMs: number) {
    if (sockets.length > limits.socketsPerThreadMax) {
      throw new RangeError(
        `${sockets.length} sockets; a thread serves at most ${limits.socketsPerThreadMax}`,
      );
    }
    const wordsPerSocket = pollOctets / 4;
    const memory = new ArrayBuffer(Math.max(1, sockets.length) * pollOctets);
    this.#libc = libc;
    this.#count = sockets.length;
    this.#words = new Int32Array(memory);
    this.#address = libc.addressOf(memory);
    this.#waitMs = waitMs;
    for (const [index, { descriptor }] of sockets.entries()) {
      this.#words[index * wordsPerSocket] = descriptor.fd;
      this.#words[index * wordsPerSocket + 1] = pollEvent.readable;
    }
  }

  /** How many there are now that `has` something, be it an error; 0 when the time is over. */
  wait(): number {
    const ready = this.#libc.poll(this.#address, this.#count, this.#waitMs);
    if (ready >= 0) return ready;
    const why = this.#libc.errno();
    if (why !== errno.EINTR) throw systemError("poll", why);
    this.#forget();
    return 0;
  }

  has(index: number): boolean {
    return this.#words[index * 2 + 1]! >>> 16 !== 0;
  }

  #forget(): void {
    for (let index = 0; index < this.#count; index++) this.#words[index * 2 + 1] = pollEvent.readable;
  }
}
