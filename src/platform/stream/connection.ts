/** One TCP connection: reads messages while there is room for their answers, and knows its deadlines. */
import type { Socket } from "node:net";
import type { AddressFamily, Endpoint } from "#platform/listen/endpoint.ts";
import { type Framing, MessageFramer } from "./framer.ts";
import type { StreamLimits } from "./limits.ts";
import type { StreamConnection, StreamCounters, StreamResponder } from "./stream.ts";

/** What a connection needs of its listener. */
export interface ConnectionHost {
  readonly limits: StreamLimits;
  readonly framing: Framing;
  readonly counters: StreamCounters;
  readonly onMessage: StreamResponder;
  readonly monotonicMs: () => number;
  /** The responder threw. */
  onFault(error: unknown): void;
  /** Unsent octets grew or shrank by this much. */
  onOutput(octets: number): void;
  onGone(connection: Connection): void;
}

export class Connection implements StreamConnection {
  readonly peer: { readonly address: string; readonly port: number; readonly family: AddressFamily };
  readonly local: Endpoint;
  /** When the peer last sent something, or took something. */
  activeAtMs: number;
  /** When the message that is on its way began. */
  messageSinceMs = 0;
  readonly #host: ConnectionHost;
  readonly #socket: Socket;
  readonly #framer: MessageFramer;
  readonly #gone = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #unanswered = 0;
  #unsent = 0;
  #reading = true;
  /** The peer or we want no more messages. */
  #ending = false;

  constructor(socket: Socket, local: Endpoint, host: ConnectionHost) {
    this.#socket = socket;
    this.#host = host;
    this.#framer = new MessageFramer(host.framing);
    this.local = local;
    this.peer = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0, family: local.family };
    this.activeAtMs = host.monotonicMs();
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    socket.on("drain", () => this.#onDrain());
    socket.on("end", () => this.close());
    socket.on("error", () => {}); // a reset by the peer; "close" follows
    socket.on("close", () => this.#onClose());
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Nothing is under way, so that closing it costs the peer a new connection and no answer. */
  get idle(): boolean {
    return this.#unanswered === 0 && this.#unsent === 0;
  }

  get unsentOctets(): number {
    return this.#unsent;
  }

  send(message: Uint8Array): Promise<boolean> {
    if (!this.#write(message)) return Promise.resolve(false);
    if (!this.#socket.writableNeedDrain) return Promise.resolve(true);
    return new Promise((resolve) => this.#waiting.push(() => resolve(!this.#socket.destroyed)));
  }

  close(): void {
    this.#ending = true;
    // Read on and throw away: octets left unread would turn our FIN into a reset, and lose the last answers.
    this.#reading = true;
    this.#socket.resume();
    this.#endWhenAnswered();
  }

  /** Closes now, whatever is under way. */
  abort(): void {
    this.#ending = true;
    this.#socket.destroy();
    this.#recountOutput();
  }

  /** Which deadline has passed. RFC 7766 §6.2.3. */
  overdue(nowMs: number): "idled" | "slowMessages" | "stalled" | undefined {
    const { limits } = this.#host;
    const quietMs = nowMs - this.activeAtMs;
    if (this.#unsent > 0) return quietMs > limits.outputStallMs ? "stalled" : undefined;
    if (this.#unanswered > 0 || !this.#reading) return undefined;
    if (this.#framer.midMessage) {
      return nowMs - this.messageSinceMs > limits.messageMs ? "slowMessages" : undefined;
    }
    return quietMs > limits.idleMs ? "idled" : undefined;
  }

  #onData(chunk: Uint8Array): void {
    if (this.#ending) return;
    const nowMs = this.#host.monotonicMs();
    if (!this.#framer.midMessage) this.messageSinceMs = nowMs;
    this.activeAtMs = nowMs;
    this.#framer.push(chunk);
    this.#takeMessages();
  }

  /**
   * Answers what has arrived, as long as there is room; all that is answered at once leaves in one segment.
   */
  #takeMessages(): void {
    const socket = this.#socket;
    socket.cork();
    while (!this.#ending && this.#hasRoom()) {
      const message = this.#nextMessage();
      if (message === undefined) break;
      if (this.#framer.hasInput) this.messageSinceMs = this.activeAtMs;
      this.#take(message);
    }
    socket.uncork();
    this.#readOrPause();
  }

  #nextMessage(): Uint8Array | undefined {
    try {
      return this.#framer.next();
    } catch (error) {
      this.#fail(error); // longer than the protocol allows
      return undefined;
    }
  }

  #take(message: Uint8Array): void {
    const { counters, onMessage } = this.#host;
    counters.received++;
    if (message.length === 0) {
      counters.malformed++; // no header fits into it, so no answer is possible
      this.abort();
      return;
    }
    try {
      const answer = onMessage(message, this);
      if (!(answer instanceof Promise)) {
        if (answer !== undefined) this.#write(answer);
        return;
      }
      this.#unanswered++;
      answer.then((octets) => this.#answered(octets)).catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  #answered(octets: Uint8Array | undefined): void {
    this.#unanswered--;
    if (octets !== undefined) this.#write(octets);
    this.activeAtMs = this.#host.monotonicMs();
    if (this.#ending) this.#endWhenAnswered();
    else if (!this.#reading) this.#takeMessages();
  }

  #fail(error: unknown): void {
    this.#host.onFault(error);
    this.abort();
  }

  #hasRoom(): boolean {
    return this.#unanswered < this.#host.limits.unansweredMax && !this.#socket.writableNeedDrain;
  }

  /** Backpressure: what is not read stays in the kernel, and then with the peer. */
  #readOrPause(): void {
    const wanted = this.#hasRoom();
    if (this.#ending || wanted === this.#reading) return;
    this.#reading = wanted;
    if (wanted) {
      this.messageSinceMs = this.#host.monotonicMs();
      this.#socket.resume();
    } else this.#socket.pause();
  }

  /** Length and message in one write, and so in one segment where it fits. RFC 7766 §8. */
  #write(message: Uint8Array): boolean {
    const { lengthOctets, answerOctetsMax } = this.#host.framing;
    if (message.length > answerOctetsMax) throw new RangeError(`a message of ${message.length} octets`);
    const socket = this.#socket;
    if (!socket.writable) return false;
    const framed = Buffer.allocUnsafe(lengthOctets + message.length);
    framed.writeUIntBE(message.length, 0, lengthOctets);
    framed.set(message, lengthOctets);
    this.#host.counters.answered++;
    if (this.#unsent === 0) this.activeAtMs = this.#host.monotonicMs();
    socket.write(framed, this.#onSent);
    this.#recountOutput();
    return true;
  }

  readonly #onSent = (): void => {
    this.activeAtMs = this.#host.monotonicMs();
    this.#recountOutput();
  };

  #recountOutput(): void {
    const unsent = this.#socket.destroyed ? 0 : this.#socket.writableLength;
    const grown = unsent - this.#unsent;
    this.#unsent = unsent;
    if (grown !== 0) this.#host.onOutput(grown);
  }

  #onDrain(): void {
    for (const resume of this.#waiting.splice(0)) resume();
    if (!this.#ending) this.#takeMessages();
  }

  #endWhenAnswered(): void {
    if (this.#unanswered === 0) this.#socket.end();
  }

  #onClose(): void {
    this.#ending = true;
    this.#recountOutput();
    this.#gone.abort();
    for (const resume of this.#waiting.splice(0)) resume();
    this.#host.onGone(this);
  }
}
