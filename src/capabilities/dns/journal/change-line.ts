/**
 * The one line in which changes of all zones stand. Those that have come while a commit was under way are
 * decided one after the other, each on what those before it left, and become durable in one transaction of
 * the store; then readers see them, then their callers are told.
 */
import { type Store, StoreError } from "#contracts/store.ts";
import { ZoneChangeError, ZoneSignedError } from "../zones/zone-change.ts";
import { ChangeBatch, type ZoneBatch } from "./change-batch.ts";
import type { Job } from "./change-job.ts";
import type { StoredSet } from "./change-set-value.ts";
import { journalLimits } from "./limits.ts";
import type { LiveZone } from "./live-zone.ts";
import { ZoneUnchangeableError } from "./zone-writer.ts";

export interface ChangeLinePorts {
  readonly store: Pick<Store, "transact">;
  readonly nowMs: () => number;
  /** Readers see it now. `sets`: what changed, without records where a whole content came. */
  readonly onChanged: (zone: LiveZone, sets: readonly StoredSet[]) => void;
  /** A change that is durable could not be done to the image: it is tried again with the next one. */
  readonly onFault: (zone: LiveZone, error: unknown) => void;
}

interface Waiting {
  job: Job;
  readonly resolve: (outcome: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Done {
  readonly waiting: Waiting;
  readonly outcome: unknown;
}

/** Since the start. */
export interface CommitCounts {
  /** Transactions that are durable. */
  commits: number;
  /** Changes of zones in them, each with a serial number of its own. */
  sets: number;
  /** Transactions that came to nothing, or of which it is not known. */
  failed: number;
}

export class ChangeLine {
  readonly counts: CommitCounts = { commits: 0, sets: 0, failed: 0 };
  private readonly ports: ChangeLinePorts;
  private waiting: Waiting[] = [];
  private at = 0;
  private running: Promise<void> | undefined;
  private closed = false;

  constructor(ports: ChangeLinePorts) {
    this.ports = ports;
  }

  /** Rejects with ZoneUnchangeableError, StaleComparisonError, StoreError, or what `decide` throws. */
  push(job: Job): Promise<unknown> {
    if (this.closed) return Promise.reject(new ZoneUnchangeableError("not-loaded", "the program ends"));
    if (this.waitingCount >= journalLimits.changesWaitingMax) {
      return Promise.reject(new ZoneUnchangeableError("busy", "too many changes wait already"));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, resolve, reject });
      // After what else has come in this turn, so that it shares the commit.
      this.running ??= new Promise<void>((turn) => setImmediate(turn)).then(() => this.run());
    });
  }

  /** Changes whose turn has not come. */
  get waitingCount(): number {
    return this.waiting.length - this.at;
  }

  /** Resolves when all that waits now is done, whatever comes after it. */
  async idle(): Promise<void> {
    if (this.running === undefined) return;
    if (this.closed) await this.running;
    else await new Promise((resolve) => this.waiting.push({ job: { do: "pass" }, resolve, reject: resolve }));
  }

  /** Ends when all that waits is done. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      while (this.at < this.waiting.length) {
        await this.makeReady();
        const batch = new ChangeBatch(this.ports.nowMs());
        await this.commit(batch, this.fill(batch));
      }
    } finally {
      this.running = undefined;
    }
  }

  /** Nothing else is done while the first in the line is prepared. */
  private async makeReady(): Promise<void> {
    const first = this.waiting[this.at]!;
    if (first.job.do !== "hold") return;
    try {
      first.job = await first.job.prepare();
    } catch (error) {
      this.at++;
      first.reject(changeErrorOf(error));
    }
  }

  /** Decides what waits, as much as fits into one transaction. */
  private fill(batch: ChangeBatch): readonly Done[] {
    const done: Done[] = [];
    while (this.at < this.waiting.length && !batch.isFull) {
      const one = this.waiting[this.at]!;
      const { job } = one;
      if (job.do === "hold" || !batch.hasRoomFor(job)) break;
      this.at++;
      try {
        done.push({ waiting: one, outcome: batch.take(job) });
      } catch (error) {
        one.reject(changeErrorOf(error));
      }
    }
    if (this.at === this.waiting.length) {
      this.waiting = [];
      this.at = 0;
    }
    return done;
  }

  private async commit(batch: ChangeBatch, done: readonly Done[]): Promise<void> {
    try {
      await this.store(batch);
    } catch (error) {
      this.counts.failed++;
      for (const zone of batch.zones.keys()) {
        zone.view.forget();
        // What is stored of it may be of the transaction that failed: the next one says it again.
        if (!isCertain(error)) zone.isRecordInDoubt = true;
      }
      for (const { waiting } of done) waiting.reject(error);
      return;
    }
    this.counts.commits++;
    for (const [zone, one] of batch.zones) {
      this.counts.sets += one.sets.length;
      try {
        await this.show(zone, one);
      } catch (error) {
        this.ports.onFault(zone, error);
      }
    }
    for (const { waiting, outcome } of done) waiting.resolve(outcome);
  }

  private async store(batch: ChangeBatch): Promise<void> {
    const { store } = this.ports;
    let parts = 0;
    try {
      for (const operation of batch.partOperations()) {
        await store.transact([], [operation]);
        parts++;
      }
      const operations = batch.operations();
      if (operations.length > 0) await store.transact([], operations);
    } catch (error) {
      if (isCertain(error)) await this.takeBack(batch, parts);
      throw error;
    }
  }

  /** Parts of which no page tells would stay for ever. When this fails too, the next set writes over them. */
  private async takeBack(batch: ChangeBatch, parts: number): Promise<void> {
    try {
      for (const operation of batch.undoParts(parts)) await this.ports.store.transact([], [operation]);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  /** Readers see what is durable. */
  private async show(zone: LiveZone, batch: ZoneBatch): Promise<void> {
    zone.record = batch.record;
    zone.isRecordInDoubt = false;
    zone.isShowing = true;
    try {
      if (batch.replacement !== undefined) zone.replace(batch.replacement);
      // A zone that is closed has gone, or its content has.
      else if (batch.changes > 0 && zone.isOpen) {
        const applied = zone.apply(zone.view.changes());
        if (applied !== undefined) await applied;
      }
      if (batch.replacement !== undefined || batch.changes > 0) {
        zone.view.clear();
        zone.isBehind = false;
      }
    } catch (error) {
      zone.view.keep();
      zone.isBehind = true;
      if (zone.isOpen) this.ports.onFault(zone, error);
    } finally {
      // In the turn in which the image changes: it is what the pages up to the head make of the zone.
      if (batch.sets.length > 0) zone.head++;
      zone.setsSince += batch.sets.length;
      zone.octetsSince += batch.octets;
      zone.isShowing = false;
    }
    if (batch.sets.length > 0) this.ports.onChanged(zone, batch.sets);
  }
}

/** True when nothing was changed for certain. */
function isCertain(error: unknown): boolean {
  return error instanceof StoreError && error.code !== "HP_STORE_UNCONFIRMED";
}

/** In the terms of `ZoneWriter`. */
export function changeErrorOf(error: unknown): unknown {
  if (error instanceof ZoneChangeError) return new ZoneUnchangeableError("invalid", error.message);
  if (error instanceof ZoneSignedError) return new ZoneUnchangeableError("signed", error.message);
  return error;
}
