/**
 * Brings zones to what their files say. As long as nobody but its file changes a zone, it is what the file
 * says; from then on, what the file changed is merged into what the zone is.
 */
import type { Log } from "#contracts/log.ts";
import { type Store, StoreError } from "#contracts/store.ts";
import { nameToText } from "#protocols/dns/name.ts";
import type { Conflict } from "../edit/conflict.ts";
import { carryOut } from "../edit/merge-file.ts";
import { type MergeSources, planMerge } from "../edit/merge-plan.ts";
import type { ZoneImage } from "../zones/image.ts";
import { firstRecord } from "./change-batch.ts";
import { type Job, type ReplaceJob, StaleComparisonError } from "./change-job.ts";
import type { Author, ChangeSet } from "./change-set.ts";
import { compareContent } from "./content-comparison.ts";
import type { Housekeeping } from "./housekeeping.ts";
import { readPages, readPagesBackwards, setsOf, type ZoneRecordValue } from "./journal-store.ts";
import { journalLimits } from "./limits.ts";
import type { LiveZone } from "./live-zone.ts";
import type { FileContent } from "./restore-zone.ts";
import type { Snapshots } from "./snapshots.ts";
import { baseFileName } from "./zone-key.ts";
import { ZoneUnchangeableError, type ZoneView } from "./zone-writer.ts";

export interface FileIntakePorts {
  readonly store: Store;
  readonly snapshots: Snapshots;
  readonly housekeeping: Pick<Housekeeping, "settled" | "keepState">;
  readonly push: (job: Job) => Promise<unknown>;
  /** Stands in the line with an open zone. */
  readonly change: (
    zone: LiveZone,
    job: {
      readonly author: Author;
      readonly decide: (view: ZoneView) => Pick<ReturnType<typeof carryOut>, "changes">;
      readonly record: (record: ZoneRecordValue) => ZoneRecordValue;
    },
  ) => Promise<void>;
  /** Puts a zone without content together, now that its file can be read. */
  readonly revive: (zone: LiveZone, file: FileContent) => Promise<void>;
  readonly nowMs: () => number;
  readonly log: Log;
}

interface ReadFile {
  readonly image: ZoneImage;
  readonly digest: string;
  readonly author: Author;
}

export class FileIntake {
  private readonly ports: FileIntakePorts;
  /** What a zone's file says is taken one after the other. */
  private readonly taking = new WeakMap<LiveZone, Promise<unknown>>();

  constructor(ports: FileIntakePorts) {
    this.ports = ports;
  }

  /** Resolves when the zone is as it should be, with what was in conflict. */
  take(zone: LiveZone, file: FileContent, path: string): Promise<readonly Conflict[]> {
    const { image, digest } = file;
    if (image === undefined) return Promise.resolve([]);
    return this.inTurn(zone, () =>
      this.takeNow(zone, { image, digest, author: { kind: "file", name: path } }),
    );
  }

  /** Notes what the file says, now that somebody has written the zone there. */
  written(zone: LiveZone, digest: string, image: ZoneImage): Promise<void> {
    // Of this turn: later ones are not in the file.
    const page = zone.head;
    const { isBehind } = zone;
    const snapshot = baseFileName(zone.id, digest);
    const isKept = zone.record?.dynamic === true;
    const kept = isKept ? this.ports.snapshots.write(snapshot, image) : Promise.resolve();
    kept.catch(() => undefined); // looked at when the turn comes
    return this.inTurn(zone, async () => {
      await kept;
      zone.fileDigest = digest;
      if (zone.record === undefined || isBehind) return;
      const base = { digest, page, ...(isKept ? { snapshot } : {}) };
      await this.withSnapshot(zone, isKept ? snapshot : undefined, async () => {
        await this.ports.push({ do: "record", zone, record: (record) => ({ ...record, base }) });
      });
    });
  }

  /** What the zone's file said when it was last taken; where that is not known, what others changed since. */
  async base(zone: LiveZone): Promise<MergeSources["base"]> {
    const { base } = zone.record ?? {};
    let after = base?.page ?? 0;
    if (base?.snapshot !== undefined) {
      try {
        return await this.ports.snapshots.read(base.snapshot, zone.name);
      } catch (error) {
        const facts = { zone: nameToText(zone.name), error: String(error) };
        this.ports.log.warn(facts, "what the file said before cannot be read; going by the journal");
        after = 0; // others' earlier changes may have been merged with it
      }
    }
    const { store } = this.ports;
    const { head } = zone;
    const changedSince: ChangeSet[] = [];
    for (;;) {
      // Behind the head may be what a transaction left that nobody was told of.
      const pages = (await readPages(store, zone.id, after)).filter(({ number }) => number <= head);
      for (const page of pages) {
        for (const set of await setsOf(store, zone.id, page)) {
          if (set !== undefined && set.author.kind !== "file") changedSince.push(set);
        }
      }
      if (pages.length === 0) return { changedSince };
      after = pages.at(-1)!.number;
    }
  }

  private inTurn<Outcome>(zone: LiveZone, work: () => Promise<Outcome>): Promise<Outcome> {
    const turn = (this.taking.get(zone) ?? Promise.resolve()).then(work);
    this.taking.set(
      zone,
      turn.catch(() => undefined),
    );
    return turn;
  }

  private async takeNow(zone: LiveZone, file: ReadFile): Promise<readonly Conflict[]> {
    for (let tries = 0; tries <= journalLimits.comparisonsMax; tries++) {
      try {
        return await this.takeOnce(zone, file);
      } catch (error) {
        // Others have changed the zone meanwhile: it may be one to merge with now.
        if (!(error instanceof StaleComparisonError)) throw error;
      }
    }
    throw new ZoneUnchangeableError("busy", "the zone changes all the time");
  }

  private async takeOnce(zone: LiveZone, file: ReadFile): Promise<readonly Conflict[]> {
    const { digest, image } = file;
    if (zone.image === undefined) {
      await this.ports.revive(zone, file);
      if (zone.record === undefined) zone.fileDigest = digest;
    }
    if (digest === zone.fileDigest) return [];
    if (zone.record?.dynamic === true) return this.mergeIn(zone, file);
    await this.ports.push(
      await (zone.pristine === image ? this.unseen(zone, file) : this.compared(zone, file)),
    );
    zone.fileDigest = digest;
    return [];
  }

  private compared(zone: LiveZone, { image, digest, author }: ReadFile): Promise<ReplaceJob> {
    const record = (before: ZoneRecordValue | undefined, page: number): ZoneRecordValue => ({
      ...(before ?? firstRecord(zone)),
      base: { digest, page },
    });
    return compareContent({ zone, image, author, atMs: this.ports.nowMs(), record }, this.ports.snapshots);
  }

  /** The file has changed while the program did not run: what it said before is not known. */
  private async unseen(zone: LiveZone, { digest, author }: ReadFile): Promise<ReplaceJob> {
    const image = zone.image!;
    const serial = image.serial();
    const [newest] = await readPagesBackwards(this.ports.store, zone.id, zone.head + 1, 1);
    return {
      do: "replace",
      zone,
      image,
      present: image,
      presentSerial: serial,
      set: {
        from: newest?.sets.at(-1)?.to ?? serial,
        to: serial,
        at: this.ports.nowMs(),
        by: [author.kind, author.name],
        note: "the file changed while the program did not run",
        removed: 0,
        added: 0,
      },
      octets: undefined,
      record: (record, page) => ({
        ...(record ?? firstRecord(zone)),
        base: { digest, page },
        chainFrom: page + 1,
      }),
    };
  }

  /** A file that changed, into a zone that others have changed too. */
  private async mergeIn(zone: LiveZone, { image, digest, author }: ReadFile): Promise<readonly Conflict[]> {
    await this.ports.housekeeping.settled();
    // From here on the zone is not what its file said and its journal made of it.
    await this.ports.housekeeping.keepState(zone);
    const plan = planMerge({ file: image, present: zone.image!, base: await this.base(zone) });
    const snapshot = baseFileName(zone.id, digest);
    await this.ports.snapshots.write(snapshot, image);
    let conflicts: readonly Conflict[] = [];
    await this.withSnapshot(zone, snapshot, async () => {
      await this.ports.change(zone, {
        author,
        decide: (view) => {
          const merge = carryOut(plan, view);
          conflicts = merge.conflicts;
          return merge;
        },
        // Its own page may hold changes of others that come after it.
        record: (record) => ({ ...record, base: { digest, page: zone.head, snapshot } }),
      });
    });
    zone.fileDigest = digest;
    return conflicts;
  }

  /** The record is going to name the snapshot; the one that it named before is removed then. */
  private async withSnapshot(
    zone: LiveZone,
    snapshot: string | undefined,
    work: () => Promise<void>,
  ): Promise<void> {
    const before = zone.record?.base?.snapshot;
    try {
      await work();
    } catch (error) {
      const isCertain = !(error instanceof StoreError) || error.code !== "HP_STORE_UNCONFIRMED";
      if (isCertain) this.drop(zone, snapshot);
      throw error;
    }
    this.drop(zone, before);
  }

  private drop(zone: LiveZone, file: string | undefined): void {
    const { base, state } = zone.record ?? {};
    if (file === undefined || file === base?.snapshot || file === state?.snapshot) return;
    this.ports.snapshots.remove(file);
  }
}
