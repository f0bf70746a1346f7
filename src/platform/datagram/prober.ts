/** Asks whether addresses are in use, many at a time; ARP and ICMP say how. */

import type { Clock } from "#platform/clock/clock.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type { Libc } from "./libc.ts";
import { limits } from "./limits.ts";
import { ProbeTable } from "./probe-table.ts";
import { isInterfaceGone, isNothing, ReceiveBatch } from "./receive-batch.ts";
import { SendBatch, type SendCounters } from "./send-batch.ts";

export interface ProberCounters extends SendCounters {
  probed: number;
  answered: number;
  /** Not asked for, because too many were at once. */
  skipped: number;
}

/** What a prober says of an address: `Answer`, or undefined when nobody has answered. */
export interface Prober<Answer> extends AsyncDisposable {
  readonly counters: Readonly<ProberCounters>;
  /** Resolves as soon as there is an answer, and with undefined after `waitMs`; never rejects. */
  probe(address: number, waitMs: number): Promise<Answer | undefined>;
}

/** How addresses are asked for. */
export interface ProbeForm<Answer> {
  readonly octetsMax: number;
  readonly nameOctets: number;
  /** Writes the question and where it goes, and returns its octets. */
  write(octets: Uint8Array, name: DataView, address: number, sequence: number): number;
  /** What a packet says, if anything. May throw WireError. */
  read(
    octets: Uint8Array,
  ): { readonly address: number; readonly answer: Answer; readonly sequence?: number } | undefined;
}

export interface ProberOptions<Answer> {
  readonly libc: Libc;
  /** Closed with the prober. */
  readonly fd: number;
  readonly form: ProbeForm<Answer>;
  readonly clock?: Clock | undefined;
  readonly probesMax?: number | undefined;
  /** The interface is down or no more; told once. */
  readonly onGone?: (() => void) | undefined;
}

export function startProber<Answer>(options: ProberOptions<Answer>): Prober<Answer> {
  return new SocketProber(options);
}

/** Longest packet that is looked at: an answer to what was asked is no longer. */
const receiveOctetsMax = 256;

class SocketProber<Answer> implements Prober<Answer> {
  readonly #options: ProberOptions<Answer>;
  readonly #table: ProbeTable<Answer>;
  readonly #arrived: ReceiveBatch;
  readonly #questions: SendBatch;
  readonly #watch: ReturnType<Libc["whenReadable"]>;
  readonly #sends: SendCounters = { sent: 0, dropped: 0, refused: 0 };
  #busy = false;
  #flushing = false;
  #gone = false;
  #closed = false;

  constructor(options: ProberOptions<Answer>) {
    const { libc, fd, form, clock, probesMax } = options;
    this.#options = options;
    this.#arrived = new ReceiveBatch({ libc, fd, octetsMax: receiveOctetsMax });
    this.#questions = new SendBatch({
      libc,
      fd,
      octetsMax: form.octetsMax,
      nameOctets: form.nameOctets,
      counters: this.#sends,
      onGone: () => this.#tellGone(),
    });
    this.#watch = libc.whenReadable(fd, () => this.#read());
    this.#watch.stop();
    this.#table = new ProbeTable({
      ...(clock && { clock }),
      ...(probesMax !== undefined && { probesMax }),
      ask: (address, sequence) => this.#ask(address, sequence),
      onBusy: () => this.#listen(),
      onIdle: () => this.#rest(),
    });
  }

  get counters(): Readonly<ProberCounters> {
    const { probed, answered, skipped } = this.#table;
    return { ...this.#sends, probed, answered, skipped };
  }

  probe(address: number, waitMs: number): Promise<Answer | undefined> {
    return this.#closed ? Promise.resolve(undefined) : this.#table.probe(address, waitMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#table[Symbol.dispose]();
    this.#watch.close();
    this.#options.libc.close(this.#options.fd);
  }

  #ask(address: number, sequence: number): void {
    const message = this.#questions.next();
    const { octets, names } = this.#questions;
    const { form } = this.#options;
    this.#questions.queue(form.write(octets[message]!, names[message]!, address, sequence));
    if (this.#flushing) return;
    // Questions that are asked together leave together.
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      if (!this.#closed) this.#questions.flush();
    });
  }

  /** What lies in the socket from before has nothing to do with what is asked now. */
  #listen(): void {
    while (this.#arrived.receive() === this.#arrived.messages);
    this.#busy = true;
    this.#watch.start();
  }

  /** While nothing is asked for, the packets of others must not wake this process. */
  #rest(): void {
    this.#busy = false;
    if (!this.#closed) this.#watch.stop();
  }

  #read(): void {
    const arrived = this.#arrived;
    for (let batch = 0; batch < limits.batchesPerEventMax && this.#busy; batch++) {
      const messages = arrived.receive();
      for (let message = 0; message < messages; message++) this.#take(message);
      if (messages < arrived.messages) break;
    }
    if (isNothing(arrived.failure) || !this.#busy) return;
    if (isInterfaceGone(arrived.failure)) this.#tellGone();
    // An error of the socket has ended the watch. The call that told of it has taken it away.
    this.#watch.stop();
    this.#watch.start();
  }

  #take(message: number): void {
    try {
      const octets = this.#arrived.octets[message]!.subarray(0, this.#arrived.lengthOf(message));
      const said = this.#options.form.read(octets);
      if (said !== undefined) this.#table.answer(said.address, said.answer, said.sequence);
    } catch (error) {
      if (!(error instanceof WireError)) throw error; // whatever else runs on the link
    }
  }

  #tellGone(): void {
    if (this.#gone) return;
    this.#gone = true;
    queueMicrotask(() => {
      if (!this.#closed) this.#options.onGone?.();
    });
  }
}
