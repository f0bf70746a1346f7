/**
 * Keeps the content of all zones, and is the way by which it changes: by updates, transfers, files, people and
 * other parts of the program.
 */
import type { Log } from "#contracts/log.ts";
import type { Store } from "#contracts/store.ts";
import { lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import type { Conflict } from "../edit/conflict.ts";
import { carryOut } from "../edit/merge-file.ts";
import { type MergeSources, planMerge } from "../edit/merge-plan.ts";
import { isLaterSerial } from "../edit/serial.ts";
import type { ZoneImage } from "../zones/image.ts";
import { changesOf } from "../zones/image-diff.ts";
import { rdataKey } from "../zones/rrset-draft.ts";
import type { ZoneMerger } from "../zones/zone-merger.ts";
import { ChangeLine, firstRecord, type ReplaceJob, StaleComparisonError } from "./change-line.ts";
import type { Author, ChangeSet } from "./change-set.ts";
import type { StoredSet } from "./change-set-value.ts";
import { Housekeeping } from "./housekeeping.ts";
import { readPages, readPagesBackwards, setsOf, type ZoneRecordValue, zoneRecords } from "./journal-store.ts";
import { journalLimits } from "./limits.ts";
import { LiveZone, type LiveZoneSettings } from "./live-zone.ts";
import { type FileContent, type Restored, restoreZone } from "./restore-zone.ts";
import type { Snapshots } from "./snapshots.ts";
import { zoneFileName, zoneKey } from "./zone-key.ts";
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

export class ZoneKeeper implements ZoneWriter, ZoneHistory, AsyncDisposable {
  readonly past: ZonePast;
  private readonly ports: ZoneKeeperPorts;
  private readonly line: ChangeLine;
  private readonly housekeeping: Housekeeping;
  /** By name in lower case. */
  private readonly zones = new Map<Name, LiveZone>();
  /** As the store had them at the start. */
  private records = new Map<string, ZoneRecordValue>();
  /** What a zone's file said, until it is known whether anybody else changes the zone. */
  private readonly bases = new WeakMap<LiveZone, ZoneImage>();

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
          "a change that is stored could not be shown; the zone is put together anew at the next start",
        );
      },
    });
    this.housekeeping = new Housekeeping({ store, nowMs, log, snapshots, line: this.line });
  }

  /** Rejects with StoreError. */
  static async open(ports: ZoneKeeperPorts): Promise<ZoneKeeper> {
    const keeper = new ZoneKeeper(ports);
    for (const { name, value } of await zoneRecords.list(ports.store)) keeper.records.set(name, value);
    ports.snapshots.sweep(new Set([...keeper.records.values()].flatMap(snapshotsOf)));
    return keeper;
  }

  zone(name: Name): LiveZone | undefined {
    return this.zones.get(lowerName(name));
  }

  /** A zone that is not served yet, with what is known of it from before. */
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
    const record = this.zones.get(zone.id)?.record ?? this.records.get(zoneKey(zone.id));
    // A copy that has become a zone of our own, or the other way round, begins anew.
    if (record?.kind === settings.kind) zone.record = record;
    else if (record !== undefined) zone.head = (await this.pagesOf(zone)).at(-1)?.number ?? 0;
    zone.fileDigest = zone.record?.base?.digest ?? file?.digest;
    const restored = await restoreZone(zone, file, this.ports);
    if (restored.image !== undefined) zone.replace(restored.image);
    return { ...restored, zone };
  }

  /** These are served from now on, and no others. */
  serve(zones: readonly LiveZone[]): void {
    const before = new Set(this.zones.values());
    this.zones.clear();
    for (const zone of zones) {
      this.zones.set(zone.id, zone);
      before.delete(zone);
    }
    for (const gone of before) {
      if (gone.record !== undefined) this.records.set(zoneKey(gone.id), gone.record);
      gone[Symbol.dispose]();
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
    return (await this.pushOpen(zones, { author, decide })) as Outcome;
  }

  async takeChangeSets(name: Name, author: Author, sets: readonly ChangeSet[]): Promise<void> {
    const zone = this.known(name);
    // One after the other, so that each is a step of its own in the history.
    const steps = sets.map((set) =>
      this.pushOpen([zone], {
        author,
        decide: ([view]) => {
          checkFollows(view!, set);
          return { changes: [changesOf(set)], outcome: undefined, ...(set.note && { note: set.note }) };
        },
      }),
    );
    for (const outcome of await Promise.allSettled(steps)) {
      if (outcome.status === "rejected") throw outcome.reason;
    }
  }

  async replace(name: Name, author: Author, content: ZoneImage): Promise<void> {
    const zone = this.known(name);
    const snapshot = `${zoneFileName(zone.id)}.state-${zone.head + 1}-${content.serial()}`;
    await this.ports.snapshots.write(snapshot, content);
    const before = zone.record?.state?.snapshot;
    const serial = content.serial();
    await this.replaceContent(zone, content, author, (record, page, isChain) => ({
      ...(record ?? firstRecord(zone)),
      kind: zone.settings.kind,
      dynamic: zone.settings.kind === "primary",
      state: { snapshot, page, serial },
      ...(isChain ? {} : { chainFrom: page + 1 }),
    }));
    zone.setsSince = 0;
    zone.octetsSince = 0;
    if (before !== undefined && before !== snapshot && before !== zone.record?.base?.snapshot)
      this.ports.snapshots.remove(before);
  }

  /** What the zone's file says now. Resolves when the zone is as it should be, with what was in conflict. */
  async takeFile(zone: LiveZone, file: FileContent, path: string): Promise<readonly Conflict[]> {
    const { image } = file;
    if (image === undefined || file.digest === zone.fileDigest) return [];
    const author: Author = { kind: "file", name: path };
    if (zone.record?.dynamic === true) return this.mergeIn(zone, file.digest, image, author);
    const { digest } = file;
    if (zone.image === undefined) {
      zone.replace(image);
    } else if (zone.image === image) {
      await this.noteUnseen(zone, digest, author);
    } else {
      await this.replaceContent(zone, image, author, (record, page, isChain) => ({
        ...(record ?? firstRecord(zone)),
        base: { digest, page },
        ...(isChain ? {} : { chainFrom: page + 1 }),
      }));
    }
    zone.fileDigest = digest;
    this.bases.delete(zone);
    return [];
  }

  async since(name: Name, serial: number): Promise<AsyncIterable<readonly ChangeSet[]> | undefined> {
    const zone = this.zone(name);
    return zone && this.past.since(zone, serial);
  }

  /** Notes what the file says, now that somebody has written the zone there. */
  async fileWritten(zone: LiveZone, digest: string, image: ZoneImage): Promise<void> {
    zone.fileDigest = digest;
    if (zone.record === undefined) return;
    const page = zone.head;
    const snapshot = zone.record.dynamic ? await this.writeBase(zone, digest, image) : undefined;
    const before = zone.record.base?.snapshot;
    await this.line.push({
      do: "record",
      zone,
      operations: [],
      record: (record) => ({ ...record, base: { digest, page, ...(snapshot && { snapshot }) } }),
    });
    this.dropSnapshot(zone, before);
  }

  /** Resolves when all changes that wait now are done. */
  idle(): Promise<void> {
    return this.line.idle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.line[Symbol.asyncDispose]();
    await this.housekeeping[Symbol.asyncDispose]();
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
  private async pushOpen(
    zones: readonly LiveZone[],
    job: {
      readonly author: Author;
      readonly decide: (views: readonly ZoneView[]) => JointDecision<unknown>;
      readonly record?: (record: ZoneRecordValue) => ZoneRecordValue;
    },
  ): Promise<unknown> {
    for (let tries = 0; ; tries++) {
      for (const zone of zones) {
        if (zone.isOpen) continue;
        this.keepBase(zone);
        await zone.open();
      }
      try {
        return await this.line.push({ do: "change", zones, ...job });
      } catch (error) {
        const closed = error instanceof ZoneUnchangeableError && error.why === "not-loaded";
        const again = closed && zones.every(({ image }) => image !== undefined);
        if (!again || tries === journalLimits.comparisonsMax) throw error;
      }
    }
  }

  /** The content from the file is still there, untouched: opening the zone copies it. */
  private keepBase(zone: LiveZone): void {
    const { image, record, settings } = zone;
    if (settings.kind !== "primary" || image === undefined || record?.dynamic === true) return;
    this.bases.set(zone, image);
  }

  private changed(zone: LiveZone, sets: readonly StoredSet[]): void {
    const base = this.bases.get(zone);
    if (zone.record?.dynamic === true && base !== undefined) {
      this.bases.delete(zone);
      this.housekeeping.keepBase(zone, base);
    }
    this.housekeeping.look(zone);
    if (sets.length > 0) this.ports.onChanged(zone);
  }

  /** A file that changed, into a zone that others have changed too. */
  private async mergeIn(
    zone: LiveZone,
    digest: string,
    file: ZoneImage,
    author: Author,
  ): Promise<readonly Conflict[]> {
    await this.housekeeping.settled();
    const plan = planMerge({ file, present: zone.image!, base: await this.fileBase(zone) });
    const snapshot = await this.writeBase(zone, digest, file);
    const before = zone.record?.base?.snapshot;
    let conflicts: readonly Conflict[] = [];
    await this.pushOpen([zone], {
      author,
      decide: ([view]) => {
        const merge = carryOut(plan, view!);
        conflicts = merge.conflicts;
        return { changes: [merge.changes], outcome: undefined };
      },
      record: (record) => ({ ...record, base: { digest, page: zone.head + 1, snapshot } }),
    });
    zone.fileDigest = digest;
    this.dropSnapshot(zone, before);
    return conflicts;
  }

  /** What the zone's file said when it was last taken; where that is not known, what others changed since. */
  async fileBase(zone: LiveZone): Promise<MergeSources["base"]> {
    const { base } = zone.record ?? {};
    if (base?.snapshot !== undefined) {
      try {
        return await this.ports.snapshots.read(base.snapshot, zone.name);
      } catch (error) {
        const facts = { zone: nameToText(zone.name), error: String(error) };
        this.ports.log.warn(facts, "what the file said before cannot be read; going by the journal");
      }
    }
    const changedSince: ChangeSet[] = [];
    for (const page of await this.pagesOf(zone, base?.page ?? 0)) {
      for (const set of await setsOf(this.ports.store, zone.id, page)) {
        if (set !== undefined && set.author.kind !== "file") changedSince.push(set);
      }
    }
    return { changedSince };
  }

  private async pagesOf(zone: LiveZone, after = 0): Promise<Awaited<ReturnType<typeof readPages>>> {
    const all = [];
    for (let at = after; ; ) {
      const pages = await readPages(this.ports.store, zone.id, at);
      if (pages.length === 0) return all;
      all.push(...pages);
      at = pages.at(-1)!.number;
    }
  }

  private async writeBase(zone: LiveZone, digest: string, image: ZoneImage): Promise<string> {
    const snapshot = `${zoneFileName(zone.id)}.base-${digest.slice(0, 12)}`;
    await this.ports.snapshots.write(snapshot, image);
    return snapshot;
  }

  private dropSnapshot(zone: LiveZone, file: string | undefined): void {
    const { base, state } = zone.record ?? {};
    if (file === undefined || file === base?.snapshot || file === state?.snapshot) return;
    this.ports.snapshots.remove(file);
  }

  private async replaceContent(
    zone: LiveZone,
    image: ZoneImage,
    author: Author,
    record: (record: ZoneRecordValue | undefined, page: number, isChain: boolean) => ZoneRecordValue,
  ): Promise<void> {
    const prepare = (): Promise<ReplaceJob> => this.compared(zone, image, author, record);
    for (let tries = 0; tries < journalLimits.comparisonsMax; tries++) {
      try {
        await this.line.push(await prepare());
        return;
      } catch (error) {
        if (!(error instanceof StaleComparisonError)) throw error;
      }
    }
    await this.line.push({ do: "hold", zone, prepare });
  }

  private async compared(
    zone: LiveZone,
    image: ZoneImage,
    author: Author,
    record: (record: ZoneRecordValue | undefined, page: number, isChain: boolean) => ZoneRecordValue,
  ): Promise<ReplaceJob> {
    const present = zone.image;
    const presentSerial = present?.serial();
    const difference = present && (await this.ports.snapshots.compare(present, image));
    const kept = difference !== undefined && difference.octets.length <= journalLimits.setOctetsMax;
    const to = image.serial();
    const isChain = kept && isLaterSerial(to, presentSerial!);
    const octets = kept ? difference.octets : undefined;
    const fits = octets !== undefined && octets.length <= journalLimits.pageOctetsMax;
    const set: StoredSet = {
      from: presentSerial ?? 0,
      to,
      at: this.ports.nowMs(),
      by: [author.kind, author.name],
      removed: difference?.removed ?? 0,
      added: difference?.added ?? image.recordCount,
      ...(fits ? { octets: Buffer.from(octets).toString("base64") } : {}),
    };
    return {
      do: "replace",
      zone,
      image,
      present,
      presentSerial,
      set,
      octets,
      record: (before, page) => record(before, page, isChain),
    };
  }

  /** The file has changed while the program did not run: what it said before is not known. */
  private async noteUnseen(zone: LiveZone, digest: string, author: Author): Promise<void> {
    const image = zone.image!;
    const last = (await readPagesBackwards(this.ports.store, zone.id, zone.head + 1, 1))[0]?.sets.at(-1);
    const serial = image.serial();
    const set: StoredSet = {
      from: last?.to ?? serial,
      to: serial,
      at: this.ports.nowMs(),
      by: [author.kind, author.name],
      note: "the file changed while the program did not run",
      removed: 0,
      added: 0,
    };
    await this.line.push({
      do: "replace",
      zone,
      image,
      present: image,
      presentSerial: serial,
      set,
      octets: undefined,
      record: (record, page) => ({
        ...(record ?? firstRecord(zone)),
        base: { digest, page },
        chainFrom: page + 1,
      }),
    });
  }

  private mergeFailed(zone: LiveZone, error: Error): void {
    const facts = { zone: nameToText(zone.name), err: error };
    this.ports.log.error(facts, "a zone could not be merged; changes wait until it can");
  }
}

function snapshotsOf({ base, state }: ZoneRecordValue): string[] {
  return [base?.snapshot, state?.snapshot].filter((file) => file !== undefined);
}

/** What an incremental transfer takes away must be there. RFC 1995 §4. */
function checkFollows(view: ZoneView, { from, removed }: ChangeSet): void {
  if (view.serial !== from)
    throw new ZoneUnchangeableError("invalid", `the zone is at serial ${view.serial}, not ${from}`);
  for (const { owner, type, rdata } of removed) {
    const sets = view.rrsetsAt(owner).filter((set) => set.type === type);
    const wanted = rdataKey(type, rdata);
    if (sets.some((set) => set.rdata.some((one) => rdataKey(type, one) === wanted))) continue;
    throw new ZoneUnchangeableError("invalid", `a record of ${nameToText(owner)} that goes is not there`);
  }
}
