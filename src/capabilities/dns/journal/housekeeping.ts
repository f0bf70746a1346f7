/**
 * Keeps journals short: writes snapshots, so that a start has little to read again, and forgets pages that are
 * older than anybody asks for. One zone at a time, beside the line of changes.
 */
import type { Log } from "#contracts/log.ts";
import type { Store, StoreOperation } from "#contracts/store.ts";
import { nameToText } from "#protocols/dns/name.ts";
import type { ZoneImage } from "../zones/image.ts";
import type { ChangeLine } from "./change-line.ts";
import { deletePage, readPages, type ZoneRecordValue } from "./journal-store.ts";
import { journalLimits } from "./limits.ts";
import type { LiveZone } from "./live-zone.ts";
import type { Snapshots } from "./snapshots.ts";
import { zoneFileName } from "./zone-key.ts";

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
  private readonly due = new Map<LiveZone, () => Promise<void>>();
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
    this.plan(zone, () => this.snapshotAndForget(zone));
  }

  /** What the file said, for when it changes: `image` as it was before others changed the zone. */
  keepBase(zone: LiveZone, image: ZoneImage): void {
    this.plan(zone, () => this.writeBase(zone, image));
  }

  /** Resolves when all that is planned is done. */
  async settled(): Promise<void> {
    while (this.working !== undefined) await this.working;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closed = true;
    await this.working;
  }

  private plan(zone: LiveZone, work: () => Promise<void>): void {
    if (this.closed) return;
    this.due.set(zone, work);
    this.working ??= this.run();
  }

  private async run(): Promise<void> {
    await new Promise((turn) => setImmediate(turn));
    for (const [zone, work] of this.due) {
      if (this.closed) break;
      this.due.delete(zone);
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
    this.working = undefined;
  }

  private async writeBase(zone: LiveZone, image: ZoneImage): Promise<void> {
    const { base, state } = zone.record ?? {};
    if (base === undefined || base.snapshot !== undefined) return;
    const snapshot = `${zoneFileName(zone.id)}.base-${base.digest.slice(0, 12)}`;
    await this.ports.snapshots.write(snapshot, image);
    await this.changeRecord(zone, (record) => {
      const isSame = record.base?.digest === base.digest;
      if (!isSame) return record;
      const first = { snapshot, page: base.page, serial: image.serial() };
      return { ...record, base: { ...base, snapshot }, state: state ?? first };
    });
  }

  private async snapshotAndForget(zone: LiveZone): Promise<void> {
    if (zone.record?.dynamic !== true && zone.record?.kind !== "secondary") {
      await this.forget(zone, zone.head);
      return;
    }
    // Of this turn: the image is what the newest page made of it.
    const page = zone.head;
    const { image } = zone;
    if (image === undefined) return;
    const serial = image.serial();
    const snapshot = `${zoneFileName(zone.id)}.state-${page}`;
    await this.ports.snapshots.write(snapshot, image);
    const before = zone.record.state?.snapshot;
    await this.changeRecord(zone, (record) =>
      (record.state?.page ?? -1) >= page ? record : { ...record, state: { snapshot, page, serial } },
    );
    if (before !== undefined && before !== zone.record.base?.snapshot && before !== snapshot)
      this.ports.snapshots.remove(before);
    await this.forget(zone, zone.record.state?.page ?? 0);
  }

  /** Forgets the oldest pages up to `last` that are too old or too many. */
  private async forget(zone: LiveZone, last: number): Promise<void> {
    const { setsKeptMax, octetsKeptMax, daysKeptMax, pagesForgottenMax } = journalLimits;
    const tooOldMs = this.ports.nowMs() - daysKeptMax * dayMs;
    let sets = 0;
    let octets = 0;
    let forgetTo = 0;
    // From the newest on there may be so many; counted from the oldest, all that is above.
    const sizes: { number: number; sets: number; octets: number; atMs: number }[] = [];
    for (let at = (zone.record?.oldest ?? 1) - 1; at < zone.head; ) {
      const pages = await readPages(this.ports.store, zone.id, at);
      if (pages.length === 0) break;
      for (const page of pages) {
        const size = page.sets.reduce((sum, set) => sum + (set.octets?.length ?? 0), 0);
        sizes.push({ number: page.number, sets: page.sets.length, octets: size, atMs: page.sets.at(-1)!.at });
        at = page.number;
      }
    }
    for (const size of sizes.reverse()) {
      sets += size.sets;
      octets += size.octets;
      if (sets > setsKeptMax || octets > octetsKeptMax || size.atMs < tooOldMs) {
        forgetTo = Math.min(size.number, last);
        break;
      }
    }
    for (let at = (zone.record?.oldest ?? 1) - 1; at < forgetTo; ) {
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
    await this.ports.line.push({ do: "record", zone, record, operations: [] });
  }
}
