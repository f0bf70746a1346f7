/**
 * Keeps journals short: writes snapshots, so that a start has little to read again, and forgets pages that
 * are older than anybody asks for. One zone at a time, beside the line of changes.
 */
import type { Log } from "#contracts/log.ts";
import type { Store, StoreOperation } from "#contracts/store.ts";
import { nameToText } from "#protocols/dns/name.ts";
import type { ZoneImage } from "../zones/image.ts";
import type { ChangeLine } from "./change-line.ts";
import type { JournalPage } from "./change-set-value.ts";
import { deletePage, readPages, readPagesBackwards, type ZoneRecordValue } from "./journal-store.ts";
import { journalLimits } from "./limits.ts";
import type { LiveZone } from "./live-zone.ts";
import type { Snapshots } from "./snapshots.ts";
import { baseFileName, stateFileName } from "./zone-key.ts";

export interface HousekeepingPorts {
  readonly store: Store;
  readonly line: Pick<ChangeLine, "push">;
  readonly snapshots: Pick<Snapshots, "write" | "remove">;
  readonly nowMs: () => number;
  readonly log: Log;
}

const dayMs = 86_400_000;

export class Housekeeping {
  private readonly ports: HousekeepingPorts;
  /** What files said, of zones that others change too from now on. */
  private readonly bases = new Map<LiveZone, ZoneImage>();
  /** Zones of which a snapshot is due. */
  private readonly due = new Set<LiveZone>();
  private working: Promise<void> | undefined;
  private closed = false;

  constructor(ports: HousekeepingPorts) {
    this.ports = ports;
  }

  /** To be called after each change: looks whether something is to be done. */
  look(zone: LiveZone): void {
    const { setsPerSnapshotMax, octetsPerSnapshotMax } = journalLimits;
    if (zone.setsSince < setsPerSnapshotMax && zone.octetsSince < octetsPerSnapshotMax) return;
    zone.setsSince = 0;
    zone.octetsSince = 0;
    this.due.add(zone);
    this.work();
  }

  /** What the file said, for when it changes: `image` as it was before others changed the zone. */
  keepBase(zone: LiveZone, image: ZoneImage): void {
    this.bases.set(zone, image);
    this.work();
  }

  /**
   * Writes what the zone is, for when it is no longer what its file said and its journal goes on from there.
   * Rejects with StoreError.
   */
  async keepState(zone: LiveZone): Promise<void> {
    await this.settled();
    if (zone.record?.state === undefined) await this.writeState(zone);
  }

  /** Resolves when all that is planned is done. */
  async settled(): Promise<void> {
    while (this.working !== undefined) await this.working;
  }

  /** Ends what is under way; the rest is done after the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.closed = true;
    await this.working;
  }

  private work(): void {
    if (!this.closed) this.working ??= this.run();
  }

  private async run(): Promise<void> {
    await new Promise((turn) => setImmediate(turn));
    while (!this.closed) {
      const [base] = this.bases;
      const [zone] = this.due;
      if (base !== undefined) {
        this.bases.delete(base[0]);
        await this.attempt(base[0], () => this.writeBase(...base));
      } else if (zone !== undefined) {
        this.due.delete(zone);
        await this.attempt(zone, () => this.snapshotAndForget(zone));
      } else break;
    }
    this.working = undefined;
  }

  private async attempt(zone: LiveZone, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const facts = { zone: nameToText(zone.name), error: String(error) };
      this.ports.log.warn(
        facts,
        "the snapshot of a zone could not be written; its journal grows until it can",
      );
    }
  }

  private async writeBase(zone: LiveZone, image: ZoneImage): Promise<void> {
    const { base, state } = zone.record ?? {};
    if (base === undefined || base.snapshot !== undefined) return;
    const snapshot = baseFileName(zone.id, base.digest);
    await this.ports.snapshots.write(snapshot, image);
    await this.changeRecord(zone, (record) => {
      const isSame = record.base?.digest === base.digest && record.base.page === base.page;
      if (!isSame) return record;
      const first = { snapshot, page: base.page, serial: image.serial() };
      return { ...record, base: { ...base, snapshot }, state: state ?? first };
    });
  }

  private async snapshotAndForget(zone: LiveZone): Promise<void> {
    if (zone.record === undefined) return;
    const isOfFile = !zone.record.dynamic && zone.record.kind === "primary";
    if (!isOfFile) await this.writeState(zone);
    await this.forget(zone, isOfFile ? zone.head : (zone.record.state?.page ?? 0));
  }

  private async writeState(zone: LiveZone): Promise<void> {
    while (zone.isShowing) await new Promise((turn) => setImmediate(turn));
    // Of this turn: the image is what the newest page made of it.
    const { image, head: page, isBehind } = zone;
    if (image === undefined || isBehind) return;
    const serial = image.serial();
    const snapshot = stateFileName(zone.id, page);
    let before: string | undefined;
    await this.ports.snapshots.write(snapshot, image);
    await this.changeRecord(zone, (record) => {
      if ((record.state?.page ?? -1) >= page) return record;
      before = record.state?.snapshot;
      return { ...record, state: { snapshot, page, serial } };
    });
    const { base, state } = zone.record ?? {};
    for (const file of [before, snapshot])
      if (file !== undefined && file !== base?.snapshot && file !== state?.snapshot)
        this.ports.snapshots.remove(file);
  }

  /** Forgets the oldest pages up to `last` that are too old or too many. */
  private async forget(zone: LiveZone, last: number): Promise<void> {
    const { setsKeptMax, octetsKeptMax, daysKeptMax, pagesForgottenMax } = journalLimits;
    const tooOldMs = this.ports.nowMs() - daysKeptMax * dayMs;
    let sets = 0;
    let octets = 0;
    let forgetTo = 0;
    // From the newest on there may be so many; the newest itself says where the next one is.
    for (let at = zone.head; at > 1 && forgetTo === 0; ) {
      const pages = await readPagesBackwards(this.ports.store, zone.id, at, journalLimits.pagesPerReadMax);
      if (pages.length === 0) return;
      for (const page of pages) {
        at = page.number;
        sets += page.sets.length;
        octets += octetsOf(page);
        if (sets <= setsKeptMax && octets <= octetsKeptMax && page.sets.at(-1)!.at >= tooOldMs) continue;
        forgetTo = Math.min(page.number, last);
        break;
      }
    }
    // Without a snapshot of what the file said, the journal since then is what tells.
    const { base, dynamic } = zone.record!;
    if (dynamic && base !== undefined && base.snapshot === undefined)
      forgetTo = Math.min(forgetTo, base.page);
    for (let at = 0; at < forgetTo; ) {
      const pages = (await readPages(this.ports.store, zone.id, at)).filter(
        ({ number }) => number <= forgetTo,
      );
      if (pages.length === 0) break;
      const some = pages.slice(0, pagesForgottenMax);
      await this.removePages(zone, some);
      at = some.at(-1)!.number;
    }
  }

  /** The record first: what it no longer counts may be gone or not. */
  private async removePages(
    zone: LiveZone,
    pages: readonly Parameters<typeof deletePage>[1][],
  ): Promise<void> {
    const oldest = pages.at(-1)!.number + 1;
    await this.changeRecord(zone, (record) => ({
      ...record,
      oldest,
      chainFrom: Math.max(record.chainFrom, oldest),
    }));
    const operations = pages.flatMap((page) => deletePage(zone.id, page));
    for (let at = 0; at < operations.length; at += 100) {
      await this.ports.store.transact([], operations.slice(at, at + 100) as StoreOperation[]);
    }
  }

  private async changeRecord(
    zone: LiveZone,
    record: (record: ZoneRecordValue) => ZoneRecordValue,
  ): Promise<void> {
    await this.ports.line.push({ do: "record", zone, record });
  }
}

/** As the store has it, about. */
function octetsOf(page: JournalPage): number {
  let octets = 0;
  for (const set of page.sets)
    octets += (set.octets?.length ?? 0) + (set.parts ?? 0) * journalLimits.pageOctetsMax;
  return octets;
}
