/**
 * Keeps the content of all zones, and is the way by which it changes: by updates, transfers, files, people
 * and other parts of the program.
 */
import type { Log } from "#contracts/log.ts";
import { type Store, StoreError } from "#contracts/store.ts";
import { lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { isLaterSerial, serialOfSoa } from "#protocols/dns/serial.ts";
import type { Conflict } from "../edit/conflict.ts";
import type { MergeSources } from "../edit/merge-plan.ts";
import type { ZoneImage } from "../zones/image.ts";
import { changesOf } from "../zones/image-diff.ts";
import { rdataKey } from "../zones/rrset-draft.ts";
import type { ZoneMerger } from "../zones/zone-merger.ts";
import { firstRecord } from "./change-batch.ts";
import { type ChangeJob, StaleComparisonError } from "./change-job.ts";
import { ChangeLine, type CommitCounts } from "./change-line.ts";
import type { Author, ChangeSet } from "./change-set.ts";
import type { StoredSet } from "./change-set-value.ts";
import { compareContent, type NewContent } from "./content-comparison.ts";
import { FileIntake } from "./file-intake.ts";
import { Housekeeping } from "./housekeeping.ts";
import { deleteJournal, newestPage, type ZoneRecordValue, zoneRecords } from "./journal-store.ts";
import { journalLimits } from "./limits.ts";
import { LiveZone, type LiveZoneSettings } from "./live-zone.ts";
import { type FileContent, type Restored, type RestoredContent, restoreZone } from "./restore-zone.ts";
import type { Snapshots } from "./snapshots.ts";
import { stateFileName, zoneKey } from "./zone-key.ts";
import { ZonePast } from "./zone-past.ts";
import {
  type Decision,
  type JointDecision,
  type ZoneHistory,
  ZoneUnchangeableError,
  type ZoneView,
  type ZoneWriter,
} from "./zone-writer.ts";

export interface ZoneKeeperPorts {
  readonly store: Store;
  readonly snapshots: Snapshots;
  readonly merger: ZoneMerger;
  readonly nowMs: () => number;
  readonly log: Log;
  /** Another image of the zone is served from now on; undefined: none. */
  readonly onImage: (zone: LiveZone) => void;
  /** Its content is another. */
  readonly onChanged: (zone: LiveZone) => void;
}

type Change = Pick<ChangeJob, "author" | "decide" | "record">;

export class ZoneKeeper implements ZoneWriter, ZoneHistory, AsyncDisposable {
  readonly past: ZonePast;
  private readonly ports: ZoneKeeperPorts;
  private readonly line: ChangeLine;
  private readonly housekeeping: Housekeeping;
  private readonly intake: FileIntake;
  /** By name in lower case. */
  private readonly zones = new Map<Name, LiveZone>();
  /** As the store had them at the start. */
  private readonly records = new Map<string, ZoneRecordValue>();
  /** Those that are served no longer, by name in lower case: a change of theirs may be under way. */
  private readonly gone = new Map<Name, LiveZone>();

  private constructor(ports: ZoneKeeperPorts) {
    const { store, nowMs, log, snapshots } = ports;
    this.ports = ports;
    this.past = new ZonePast(store);
    this.line = new ChangeLine({
      store,
      nowMs,
      onChanged: (zone, sets) => this.changed(zone, sets),
      onFault: (zone, error) => {
        const facts = { zone: nameToText(zone.name), err: error };
        log.error(
          facts,
          "a change that is stored could not be shown yet; it is tried again with the next one",
        );
      },
    });
    this.housekeeping = new Housekeeping({ store, nowMs, log, snapshots, line: this.line });
    this.intake = new FileIntake({
      ...ports,
      housekeeping: this.housekeeping,
      push: (job) => this.line.push(job),
      change: async (zone, { author, decide, record }) => {
        const decideAll: Change["decide"] = ([view]) => ({
          changes: [decide(view!).changes],
          outcome: undefined,
        });
        await this.pushOpen([zone], { author, decide: decideAll, record });
      },
      revive: (zone, file) => this.revive(zone, file),
    });
  }

  /** Rejects with StoreError. */
  static async open(ports: ZoneKeeperPorts): Promise<ZoneKeeper> {
    const keeper = new ZoneKeeper(ports);
    for (const { name, value } of await zoneRecords.list(ports.store)) keeper.records.set(name, value);
    ports.snapshots.sweep(new Set([...keeper.records.values()].flatMap(snapshotsOf)));
    return keeper;
  }

  /** Of all zones, since the start; `waiting`: changes whose turn has not come. */
  get counts(): CommitCounts & { readonly waiting: number; readonly snapshots: number } {
    const { line, ports } = this;
    return { ...line.counts, waiting: line.waitingCount, snapshots: ports.snapshots.written };
  }

  zone(name: Name): LiveZone | undefined {
    return this.zones.get(lowerName(name));
  }

  /** A zone that is not served yet, with what is known of it from before. Rejects with StoreError. */
  async restore(
    name: Name,
    settings: LiveZoneSettings,
    file: FileContent | undefined,
  ): Promise<Restored & { readonly zone: LiveZone }> {
    const zone = new LiveZone(name, settings, {
      merger: this.ports.merger,
      onImage: (one) => this.ports.onImage(one),
      onMergeFailed: (one, error) => this.mergeFailed(one, error),
    });
    const before = this.zones.get(zone.id) ?? this.gone.get(zone.id);
    if (before !== undefined) await this.line.idle();
    const record = before?.record ?? this.records.get(zoneKey(zone.id));
    // A copy that has become a zone of our own, or the other way round, begins anew.
    if (record?.kind === settings.kind) zone.record = record;
    else if (record !== undefined) zone.head = await newestPage(this.ports.store, zone.id);
    if (record?.kind === "primary" && settings.kind === "secondary" && record.dynamic) {
      const facts = { zone: nameToText(name) };
      this.ports.log.warn(
        facts,
        "a zone has become a copy of another server's: what changed it here stays in its history",
      );
    }
    zone.fileDigest = zone.record?.base?.digest ?? (file?.image && file.digest);
    const restored = await restoreZone(zone, file, this.ports);
    await this.putInPlace(zone, file, restored);
    return { ...restored, zone };
  }

  /** These are served from now on, and no others. */
  serve(zones: readonly LiveZone[]): void {
    const before = new Map(this.zones);
    this.zones.clear();
    for (const zone of zones) {
      if (before.get(zone.id) === zone) before.delete(zone.id);
      this.zones.set(zone.id, zone);
      this.gone.delete(zone.id);
      if (zone.record?.dynamic === true) this.keepPristine(zone);
    }
    for (const [id, zone] of before) {
      if (!this.zones.has(id)) this.gone.set(id, zone);
      else if (zone.record !== undefined) this.records.set(zoneKey(id), zone.record);
      zone[Symbol.dispose]();
    }
  }

  change<Outcome>(
    zone: Name,
    author: Author,
    decide: (view: ZoneView) => Decision<Outcome>,
  ): Promise<Outcome> {
    return this.changeTogether([zone], author, ([view]) => {
      const { changes, ...rest } = decide(view!);
      return { changes: [changes], ...rest };
    });
  }

  async changeTogether<Outcome>(
    names: readonly Name[],
    author: Author,
    decide: (views: readonly ZoneView[]) => JointDecision<Outcome>,
  ): Promise<Outcome> {
    const zones = names.map((name) => this.changeable(name, author));
    if (zones.length > journalLimits.zonesPerChangeMax || new Set(zones).size < zones.length) {
      const sentence = `${zones.length} zones; up to ${journalLimits.zonesPerChangeMax} change in one step, each once`;
      throw new ZoneUnchangeableError("invalid", sentence);
    }
    return (await this.pushOpen(zones, { author, decide })) as Outcome;
  }

  async takeChangeSets(name: Name, author: Author, sets: readonly ChangeSet[]): Promise<void> {
    const zone = this.known(name);
    const step = (set: ChangeSet): Promise<unknown> =>
      this.pushOpen([zone], {
        author,
        decide: ([view]) => {
          checkFollows(view!, set);
          return { changes: [changesOf(set)], outcome: undefined, ...(set.note && { note: set.note }) };
        },
      });
    // Each is a step of its own in the history; so many at a time, since others stand in the line too.
    const { changesPerCommitMax } = journalLimits;
    for (let at = 0; at < sets.length; at += changesPerCommitMax) {
      const steps = sets.slice(at, at + changesPerCommitMax).map(step);
      for (const outcome of await Promise.allSettled(steps)) {
        if (outcome.status === "rejected") throw outcome.reason;
      }
    }
  }

  async replace(name: Name, author: Author, content: ZoneImage): Promise<void> {
    const zone = this.known(name);
    if (await this.isAlready(zone, content)) return;
    const { snapshots, nowMs } = this.ports;
    const serial = content.serial();
    const snapshot = stateFileName(zone.id, zone.head + 1, serial);
    await snapshots.write(snapshot, content);
    let before: string | undefined;
    const record = (present: ZoneRecordValue | undefined, page: number): ZoneRecordValue => {
      before = present?.state?.snapshot;
      return {
        ...(present ?? firstRecord(zone)),
        kind: zone.settings.kind,
        dynamic: zone.settings.kind === "primary",
        state: { snapshot, page, serial },
      };
    };
    try {
      await this.replaceContent({ zone, image: content, author, atMs: nowMs(), record });
    } catch (error) {
      const isCertain = !(error instanceof StoreError) || error.code !== "HP_STORE_UNCONFIRMED";
      if (isCertain && zone.record?.state?.snapshot !== snapshot) snapshots.remove(snapshot);
      throw error;
    }
    zone.setsSince = 0;
    zone.octetsSince = 0;
    if (before !== undefined && before !== snapshot && before !== zone.record?.base?.snapshot)
      snapshots.remove(before);
  }

  /** What the zone's file says now. Resolves when the zone is as it should be, with what was in conflict. */
  takeFile(zone: LiveZone, file: FileContent, path: string): Promise<readonly Conflict[]> {
    return this.intake.take(zone, file, path);
  }

  /** Notes what the file says, now that somebody has written the zone there. */
  fileWritten(zone: LiveZone, digest: string, image: ZoneImage): Promise<void> {
    return this.intake.written(zone, digest, image);
  }

  /** What the zone's file said when it was last taken; where that is not known, what others changed since. */
  fileBase(zone: LiveZone): Promise<MergeSources["base"]> {
    return this.intake.base(zone);
  }

  async since(name: Name, serial: number): Promise<AsyncIterable<readonly ChangeSet[]> | undefined> {
    const zone = this.zone(name);
    return zone && this.past.since(zone, serial);
  }

  /** Nothing is left of what these zones were. They must not be served. Rejects with StoreError. */
  async forget(names: readonly Name[]): Promise<void> {
    await this.line.idle();
    for (const name of names) {
      const id = lowerName(name);
      const key = zoneKey(id);
      const record = this.gone.get(id)?.record ?? this.records.get(key);
      this.gone.delete(id);
      this.records.delete(key);
      await deleteJournal(this.ports.store, id);
      for (const file of record === undefined ? [] : snapshotsOf(record)) this.ports.snapshots.remove(file);
    }
  }

  /** Resolves when all changes that wait now are done. */
  idle(): Promise<void> {
    return this.line.idle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.housekeeping[Symbol.asyncDispose]();
    await this.line[Symbol.asyncDispose]();
    for (const zone of this.zones.values()) zone[Symbol.dispose]();
  }

  private known(name: Name): LiveZone {
    const zone = this.zone(name);
    if (zone !== undefined) return zone;
    throw new ZoneUnchangeableError("unknown", `there is no zone ${nameToText(name)}`);
  }

  private changeable(name: Name, author: Author): LiveZone {
    const zone = this.known(name);
    const text = nameToText(name);
    if (zone.settings.kind === "secondary")
      throw new ZoneUnchangeableError("secondary", `${text} is a copy; change it at its primary`);
    if (zone.frozen && author.kind !== "file")
      throw new ZoneUnchangeableError("frozen", `${text} is frozen; thaw it first`);
    if (zone.image === undefined)
      throw new ZoneUnchangeableError("not-loaded", `${text} has no content; see homeport status`);
    if (zone.image.signed)
      throw new ZoneUnchangeableError("signed", `${text} came signed; sign and reload its file instead`);
    return zone;
  }

  /** The zones must be open when their turn comes, and may be closed by a new content meanwhile. */
  private async pushOpen(zones: readonly LiveZone[], change: Change): Promise<unknown> {
    for (let tries = 0; ; tries++) {
      for (const zone of zones) if (!zone.isOpen) await zone.open();
      try {
        return await this.line.push({ do: "change", zones, ...change });
      } catch (error) {
        const closed = error instanceof ZoneUnchangeableError && error.why === "not-loaded";
        if (!closed || tries === journalLimits.comparisonsMax) throw error;
        if (zones.every(({ isOpen }) => isOpen)) throw error; // not for this reason
      }
    }
  }

  private changed(zone: LiveZone, sets: readonly StoredSet[]): void {
    if (zone.record?.dynamic === true) this.keepPristine(zone);
    this.housekeeping.look(zone);
    if (sets.length > 0) this.ports.onChanged(zone);
  }

  /** Others change the zone too: what its file said is wanted when the file changes. */
  private keepPristine(zone: LiveZone): void {
    const { pristine } = zone;
    zone.pristine = undefined;
    if (pristine !== undefined) this.housekeeping.keepBase(zone, pristine);
  }

  private async putInPlace(
    zone: LiveZone,
    file: FileContent | undefined,
    { image, isMended }: RestoredContent,
  ): Promise<void> {
    if (image !== undefined) zone.replace(image);
    const { record } = zone;
    if (image !== undefined && isMended) await this.mend(zone, image);
    const { base, dynamic } = record ?? {};
    if (dynamic === true && base?.snapshot === undefined && base?.digest === file?.digest)
      zone.pristine = file?.image;
  }

  /** What is not the sum of the journal any more is kept as it is, so that the journal goes on from there. */
  private async mend(zone: LiveZone, image: ZoneImage): Promise<void> {
    const page = zone.head;
    const snapshot = stateFileName(zone.id, page);
    try {
      await this.ports.snapshots.write(snapshot, image);
      await this.line.push({
        do: "record",
        zone,
        record: (record) => ({
          ...record,
          state: { snapshot, page, serial: image.serial() },
          chainFrom: page + 1,
        }),
      });
      this.records.set(zoneKey(zone.id), zone.record!);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      zone.record = { ...zone.record!, chainFrom: page + 1 };
      const facts = { zone: nameToText(zone.name), error: error.message };
      this.ports.log.error(facts, "what was put together again of a zone could not be kept");
    }
  }

  private async revive(zone: LiveZone, file: FileContent): Promise<void> {
    const restored = await restoreZone(zone, file, this.ports);
    for (const { what } of restored.problems) this.ports.log.error({ zone: nameToText(zone.name) }, what);
    if (zone.image === undefined) await this.putInPlace(zone, file, restored);
  }

  /** A copy that is fetched once more, and was not changed. */
  private async isAlready(zone: LiveZone, content: ZoneImage): Promise<boolean> {
    const { image, record } = zone;
    const serial = content.serial();
    if (image === undefined || record?.state === undefined || image.serial() !== serial) return false;
    const { removed, added } = await this.ports.snapshots.compare(image, content);
    return removed + added === 0 && zone.image === image && image.serial() === serial && !zone.isBehind;
  }

  private async replaceContent(content: NewContent): Promise<void> {
    const prepare = () => compareContent(content, this.ports.snapshots);
    for (let tries = 0; tries < journalLimits.comparisonsMax; tries++) {
      try {
        await this.line.push(await prepare());
        return;
      } catch (error) {
        if (!(error instanceof StaleComparisonError)) throw error;
      }
    }
    await this.line.push({ do: "hold", zone: content.zone, prepare });
  }

  private mergeFailed(zone: LiveZone, error: Error): void {
    const facts = { zone: nameToText(zone.name), err: error };
    this.ports.log.error(facts, "a zone could not be merged; changes wait until it can");
  }
}

function snapshotsOf({ base, state }: ZoneRecordValue): string[] {
  return [base?.snapshot, state?.snapshot].filter((file) => file !== undefined);
}

/** What an incremental transfer takes away must be there, and it must lead forward. RFC 1995 §4. */
function checkFollows(view: ZoneView, { from, to, removed, added }: ChangeSet): void {
  if (view.serial !== from)
    throw new ZoneUnchangeableError("invalid", `the zone is at serial ${view.serial}, not ${from}`);
  const soa = added.find(({ type }) => type === RRType.SOA);
  if (!isLaterSerial(to, from) || soa === undefined || serialOfSoa(soa.rdata) !== to)
    throw new ZoneUnchangeableError("invalid", `the change does not lead from serial ${from} to a later one`);
  for (const { owner, type, rdata } of removed) {
    const sets = view.rrsetsAt(owner).filter((set) => set.type === type);
    const wanted = rdataKey(type, rdata);
    if (sets.some((set) => set.rdata.some((one) => rdataKey(type, one) === wanted))) continue;
    throw new ZoneUnchangeableError("invalid", `a record of ${nameToText(owner)} that goes is not there`);
  }
}
