/** What one transaction of the store is going to do: the changes that are decided, by zone. */
import type { StoreOperation } from "#contracts/store.ts";
import { jsonOf } from "#platform/store/checked-transaction.ts";
import { limits as storeLimits } from "#platform/store/limits.ts";
import { isLaterSerial, nextSerial, serialOfSoa } from "#protocols/dns/serial.ts";
import type { ZoneImage } from "../zones/image.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import type { ChangeJob, ReadyJob, RecordJob, ReplaceJob } from "./change-job.ts";
import { StaleComparisonError } from "./change-job.ts";
import type { ChangeSet } from "./change-set.ts";
import { octetsOfSet, type StoredSet, storedSet } from "./change-set-value.ts";
import { deletePart, putPage, putPart, type ZoneRecordValue, zoneRecords } from "./journal-store.ts";
import { journalLimits } from "./limits.ts";
import type { LiveZone } from "./live-zone.ts";
import type { WorkedChange, ZoneDifference } from "./pending-view.ts";
import { zoneKey } from "./zone-key.ts";
import { ZoneUnchangeableError } from "./zone-writer.ts";

/** What becomes of one zone. */
export interface ZoneBatch {
  readonly sets: StoredSet[];
  /** Of the records of all sets. */
  octets: number;
  /** Octets of sets too large for the page. */
  readonly parts: Map<StoredSet, Uint8Array>;
  record: ZoneRecordValue | undefined;
  replacement: ZoneImage | undefined;
  /** What was compared comes alone: what comes after it belongs to the next page. */
  isSealed: boolean;
  changes: number;
}

/** What a set takes beside its records and the name of its author. */
const setHeadCharacters = 200;

export class ChangeBatch {
  readonly zones = new Map<LiveZone, ZoneBatch>();
  private readonly nowMs: number;
  private readonly alongside = new Map<string, StoreOperation>();
  private jobs = 0;
  /** About so many characters of JSON. */
  private characters = 0;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  get isFull(): boolean {
    return (
      this.jobs >= journalLimits.changesPerCommitMax || this.characters >= journalLimits.commitCharactersMax
    );
  }

  /** What is compared with the present content comes alone, since what was decided on that would be lost. */
  hasRoomFor(job: ReadyJob): boolean {
    if (job.do === "pass") return true;
    if (job.do === "replace" && this.zones.has(job.zone)) return false;
    const zones = job.do === "change" ? job.zones : [job.zone];
    const more = zones.filter((zone) => !this.zones.has(zone)).length;
    // Each zone takes two operations at most: its page, and its record.
    const operations =
      2 * (this.zones.size + more) + this.alongside.size + journalLimits.alongsidePerChangeMax;
    if (this.jobs > 0 && operations > storeLimits.operationsMax) return false;
    return job.do === "record" || !zones.some((zone) => this.zones.get(zone)?.isSealed);
  }

  /** @throws ZoneUnchangeableError and others; then nothing of the job is taken */
  take(job: ReadyJob): unknown {
    const outcome = this.takeJob(job);
    this.jobs++;
    return outcome;
  }

  /** What must be there before the pages that tell of it. */
  *partOperations(): Generator<StoreOperation> {
    const { pageOctetsMax } = journalLimits;
    for (const [zone, { parts }] of this.zones) {
      let part = 0;
      for (const octets of parts.values()) {
        for (let at = 0; at < octets.length; at += pageOctetsMax)
          yield putPart(zone.id, zone.head + 1, part++, octets.subarray(at, at + pageOctetsMax));
      }
    }
  }

  /** What takes the first parts away again, when the pages cannot be written. */
  undoParts(written: number): StoreOperation[] {
    return [...this.partOperations()].slice(0, written).map(({ key }) => deletePart(key));
  }

  operations(): StoreOperation[] {
    const operations: StoreOperation[] = [...this.alongside.values()];
    for (const [zone, { sets, record }] of this.zones) {
      if (sets.length > 0) operations.push(putPage(zone.id, zone.head + 1, sets));
      if (record !== undefined && (record !== zone.record || zone.isRecordInDoubt))
        operations.push(zoneRecords.put(zoneKey(zone.id), record));
    }
    return operations;
  }

  private takeJob(job: ReadyJob): unknown {
    switch (job.do) {
      case "change":
        return this.change(job);
      case "replace":
        return this.replace(job);
      case "record":
        return this.takeRecord(job);
      case "pass":
        return undefined;
    }
  }

  private change(job: ChangeJob): unknown {
    for (const zone of job.zones) checkChangeable(zone, job);
    const decision = job.decide(job.zones.map(({ view }) => view));
    const { alongside = [], note } = decision;
    if (alongside.length > journalLimits.alongsidePerChangeMax) {
      const sentence = `${alongside.length} operations go along; ${journalLimits.alongsidePerChangeMax} may`;
      throw new ZoneUnchangeableError("invalid", sentence);
    }
    const worked = job.zones.map((zone, index) => work(zone, decision.changes[index] ?? [], this.nowMs));
    this.takeAlongside(alongside);
    job.zones.forEach((zone, index) => {
      const one = worked[index];
      if (one === undefined) return;
      zone.view.accept(one.worked);
      const { soaBefore, soaAfter, removed, added } = one.difference;
      this.add(zone, {
        from: one.from,
        to: one.to,
        atMs: this.nowMs,
        author: job.author,
        ...(note === undefined ? {} : { note }),
        removed: [soaBefore, ...removed],
        added: [soaAfter, ...added],
      });
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
    const fits = octets.length <= journalLimits.pageOctetsMax;
    this.addSet(batch, storedSet(set, fits ? octets : undefined), octets);
    batch.changes++;
    const record = withJump(batch.record ?? firstRecord(zone), set, zone.head + 1);
    batch.record = record.dynamic || set.author.kind === "file" ? record : { ...record, dynamic: true };
  }

  private addSet(batch: ZoneBatch, set: StoredSet, octets: Uint8Array | undefined): void {
    if (octets !== undefined && set.octets === undefined) {
      set.parts = Math.ceil(octets.length / journalLimits.pageOctetsMax);
      batch.parts.set(set, octets);
      this.characters += journalLimits.commitCharactersMax; // the last of its transaction
    }
    const words = JSON.stringify([set.by, set.note]).length;
    this.characters += (set.octets?.length ?? 0) + words + setHeadCharacters;
    batch.sets.push(set);
    batch.octets += octets?.length ?? 0;
  }

  private replace(job: ReplaceJob): unknown {
    const { zone, set } = job;
    if (zone.image !== job.present || zone.image?.serial() !== job.presentSerial)
      throw new StaleComparisonError(`the zone has changed since serial ${job.presentSerial}`);
    const batch = this.batchOf(zone);
    batch.isSealed = true;
    if (set !== undefined) this.addSet(batch, set, job.octets);
    if (job.image !== job.present) batch.replacement = job.image;
    const page = set === undefined ? zone.head : zone.head + 1;
    batch.record = job.record(zone.record, page);
    if (set !== undefined) batch.record = withJump(batch.record, set, page);
    // What is compared with is not all that the journal says.
    if (zone.isBehind) batch.record = { ...batch.record, chainFrom: page + 1 };
    return undefined;
  }

  private takeRecord(job: RecordJob): unknown {
    const batch = this.batchOf(job.zone);
    batch.record = job.record(batch.record ?? firstRecord(job.zone));
    return undefined;
  }

  /** A key is written once in a transaction: of two who write it, the later one says what it is. */
  private takeAlongside(operations: readonly StoreOperation[]): void {
    for (const operation of operations) {
      this.alongside.set(operation.key, operation);
      this.characters += jsonOf(operation)?.length ?? 0;
    }
  }

  private batchOf(zone: LiveZone): ZoneBatch {
    let batch = this.zones.get(zone);
    if (batch === undefined) {
      const { record } = zone;
      batch = {
        sets: [],
        octets: 0,
        parts: new Map(),
        record,
        replacement: undefined,
        isSealed: false,
        changes: 0,
      };
      this.zones.set(zone, batch);
    }
    return batch;
  }
}

/** Looked at again now that its turn has come: much may have happened since the change was asked for. */
function checkChangeable(zone: LiveZone, { author }: ChangeJob): void {
  if (zone.image === undefined || !zone.isOpen)
    throw new ZoneUnchangeableError("not-loaded", "the zone has no content now");
  if (zone.frozen && author.kind !== "file")
    throw new ZoneUnchangeableError("frozen", "the zone is frozen; thaw it first");
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
  const wanted = serialOfSoa(soaAfter.rdata);
  if (isLaterSerial(wanted, from)) return { worked, difference, from, to: wanted };
  const to = nextSerial(zone.settings.serialStyle, from, nowMs);
  return { worked, difference: { ...difference, soaAfter: worked.setSerial(to) }, from, to };
}

/** Smaller steps, so many as a journal keeps, come to less than an eighth of the circle. */
const jumpMin = 4_096;
const circle = 2 ** 32;

/**
 * A chain ends before it comes round the circle of serial numbers, where one number would stand for two
 * versions of the zone: a client that has the newer must not get what followed the older. RFC 1982 §3.
 */
function withJump(
  record: ZoneRecordValue,
  { from, to }: StoredSet | ChangeSet,
  page: number,
): ZoneRecordValue {
  const jump = (to - from) >>> 0;
  if (jump < jumpMin || record.chainFrom > page) return record;
  const jumped = (record.jumped ?? 0) + jump;
  return jumped < circle - circle / 8 ? { ...record, jumped } : { ...record, jumped: 0, chainFrom: page + 1 };
}

/** Of a zone that has no history until now. Pages from when it was of another kind do not lead here. */
export function firstRecord(zone: LiveZone): ZoneRecordValue {
  const { fileDigest, head } = zone;
  return {
    kind: zone.settings.kind,
    dynamic: false,
    ...(fileDigest === undefined ? {} : { base: { digest: fileDigest, page: head } }),
    chainFrom: head + 1,
    oldest: 1,
  };
}
