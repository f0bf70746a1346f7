/** Addresses that are being asked for, and until when: what every prober keeps, whatever it sends. */
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { limits } from "./limits.ts";

export interface ProbeTableOptions {
  readonly clock?: Clock;
  readonly probesMax?: number;
  /** Asks; the second time when half of the wait is over, because links lose packets. */
  readonly ask: (address: number, sequence: number) => void;
  /** The first has come, or the last has gone. */
  readonly onBusy: () => void;
  readonly onIdle: () => void;
}

interface Probe<Answer> {
  readonly address: number;
  readonly sequence: number;
  readonly againMs: number;
  dueMs: number;
  asked: number;
  readonly answer: Promise<Answer | undefined>;
  readonly resolve: (answer: Answer | undefined) => void;
}

export class ProbeTable<Answer> implements Disposable {
  /** Not asked for, because too many were. */
  skipped = 0;
  probed = 0;
  answered = 0;
  readonly #options: ProbeTableOptions;
  readonly #clock: Clock;
  readonly #probesMax: number;
  readonly #probes = new Map<number, Probe<Answer>>();
  #timer: Disposable | undefined;
  #sequence = 0;

  constructor(options: ProbeTableOptions) {
    const { clock = systemClock, probesMax = limits.probesMax } = options;
    this.#options = options;
    this.#clock = clock;
    this.#probesMax = probesMax;
  }

  /**
   * Resolves with the first answer, or undefined after `waitMs`, or at once when too many are asked for.
   * An address that is asked for already is not asked for twice; the longer wait counts.
   */
  probe(address: number, waitMs: number): Promise<Answer | undefined> {
    const dueMs = this.#clock.monotonicMs() + waitMs;
    const known = this.#probes.get(address);
    if (known !== undefined) {
      known.dueMs = Math.max(known.dueMs, dueMs);
      return known.answer;
    }
    if (this.#probes.size >= this.#probesMax) {
      this.skipped++;
      return Promise.resolve(undefined);
    }
    if (this.#probes.size === 0) this.#begin();
    const { promise: answer, resolve } = Promise.withResolvers<Answer | undefined>();
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const sequence = this.#sequence;
    this.probed++;
    this.#probes.set(address, {
      address,
      sequence,
      againMs: dueMs - waitMs / 2,
      dueMs,
      asked: 1,
      answer,
      resolve,
    });
    this.#options.ask(address, sequence);
    return answer;
  }

  /** Somebody has the address. `sequence` as it was asked with, where answers tell it. */
  answer(address: number, answer: Answer, sequence?: number): void {
    const probe = this.#probes.get(address);
    if (probe === undefined || (sequence !== undefined && sequence !== probe.sequence)) return;
    this.answered++;
    this.#end(probe, answer);
  }

  /** Nobody is waited for any more. */
  [Symbol.dispose](): void {
    for (const probe of this.#probes.values()) this.#end(probe, undefined);
  }

  #begin(): void {
    this.#options.onBusy();
    this.#timer = this.#clock.every(limits.probeTickMs, () => this.#tick());
  }

  #tick(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const probe of this.#probes.values()) {
      if (nowMs >= probe.dueMs) this.#end(probe, undefined);
      else if (probe.asked === 1 && nowMs >= probe.againMs) {
        probe.asked++;
        this.#options.ask(probe.address, probe.sequence);
      }
    }
  }

  #end(probe: Probe<Answer>, answer: Answer | undefined): void {
    this.#probes.delete(probe.address);
    probe.resolve(answer);
    if (this.#probes.size > 0) return;
    this.#timer?.[Symbol.dispose]();
    this.#options.onIdle();
  }
}
