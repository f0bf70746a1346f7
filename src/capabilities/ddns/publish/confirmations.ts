/**
 * After a change the authoritative servers are asked whether they have it, some times while secondaries catch
 * up; and each day whether they still do.
 */
import { abortAfter } from "#platform/clock/abort-after.ts";
import type { Clock } from "#platform/clock/clock.ts";
import { limits } from "../limits.ts";
import type { Confirmation } from "./confirm.ts";
import type { RecordBook } from "./record-book.ts";
import type { PlannedRecord } from "./record-plan.ts";
import type { ConfirmationValue, RecordValue } from "./record-value.ts";

export interface ConfirmationPorts {
  readonly book: RecordBook;
  readonly clock: Clock;
  readonly confirm: (
    record: { name: string; type: "A" | "AAAA"; address: string },
    signal: AbortSignal,
  ) => Promise<Confirmation>;
  /** The provider took it, and its servers do not have it, even after the last time that they were asked. */
  readonly onMissing: (record: PlannedRecord, value: RecordValue, isDaily: boolean) => void;
  /** Its servers have it. */
  readonly onConfirmed: (record: PlannedRecord, value: RecordValue) => void;
}

interface Waiting {
  readonly record: PlannedRecord;
  readonly address: string;
  /** How often it was asked. */
  readonly round: number;
  readonly isDaily: boolean;
  readonly dueMs: number;
}

/** Each asking takes at most this. */
const confirmMsMax = 15_000;

export class Confirmations implements AsyncDisposable {
  readonly #ports: ConfirmationPorts;
  readonly #waiting = new Map<string, Waiting>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #end = new AbortController();

  constructor(ports: ConfirmationPorts) {
    this.#ports = ports;
  }

  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /** A provider has taken `address`. */
  add(record: PlannedRecord, address: string, isDaily = false): void {
    const { clock } = this.#ports;
    if (this.#waiting.size >= limits.confirmationsWaitingMax && !this.#waiting.has(record.id)) return;
    const dueMs = clock.monotonicMs() + (isDaily ? 0 : limits.confirmWaitsMs[0]);
    this.#waiting.set(record.id, { record, address, round: 0, isDaily, dueMs });
  }

  /** Records of the site file that it no longer has. */
  forgetAllBut(ids: ReadonlySet<string>): void {
    for (const id of this.#waiting.keys()) if (!ids.has(id)) this.#waiting.delete(id);
  }

  tick(): void {
    const nowMs = this.#ports.clock.monotonicMs();
    for (const [id, waiting] of this.#waiting) {
      if (this.#underWay.size >= limits.confirmationsMax) return;
      if (waiting.dueMs > nowMs || this.#underWay.has(id)) continue;
      this.#waiting.delete(id);
      const work = this.#ask(waiting).finally(() => this.#underWay.delete(id));
      this.#underWay.set(id, work);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#underWay.values());
  }

  async #ask(waiting: Waiting): Promise<void> {
    const { record, address, round, isDaily } = waiting;
    const { book, clock, confirm, onMissing, onConfirmed } = this.#ports;
    using deadline = abortAfter(clock, confirmMsMax, this.#end.signal);
    const { name, type } = record;
    const found = await confirm({ name, type, address }, deadline.signal);
    const value = book.record(record.id);
    // It was sent anew meanwhile, or is no longer ours
    if (this.#end.signal.aborted || value.current !== address) return;
    const waitMs = limits.confirmWaitsMs[round + 1];
    const isLast = found.outcome === "yes" || waitMs === undefined || isDaily;
    if (!isLast) {
      // Secondaries catch up: until the last time nothing is said of it
      const dueMs = clock.monotonicMs() + waitMs;
      if (!this.#waiting.has(record.id))
        this.#waiting.set(record.id, { ...waiting, round: round + 1, dueMs });
      return;
    }
    const next = { ...value, confirmation: confirmationOf(found, clock.nowMs()) };
    await book.write(new Map([[record.id, next]]));
    if (found.outcome === "no") onMissing(record, next, isDaily);
    if (found.outcome === "yes") onConfirmed(record, next);
  }
}

function confirmationOf({ outcome, sentence }: Confirmation, atMs: number): ConfirmationValue {
  return { outcome, ...(sentence !== undefined && { sentence }), atMs };
}
