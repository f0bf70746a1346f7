/** The loop of a thread that does nothing but answer datagrams. It never returns to the event loop. */
import type { BatchedResponder, BatchedSocket } from "./batched-socket.ts";
import { type Libc, systemError } from "./libc.ts";
import { limits } from "./limits.ts";
import { errno, pollEvent, pollOctets } from "./linux.ts";

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
  const { libc, waitMs } = options;
  for (;;) {
    const sockets = options.sockets();
    if (sockets.length === 1) {
      if (!serveOne(options, sockets)) return;
    } else if (!serveSeveral(options, sockets, new ReadableSet(libc, sockets, waitMs))) return;
  }
}

/** Waits in the receiving call itself. False when the loop is to end, true when the sockets are others. */
function serveOne(options: ServeOptions, sockets: readonly BatchedSocket[]): boolean {
  const socket = sockets[0]!;
  socket.waitAtMost(options.waitMs);
  do {
    const messages = serveBatch(options, socket, true);
    if (!options.between()) return false;
    if (messages < socket.batchMessages) restAfter(options.libc, messages);
  } while (options.sockets() === sockets);
  return true;
}

/** Waits for any of them, then serves each that is ready, and none for long while others wait. */
function serveSeveral(
  options: ServeOptions,
  sockets: readonly BatchedSocket[],
  readable: ReadableSet,
): boolean {
  while (options.sockets() === sockets) {
    if (readable.wait() === 0 && !options.between()) return false;
    let served = 0;
    for (let index = 0; index < sockets.length; index++) {
      if (!readable.has(index)) continue;
      const socket = sockets[index]!;
      for (let batch = 0; batch < limits.batchesPerTurnMax; batch++) {
        const messages = serveBatch(options, socket, false);
        if (!options.between()) return false;
        if (options.sockets() !== sockets) return true;
        served += messages;
        if (messages < socket.batchMessages) break;
      }
    }
    if (served < limits.batchMessages) restAfter(options.libc, served);
  }
  return true;
}

/** Under load the next messages are on their way: a little later more of them can be taken at once. */
function restAfter(libc: Libc, messages: number): void {
  if (messages >= limits.restFromMessages) libc.usleep(limits.restMicroseconds);
}

function serveBatch(options: ServeOptions, socket: BatchedSocket, waits: boolean): number {
  const messages = socket.receive(waits);
  if (messages === 0) return 0;
  const { onReceived, onBatch } = options;
  const arrivedAtMs = onBatch === undefined ? 0 : performance.now();
  onReceived?.(socket);
  socket.answerAll(options.onDatagram);
  socket.flush();
  if (onBatch !== undefined) onBatch(messages, performance.now() - arrivedAtMs);
  return messages;
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
