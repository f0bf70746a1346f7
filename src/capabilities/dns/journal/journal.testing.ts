/**
 * For tests: a keeper of zones over a store that fails when it is told to, started again as often as one
 * likes.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Store,
  type StoreCompare,
  StoreError,
  type StoreErrorCode,
  type StoreOperation,
  type StoreOutcome,
} from "#contracts/store.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { type Name, parseName } from "#protocols/dns/name.ts";
import { imageOf as imageOfText, zoneText } from "../edit/zone-editing.testing.ts";
import type { ZoneImage } from "../zones/image.ts";
import { recordLines } from "../zones/image-diff.testing.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { ZoneMerger } from "../zones/zone-merger.ts";
import type { ChangeSet } from "./change-set.ts";
import { journalLimits } from "./limits.ts";
import type { LiveZone, LiveZoneSettings } from "./live-zone.ts";
import type { FileContent } from "./restore-zone.ts";
import { Snapshots } from "./snapshots.ts";
import { ZoneKeeper } from "./zone-keeper.ts";

export const origin = parseName("example.");
export const primary: LiveZoneSettings = { kind: "primary", serialStyle: "increment" };
export const secondary: LiveZoneSettings = { kind: "secondary", serialStyle: "increment" };

export interface Failure {
  readonly code: StoreErrorCode;
  /** It was done all the same. */
  readonly done?: boolean;
}

/**
 * What becomes of a program's end of the store and the folder: nothing more reaches them from a killed one.
 */
interface Fate {
  isKilled: boolean;
}

/** Fails so often, then works again. */
export class FailingStore {
  readonly inner: Store & AsyncDisposable = openMemoryStore();
  failures: Failure[] = [];
  /** Called after each transaction that was done. */
  onDone: (operations: readonly StoreOperation[]) => void = () => undefined;

  endOf(fate: Fate): Store {
    const { inner } = this;
    const alive = <Result>(work: () => Result): Result => {
      if (fate.isKilled) throw new StoreError("HP_STORE_CLOSED", "the program was killed");
      return work();
    };
    return {
      get: async (key) => alive(() => inner.get(key)),
      list: async (prefix, page) => alive(() => inner.list(prefix, page)),
      transact: async (compares, operations) => alive(() => this.transact(compares, operations)),
      watch: inner.watch.bind(inner),
      history: inner.history.bind(inner),
      revision: inner.revision.bind(inner),
    };
  }

  private async transact(
    compares: readonly StoreCompare[],
    operations: readonly StoreOperation[],
  ): Promise<StoreOutcome> {
    const failure = this.failures.shift();
    if (failure !== undefined && failure.done !== true) throw new StoreError(failure.code, "as it was told");
    const outcome = await this.inner.transact(compares, operations);
    this.onDone(operations);
    if (failure !== undefined) throw new StoreError(failure.code, "as it was told");
    return outcome;
  }
}

class MortalSnapshots extends Snapshots {
  private readonly fate: Fate;

  constructor(folder: string, fate: Fate) {
    super(folder);
    this.fate = fate;
  }

  override async write(file: string, image: ZoneImage): Promise<void> {
    if (this.fate.isKilled) throw new StoreError("HP_STORE_CLOSED", "the program was killed");
    await super.write(file, image);
  }

  override remove(file: string): void {
    if (!this.fate.isKilled) super.remove(file);
  }
}

/** A store and a folder that outlive their keepers. */
export class JournalRig implements AsyncDisposable {
  readonly failing = new FailingStore();
  readonly folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "homeport-journal-"));
  readonly merger = new ZoneMerger();
  readonly log = collectLog();
  nowMs = 1_700_000_000_000;
  keeper!: ZoneKeeper;
  private fate: Fate = { isKilled: false };
  private readonly life = new AsyncDisposableStack();
  private readonly limits = { ...journalLimits };

  get folderOfSnapshots(): string {
    return join(this.folder, "zones");
  }

  /** A new keeper; the one before ends as by SIGKILL. */
  async start(): Promise<ZoneKeeper> {
    this.fate.isKilled = true;
    this.fate = { isKilled: false };
    const snapshots = new MortalSnapshots(this.folderOfSnapshots, this.fate);
    this.life.use(snapshots);
    this.keeper = await ZoneKeeper.open({
      store: this.failing.endOf(this.fate),
      snapshots,
      merger: this.merger,
      nowMs: () => this.nowMs,
      log: this.log.log,
      onImage: () => undefined,
      onChanged: () => undefined,
    });
    return this.keeper;
  }

  /** Restores the zone and serves it alone. */
  async serve(settings: LiveZoneSettings, file?: FileContent, name: Name = origin): Promise<LiveZone> {
    const { zone } = await this.keeper.restore(name, settings, file);
    this.keeper.serve([zone]);
    return zone;
  }

  /** Bounds that a test can reach. */
  limit(bounds: Partial<Record<keyof typeof journalLimits, number>>): void {
    Object.assign(journalLimits, bounds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Object.assign(journalLimits, this.limits);
    await this.keeper[Symbol.asyncDispose]();
    await this.life.disposeAsync();
    await this.merger[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }
}

export function fileOf(serial: number, body = "www A 192.0.2.7", digest?: string): FileContent {
  const image = imageOf(serial, body);
  return { image, digest: digest ?? `${serial}/${body}` };
}

export function imageOf(serial: number, body = ""): ZoneImage {
  return imageOfText(zoneText(serial, body));
}

export function address(label: string, last: number): ZoneChange {
  const owner = parseName(`${label}.example.`);
  return { do: "add", owner, type: 1, ttl: 60, rdata: Uint8Array.of(10, 0, last >> 8, last) };
}

export const ofKey = { kind: "update", name: "a-key" } as const;

export function update(keeper: ZoneKeeper, ...changes: ZoneChange[]): Promise<void> {
  return keeper.change(origin, ofKey, () => ({ changes, outcome: undefined }));
}

export async function setsSince(
  keeper: ZoneKeeper,
  serial: number,
  name: Name = origin,
): Promise<ChangeSet[] | undefined> {
  const pages = await keeper.since(name, serial);
  if (pages === undefined) return undefined;
  const sets: ChangeSet[] = [];
  for await (const page of pages) sets.push(...page);
  return sets;
}

/** Lines of records, as the sets leave them when they are taken back from the newest on. */
export function undone(lines: readonly string[], sets: readonly ChangeSet[]): string[] {
  const present = new Set(lines);
  for (const { removed, added } of sets.toReversed()) {
    for (const line of recordLines(added))
      assert.ok(present.delete(line), `${line} is there to be taken back`);
    for (const line of recordLines(removed)) {
      assert.ok(!present.has(line), `${line} is not there yet`);
      present.add(line);
    }
  }
  return [...present].sort();
}
