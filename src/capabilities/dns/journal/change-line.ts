/**
 * The one line in which changes of all zones stand. Those that have come while a commit was under way are
 * decided one after the other, each on what those before it left, and become durable in one transaction of the
 * store; then readers see them, then their callers are told.
 */
import type { Store, StoreOperation } from "#contracts/store.ts";
import { isLaterSerial, nextSerial } from "../edit/serial.ts";
import type { ZoneImage } from "../zones/image.ts";
import { type ZoneChange, ZoneChangeError, ZoneSignedError } from "../zones/zone-change.ts";
import type { Author, ChangeSet } from "./change-set.ts";
import { octetsOfSet, type StoredSet, storedSet } from "./change-set-value.ts";
import { putPage, putPart, type ZoneRecordValue, zoneRecords } from "./journal-store.ts";
import { journalLimits } from "./limits.ts";
import type { LiveZone } from "./live-zone.ts";
import { serialOf, type WorkedChange, type ZoneDifference } from "./pending-view.ts";
import { zoneKey } from "./zone-key.ts";
import { type JointDecision, ZoneUnchangeableError, type ZoneView } from "./zone-writer.ts";

/** A change of one zone or several, decided when its turn comes. */
export interface ChangeJob {
  readonly do: "change";
  readonly zones: readonly LiveZone[];
  readonly author: Author;
  readonly decide: (views: readonly ZoneView[]) => JointDecision<unknown>;
  /** What becomes of the zone's record with it. */
  readonly record?: (record: ZoneRecordValue) => ZoneRecordValue;
}

/** A whole new content, which was compared with the present one beforehand. */
export interface ReplaceJob {
  readonly do: "replace";
  readonly zone: LiveZone;
  readonly image: ZoneImage;
  /** What it was compared with. */
  readonly present: ZoneImage | undefined;
  readonly presentSerial: number | undefined;
  readonly set: StoredSet;
  /** Octets of the set's records when they are kept. */
  readonly octets: Uint8Array | undefined;
  readonly record: (record: ZoneRecordValue | undefined, page: number) => ZoneRecordValue;
}

/** What is known of a zone changes, and not its content. */
export interface RecordJob {
  readonly do: "record";
  readonly zone: LiveZone;
  readonly record: (record: ZoneRecordValue) => ZoneRecordValue;
  readonly operations: readonly StoreOperation[];
}

/** A new content for a zone that changes all the time: compared when its turn comes, while others wait. */
export interface HeldJob {
  readonly do: "hold";
  readonly zone: LiveZone;
  readonly prepare: () => Promise<ReplaceJob>;
}

type ReadyJob = ChangeJob | ReplaceJob | RecordJob;
export type Job = ReadyJob | HeldJob;

/** The zone has changed since the new content was compared with it. */
export class StaleComparisonError extends Error {
  override readonly name = "StaleComparisonError";
}

export interface ChangeLinePorts {
  readonly store: Store;
  readonly nowMs: () => number;
  /** Readers see it now. `sets`: what changed, without records where a whole content came. */
  readonly onChanged: (zone: LiveZone, sets: readonly StoredSet[]) => void;
  /** A change that is durable could not be done to the image: a fault of ours. */
  readonly onFault: (zone: LiveZone, error: unknown) => void;
}

interface Waiting {
  job: Job;
  readonly resolve: (outcome: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What one transaction does to a zone. */
interface ZoneBatch {
  readonly sets: StoredSet[];
  octets: number;
  /** Octets of sets too large for the page, by their place in `sets`. */
  readonly parts: Map<StoredSet, Uint8Array>;
  record: ZoneRecordValue | undefined;
  replacement: ZoneImage | undefined;
  changes: number;
}

interface Done {
  readonly waiting: Waiting;
  readonly outcome: unknown;
}

export class ChangeLine {
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
    if (this.waiting.length - this.at >= journalLimits.changesWaitingMax) {
      return Promise.reject(new ZoneUnchangeableError("busy", "too many changes wait already"));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, resolve, reject });
      // After what else has come in this turn, so that it shares the commit.
      this.running ??= new Promise<void>((turn) => setImmediate(turn)).then(() => this.run());
    });
  }

  /** Resolves when all that waits now is done. */
  async idle(): Promise<void> {
    await this.running;
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
        const batch = new Batch(this.ports.nowMs());
        this.fill(batch);
        await this.commit(batch);
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
      first.reject(failureOf(error));
    }
  }

  /** Decides what waits, as much as fits into one transaction. */
  private fill(batch: Batch): void {
    while (this.at < this.waiting.length && !batch.isFull) {
      const one = this.waiting[this.at]!;
      const { job } = one;
      if (job.do === "hold" || !batch.hasRoomFor(job)) break;
      this.at++;
      try {
        batch.done.push({ waiting: one, outcome: batch.take(job) });
      } catch (error) {
        one.reject(failureOf(error));
      }
    }
    if (this.at === this.waiting.length) {
      this.waiting = [];
      this.at = 0;
    }
  }

  private async commit(batch: Batch): Promise<void> {
    try {
      for (const operations of batch.partOperations()) await this.ports.store.transact([], operations);
      const operations = batch.operations();
      if (operations.length > 0) await this.ports.store.transact([], operations);
    } catch (error) {
      for (const zone of batch.zones.keys()) zone.view.clear();
      for (const { waiting } of batch.done) waiting.reject(error);
      return;
    }
    for (const [zone, one] of batch.zones) await this.show(zone, one);
    for (const { waiting, outcome } of batch.done) waiting.resolve(outcome);
  }

  /** Readers see what is durable. */
  private async show(zone: LiveZone, batch: ZoneBatch): Promise<void> {
    if (batch.sets.length > 0) zone.head++;
    zone.record = batch.record;
    zone.setsSince += batch.sets.length;
    zone.octetsSince += batch.octets;
    try {
      if (batch.replacement !== undefined) zone.replace(batch.replacement);
      else if (batch.changes > 0) await zone.apply(zone.view.changes());
    } catch (error) {
      this.ports.onFault(zone, error);
    }
    zone.view.clear();
    if (batch.sets.length > 0) this.ports.onChanged(zone, batch.sets);
  }
}

/** What one transaction is going to do. */
class Batch {
  readonly zones = new Map<LiveZone, ZoneBatch>();
  readonly done: Done[] = [];
  private readonly nowMs: number;
  private readonly alongside = new Map<string, StoreOperation>();
  private octets = 0;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  get isFull(): boolean {
    return (
      this.done.length >= journalLimits.changesPerCommitMax ||
      this.zones.size >= journalLimits.zonesPerCommitMax ||
      this.octets >= journalLimits.pageOctetsMax ||
      this.alongside.size >= journalLimits.alongsidePerCommitMax
    );
  }

  /** A whole new content comes alone, since what was decided on the one before would be lost. */
  hasRoomFor(job: ReadyJob): boolean {
    if (job.do === "replace") return !this.zones.has(job.zone);
    if (job.do === "record") return !this.zones.has(job.zone) || job.operations.length === 0;
    return job.zones.every((zone) => this.zones.get(zone)?.replacement === undefined);
  }

  /** @throws ZoneUnchangeableError and others; then nothing of the job is taken */
  take(job: ReadyJob): unknown {
    switch (job.do) {
      case "change":
        return this.change(job);
      case "replace":
        return this.replace(job);
      case "record":
        return this.takeRecord(job);
    }
  }

  /** What must be there before the pages that tell of it. */
  *partOperations(): Generator<StoreOperation[]> {
    for (const [zone, { sets, parts }] of this.zones) {
      for (const set of sets) {
        const octets = parts.get(set);
        if (octets === undefined) continue;
        for (let part = 0; part < set.parts!; part++) {
          const from = part * journalLimits.pageOctetsMax;
          const some = octets.subarray(from, from + journalLimits.pageOctetsMax);
          yield [putPart(zone.id, zone.head + 1, part, some)];
        }
      }
    }
  }

  operations(): StoreOperation[] {
    const operations: StoreOperation[] = [...this.alongside.values()];
    for (const [zone, { sets, record }] of this.zones) {
      if (sets.length > 0) operations.push(putPage(zone.id, zone.head + 1, sets));
      if (record !== undefined && record !== zone.record)
        operations.push(zoneRecords.put(zoneKey(zone.id), record));
    }
    return operations;
  }

  private change(job: ChangeJob): unknown {
    for (const zone of job.zones) {
      if (zone.image === undefined || !zone.isOpen)
        throw new ZoneUnchangeableError("not-loaded", "the zone has no content now");
    }
    const decision = job.decide(job.zones.map(({ view }) => view));
    const worked = job.zones.map((zone, index) => work(zone, decision.changes[index] ?? [], this.nowMs));
    this.takeAlongside(decision.alongside ?? []);
    job.zones.forEach((zone, index) => {
      const one = worked[index];
      if (one === undefined) return;
      zone.view.accept(one.worked);
      const { soaBefore, soaAfter, removed, added } = one.difference;
      const set: ChangeSet = {
        from: one.from,
        to: one.to,
        atMs: this.nowMs,
        author: job.author,
        ...(decision.note === undefined ? {} : { note: decision.note }),
        removed: [soaBefore, ...removed],
        added: [soaAfter, ...added],
      };
      this.add(zone, set);
    });
    if (job.record !== undefined) {
      for (const zone of job.zones) {
        const batch = this.batchOf(zone);
        batch.record = job.record(batch.record ?? firstRecord(zone));
      }
    }
    return decision.outcome;
  }

  private add(zone: LiveZone, set: ChangeSet): void {
    const batch = this.batchOf(zone);
    const octets = octetsOfSet(set);
    this.addSet(
      batch,
      storedSet(set, octets.length > journalLimits.pageOctetsMax ? undefined : octets),
      octets,
    );
    batch.changes++;
    const record = batch.record ?? firstRecord(zone);
    batch.record = record.dynamic || set.author.kind === "file" ? record : { ...record, dynamic: true };
  }

  private addSet(batch: ZoneBatch, set: StoredSet, octets: Uint8Array | undefined): void {
    if (octets !== undefined && set.octets === undefined) {
      set.parts = Math.ceil(octets.length / journalLimits.pageOctetsMax);
      batch.parts.set(set, octets);
    } else {
      this.octets += octets?.length ?? 0;
    }
    batch.sets.push(set);
    batch.octets += octets?.length ?? 0;
  }

  private replace(job: ReplaceJob): unknown {
    const { zone } = job;
    if (zone.image !== job.present || zone.image?.serial() !== job.presentSerial)
      throw new StaleComparisonError(`the zone has changed since serial ${job.presentSerial}`);
    const batch = this.batchOf(zone);
    this.addSet(batch, job.set, job.octets);
    batch.replacement = job.image;
    batch.record = job.record(zone.record, zone.head + 1);
    return undefined;
  }

  private takeRecord(job: RecordJob): unknown {
    const batch = this.batchOf(job.zone);
    batch.record = job.record(batch.record ?? firstRecord(job.zone));
    this.takeAlongside(job.operations);
    return undefined;
  }

  /** A key is written once in a transaction: of two who write it, the later one says what it is. */
  private takeAlongside(operations: readonly StoreOperation[]): void {
    for (const operation of operations) {
      this.alongside.set(operation.key, operation);
      if (operation.do === "put") this.octets += JSON.stringify(operation.value).length;
    }
  }

  private batchOf(zone: LiveZone): ZoneBatch {
    let batch = this.zones.get(zone);
    if (batch === undefined) {
      const { record } = zone;
      batch = { sets: [], octets: 0, parts: new Map(), record, replacement: undefined, changes: 0 };
      this.zones.set(zone, batch);
    }
    return batch;
  }
}

interface Worked {
  readonly worked: WorkedChange;
  readonly difference: ZoneDifference;
  readonly from: number;
  readonly to: number;
}

/** Undefined: the changes make no difference. */
function work(zone: LiveZone, changes: readonly ZoneChange[], nowMs: number): Worked | undefined {
  if (changes.length === 0) return undefined;
  const { view } = zone;
  const worked = view.work(changes);
  const difference = worked.difference();
  const { removed, added, soaBefore, soaAfter } = difference;
  const sameSoa = soaBefore.ttl === soaAfter.ttl && Buffer.compare(soaBefore.rdata, soaAfter.rdata) === 0;
  if (removed.length === 0 && added.length === 0 && sameSoa) return undefined;
  const from = view.serial;
  const wanted = serialOf(soaAfter.rdata);
  if (isLaterSerial(wanted, from)) return { worked, difference, from, to: wanted };
  const to = nextSerial(zone.settings.serialStyle, from, nowMs);
  return { worked, difference: { ...difference, soaAfter: worked.setSerial(to) }, from, to };
}

/** Of a zone that has no history until now. */
export function firstRecord(zone: LiveZone): ZoneRecordValue {
  const { fileDigest } = zone;
  return {
    kind: zone.settings.kind,
    dynamic: false,
    ...(fileDigest === undefined ? {} : { base: { digest: fileDigest, page: zone.head } }),
    chainFrom: 1,
    oldest: 1,
  };
}

function failureOf(error: unknown): unknown {
  if (error instanceof ZoneChangeError) return new ZoneUnchangeableError("invalid", error.message);
  if (error instanceof ZoneSignedError) return new ZoneUnchangeableError("signed", error.message);
  return error;
}
