/**
 * Random lives of zones, with failures of the store and restarts at any moment: the zone is what a plain
 * model says, and what is known of its past leads to what it is.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { StoreError } from "#contracts/store.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { isLaterSerial } from "#protocols/dns/serial.ts";
import { mergeFile } from "../edit/merge-file.ts";
import type { ZoneImage } from "../zones/image.ts";
import { recordLines, zoneChangeIn, zoneLines } from "../zones/image-diff.testing.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { ZoneModel } from "../zones/zone-model.ts";
import type { Author } from "./change-set.ts";
import {
  type Failure,
  imageOf,
  JournalRig,
  ofKey,
  origin,
  primary,
  setsSince,
  undone,
} from "./journal.testing.ts";
import type { LiveZone } from "./live-zone.ts";
import { ZoneUnchangeableError } from "./zone-writer.ts";

/** A CNAME beside other records is no zone: what becomes of it is tested where files are merged. */
const random = zoneChangeIn("example.").filter(
  (change) => !("type" in change) || change.type !== RRType.CNAME,
);
const someChanges = fc.array(random, { minLength: 1, maxLength: 3 });
const user: Author = { kind: "user", name: "ada" };

type Step =
  | { readonly do: "updates"; readonly changes: readonly (readonly ZoneChange[])[] }
  | { readonly do: "edit"; readonly changes: readonly ZoneChange[]; readonly serialBy: number }
  | {
      readonly do: "file";
      readonly changes: readonly ZoneChange[];
      readonly serialBy: number;
      readonly down: boolean;
    }
  | { readonly do: "sync" }
  | { readonly do: "frozen"; readonly changes: readonly ZoneChange[] }
  | { readonly do: "fail"; readonly failures: readonly Failure[] }
  | { readonly do: "settle" }
  | { readonly do: "restart"; readonly inOrder: boolean };

const failure = fc.constantFrom<Failure>(
  { code: "HP_STORE_FULL" },
  { code: "HP_STORE_FAILED" },
  { code: "HP_STORE_UNCONFIRMED" },
  { code: "HP_STORE_UNCONFIRMED", done: true },
);
const serialBy = fc.constantFrom(0, 1, 5, 0x7fff_ffff, 0x9000_0000);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("updates" as const),
      changes: fc.array(someChanges, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("edit" as const), changes: someChanges, serialBy }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("file" as const),
      changes: someChanges,
      serialBy,
      down: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "sync" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("frozen" as const), changes: someChanges }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("fail" as const),
      failures: fc.array(failure, { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "settle" as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("restart" as const), inOrder: fc.boolean() }) },
);

/** Without the serial number. */
function contentOf(image: ZoneImage): string[] {
  const records = [...image.records()].map((record) =>
    record.type === RRType.SOA ? { ...record, rdata: withSerial(record.rdata, 0) } : record,
  );
  return recordLines(records);
}

function withSerial(soa: Uint8Array, serial: number): Uint8Array {
  const rdata = soa.slice();
  new DataView(rdata.buffer).setUint32(rdata.length - 20, serial);
  return rdata;
}

function soaChange(image: ZoneImage, serial: number): ZoneChange {
  const soa = image.rrset(image.present(image.identity(image.apex)), RRType.SOA);
  const rdata = [withSerial(image.rdata(soa)[0]!, serial)];
  return { do: "set", owner: origin, type: RRType.SOA, ttl: image.ttl(soa), rdata };
}

function changed(image: ZoneImage, changes: readonly ZoneChange[]): ZoneImage {
  const model = new ZoneModel(image);
  model.apply(changes);
  return model.image();
}

interface Version {
  readonly serial: number;
  /** How far the serial numbers had gone then. */
  readonly at: number;
  readonly lines: readonly string[];
}

/** What the zone must be, and what it must be known to have been. */
class Life {
  readonly rig = new JournalRig();
  zone!: LiveZone;
  /** Content as it must be; the serial number is the zone's own affair. */
  model = imageOf(1, "www A 192.0.2.7");
  file = this.model;
  fileNumber = 1;
  /** What the file said when it was last taken. */
  taken = this.model;
  /** What a transaction of which nobody knows may have made of it. */
  maybe: ZoneImage[] = [];
  /** All that led to one another, the present one last. */
  versions: Version[] = [];
  /** By so much the serial number went forward. */
  advanced = 0;

  async start(): Promise<void> {
    await this.rig.start();
    const digest = `file/${this.fileNumber}`;
    this.zone = await this.rig.serve(primary, { image: this.file, digest });
    await this.rig.keeper.takeFile(this.zone, { image: this.file, digest }, "example.db");
  }

  async restart(inOrder: boolean): Promise<void> {
    this.rig.failing.failures = [];
    const before = this.zone.image!.serial();
    if (inOrder) await this.rig.keeper[Symbol.asyncDispose]();
    const isNew = this.file !== this.taken;
    const { record } = this.zone;
    // Killed before it was written down what the file said: then the journal is done to what it says now.
    const isLoose =
      isNew && (this.maybe.length > 0 || (record?.dynamic === true && record.base?.snapshot === undefined));
    await this.rig.start();
    const digest = `file/${this.fileNumber}`;
    this.zone = await this.rig.serve(primary, { image: this.file, digest });
    const options = [this.model, ...this.maybe].flatMap((one) => [
      one,
      ...(isNew ? [this.merged(one), this.file] : []),
    ]);
    await this.rig.keeper.takeFile(this.zone, { image: this.file, digest }, "example.db");
    const present = contentOf(this.zone.image!).join();
    const found = options.find((one) => contentOf(one).join() === present);
    if (found === undefined && !isLoose)
      assert.fail(
        `after a restart it is ${JSON.stringify(contentOf(this.zone.image!), undefined, 1)}, and not one of ${JSON.stringify(options.map(contentOf), undefined, 1)}`,
      );
    if (isNew || this.maybe.length > 0) this.versions = [];
    else assert.equal(this.zone.image!.serial(), before, "the serial number after a restart");
    this.model = found ?? changed(this.zone.image!, []);
    this.taken = this.file;
    this.maybe = [];
    this.note();
  }

  merged(present: ZoneImage): ZoneImage {
    const { changes } = mergeFile({ file: this.file, present, base: this.taken });
    return changed(present, changes);
  }

  /** What the zone is now leads on from what it was. */
  note(): void {
    const serial = this.zone.image!.serial();
    const last = this.versions.at(-1)?.serial;
    if (last === serial) return;
    this.advanced += last === undefined ? 0 : (serial - last) >>> 0;
    // Once around the circle, a serial number stands for another version.
    this.versions = this.versions.filter(({ at }) => this.advanced - at < 2 ** 32);
    this.versions.push({ serial, at: this.advanced, lines: zoneLines(this.zone.image!) });
  }

  /** Runs it; what the store does not take must have made no difference. */
  async attempt(after: ZoneImage, work: () => Promise<unknown>): Promise<boolean> {
    const { image } = this.zone;
    const before = image!.serial();
    const { failures } = this.rig.failing;
    const unconfirmed = failures.some(({ code }) => code === "HP_STORE_UNCONFIRMED");
    try {
      await work();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      assert.equal(this.zone.image!.serial(), before, "a change that failed leaves the serial number");
      if (unconfirmed) this.maybe.push(after);
      return false;
    }
    const now = this.zone.image!.serial();
    if (now !== before) this.maybe = [];
    const isSame = contentOf(after).join() === contentOf(this.model).join();
    if (!isLaterSerial(now, before) && !(now === before && isSame)) {
      this.versions = []; // a file said so
      this.maybe = [];
    }
    this.model = after;
    this.note();
    return true;
  }

  async step(one: Step): Promise<void> {
    const { keeper } = this.rig;
    switch (one.do) {
      case "updates":
        await this.updates(one.changes);
        break;
      case "edit": {
        const serial = (this.zone.image!.serial() + one.serialBy) >>> 0;
        const changes = [...one.changes, soaChange(this.model, serial)];
        await this.attempt(changed(this.model, changes), () =>
          keeper.change(origin, user, () => ({ changes, outcome: undefined })),
        );
        break;
      }
      case "file":
        this.fileNumber++;
        this.file = changed(this.file, [
          ...one.changes,
          soaChange(this.file, (this.file.serial() + one.serialBy) >>> 0),
        ]);
        if (!one.down) await this.takeFile();
        break;
      case "sync":
        this.rig.failing.failures = [];
        this.file = changed(this.zone.image!, []);
        this.fileNumber++;
        this.taken = this.file;
        await keeper.fileWritten(this.zone, `file/${this.fileNumber}`, this.zone.image!);
        break;
      case "frozen":
        this.zone.frozen = true;
        await assert.rejects(
          keeper.change(origin, ofKey, () => ({ changes: one.changes, outcome: undefined })),
          (error) => error instanceof ZoneUnchangeableError && error.why === "frozen",
        );
        this.zone.frozen = false;
        break;
      case "fail":
        this.rig.failing.failures.push(...one.failures);
        break;
      case "settle":
        for (let i = 0; i < 20; i++) await new Promise(setImmediate);
        break;
      case "restart":
        await this.restart(one.inOrder);
        break;
    }
    assert.deepEqual(contentOf(this.zone.image!), contentOf(this.model), one.do);
  }

  private async takeFile(): Promise<void> {
    const isDynamic = this.zone.record?.dynamic === true;
    const after = isDynamic ? this.merged(this.model) : this.file;
    const content = { image: this.file, digest: `file/${this.fileNumber}` };
    const isTaken = await this.attempt(after, () =>
      this.rig.keeper.takeFile(this.zone, content, "example.db"),
    );
    if (isTaken) this.taken = this.file;
  }

  /** All in one turn of the line: done or not together. */
  private async updates(all: readonly (readonly ZoneChange[])[]): Promise<void> {
    const after = changed(this.model, all.flat());
    await this.attempt(after, async () => {
      const outcomes = await Promise.allSettled(
        all.map((changes) => this.rig.keeper.change(origin, ofKey, () => ({ changes, outcome: undefined }))),
      );
      const failed = outcomes.filter((outcome) => outcome.status === "rejected");
      assert.ok(failed.length === 0 || failed.length === all.length, "one transaction for all");
      if (failed[0] !== undefined) throw failed[0].reason;
    });
  }

  async checkPast(): Promise<void> {
    const now = zoneLines(this.zone.image!);
    const first = this.zone.record?.oldest ?? 1;
    let unknown = 0;
    for (const { serial, lines } of this.versions) {
      const sets = await setsSince(this.rig.keeper, serial);
      if (sets === undefined) {
        unknown++;
        continue;
      }
      assert.deepEqual(undone(now, sets), lines, `since ${serial}`);
    }
    // Around the circle of serial numbers a chain begins anew.
    if (first === 1 && this.advanced < 2 ** 31)
      assert.equal(unknown, 0, "nothing is forgotten, so that all is known");
    assert.ok((await setsSince(this.rig.keeper, this.zone.image!.serial()))?.length === 0);
  }
}

const lives = Number(process.env["HOMEPORT_RANDOM_RUNS"] ?? 300);

test(`${lives} random lives of a primary zone: it is what a plain model says, and its past leads to what it is`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 25 }),
      fc.boolean(),
      async (steps, forgets) => {
        const life = new Life();
        await using rig = life.rig;
        if (forgets)
          rig.limit({ setsPerSnapshotMax: 3, setsKeptMax: 6, pagesForgottenMax: 2, pagesPerReadMax: 3 });
        await life.start();
        life.note();
        for (const one of steps) await life.step(one);
        await life.checkPast();
      },
    ),
    { numRuns: lives, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  );
});
