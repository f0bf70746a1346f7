import assert from "node:assert/strict";
import { test } from "node:test";
import { type Name, parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import { ChangingZone } from "./changing-zone.ts";
import type { ZoneImage } from "./image.ts";
import { ImageMemory } from "./image-memory.ts";
import { zoneLimits } from "./limits.ts";
import { ZoneBusyError, type ZoneChange, ZoneChangeError } from "./zone-change.ts";
import { ZoneEditor } from "./zone-editor.ts";
import { keptMoment, type MergeRoom, mergeZone, presentMoment } from "./zone-merge.ts";
import { ZoneMerger } from "./zone-merger.ts";
import { assertSameZone, ZoneModel } from "./zone-model.ts";

const name = (relative: string): Name => parseName(`${relative}.example.`);
const set = (owner: string, value: number, type: number = RRType.A): ZoneChange => ({
  do: "set",
  owner: name(owner),
  type,
  ttl: 60,
  rdata: [Uint8Array.of(10, value >> 16, value >> 8, value)],
});
const drop = (owner: string): ZoneChange => ({ do: "delete-name", owner: name(owner) });
const big = (owner: string, octets: number): ZoneChange => ({
  ...(set(owner, 1, 65_280) as ZoneChange & { do: "set" }),
  rdata: [new Uint8Array(octets)],
});

/** Merges when the test says so, as the thread does when it comes to it. */
class HeldMerger {
  readonly merges: { readonly end: () => void; readonly fail: (error: Error) => void }[] = [];
  /** Room that merged images get instead of what is asked for. */
  room: MergeRoom | undefined;

  async open(image: ZoneImage): Promise<ZoneEditor> {
    const room = { octets: 4096 - zoneLimits.roomOctetsMin, names: 400 };
    return new ZoneEditor(mergeZone(presentMoment(new ImageMemory(image)), room).image);
  }

  merge(memory: ImageMemory, room: MergeRoom): Promise<ZoneEditor> {
    const moment = keptMoment(memory);
    const { promise, resolve, reject } = Promise.withResolvers<ZoneEditor>();
    const end = (): void => {
      const { image, children } = mergeZone(moment, this.room ?? room);
      resolve(new ZoneEditor(image, children));
    };
    this.merges.push({ end, fail: reject });
    return promise;
  }
}

class Rig {
  readonly merger = new HeldMerger();
  readonly replaced: ZoneImage[] = [];
  readonly failures: Error[] = [];
  zone!: ChangingZone;
  model!: ZoneModel;
  private replacement = Promise.withResolvers<void>();

  static async open(merger?: ZoneMerger, image = zoneImage("example.", "www A 192.0.2.1\n")): Promise<Rig> {
    const rig = new Rig();
    rig.model = new ZoneModel(image);
    rig.zone = await ChangingZone.open(image, {
      merger: merger ?? rig.merger,
      onReplaced: (image) => {
        rig.replaced.push(image);
        rig.replacement.resolve();
        rig.replacement = Promise.withResolvers();
      },
      onMergeFailed: (error) => rig.failures.push(error),
    });
    return rig;
  }

  apply(...changes: ZoneChange[]): Promise<void> | undefined {
    this.model.apply(changes);
    return this.zone.apply(changes);
  }

  /** For changes that must wait. */
  applyLater(...changes: ZoneChange[]): Promise<void> {
    const waits = this.apply(...changes);
    assert.ok(waits);
    return waits;
  }

  /** For changes that must find room at once. */
  now(...changes: ZoneChange[]): void {
    assert.equal(this.apply(...changes), undefined);
  }

  /** Changes names until a merge is wanted. */
  fill(): void {
    for (let i = 0; this.merger.merges.length === 0; i++)
      assert.equal(this.apply(set(`n${i % 5}.deep`, i), drop(`n${(i + 1) % 5}.deep`)), undefined);
  }

  next(): Promise<void> {
    return this.replacement.promise;
  }

  check(): void {
    assertSameZone(this.zone.image, this.model.image());
  }
}

test("changes go on during a merge and are in the merged image", async () => {
  const rig = await Rig.open();
  rig.fill();
  const before = rig.zone.image;
  rig.now(drop("www"), set("came.while", 1), set("gone.while", 1));
  rig.now(drop("gone.while"), set("n1.deep", 77), set("*.deep", 78));
  rig.merger.merges[0]!.end();
  await rig.next();
  assert.notEqual(rig.zone.image.buffer, before.buffer);
  assert.deepEqual(rig.replaced, [rig.zone.image]);
  rig.check();
  rig.now(set("www", 5));
  rig.check();
});

test("an image that another has replaced is never current again", async () => {
  const rig = await Rig.open();
  const before = rig.zone.image;
  rig.fill();
  rig.merger.merges[0]!.end();
  assert.ok(before.isCurrent() && !before.isRetired);
  await rig.next();
  before.begin();
  assert.ok(!before.isCurrent() && before.isRetired);
  assert.ok(rig.zone.image.isCurrent() && !rig.zone.image.isRetired);
});

test("transactions that find no room wait for the merge, and are done in their order", async () => {
  const rig = await Rig.open();
  const done: string[] = [];
  const first = rig.apply(big("a", 6000))!.then(() => done.push("first"));
  const second = rig.apply(set("b", 1))!.then(() => done.push("second"));
  const third = rig.apply(drop("a"))!.then(() => done.push("third"));
  assert.equal(rig.zone.rrset(name("b"), RRType.A), undefined);
  rig.merger.merges[0]!.end();
  await Promise.all([first, second, third]);
  assert.deepEqual(done, ["first", "second", "third"]);
  rig.check();
});

test("a transaction that waits is refused for what it does", async () => {
  const rig = await Rig.open();
  const first = rig.apply(big("a", 6000));
  const wrong = rig.zone.apply([set("b", 1), { ...set("b", 1), owner: parseName("test.") }]);
  rig.merger.merges[0]!.end();
  await first;
  await assert.rejects(wrong!, ZoneChangeError);
  rig.check();
});

test("only so many transactions wait", async () => {
  const rig = await Rig.open();
  const waiting = [rig.applyLater(big("a", 6000))];
  for (let i = 1; i < zoneLimits.transactionsWaitingMax; i++) waiting.push(rig.applyLater(set("b", 1)));
  assert.throws(() => rig.zone.apply([set("c", 1)]), ZoneBusyError);
  rig.merger.merges[0]!.end();
  await Promise.all(waiting);
  rig.check();
  assert.equal(rig.apply(set("c", 1)), undefined);
});

test("a merge that fails rejects what waits for it, and is tried again when the room is used up", async () => {
  const rig = await Rig.open();
  rig.fill();
  const waits = rig.zone.apply([big("a", 6000)]);
  rig.merger.merges[0]!.fail(new Error("the thread died"));
  await assert.rejects(waits!, /the thread died/);
  assert.deepEqual(
    rig.failures.map(({ message }) => message),
    ["the thread died"],
  );
  rig.check();
  assert.equal(rig.apply(set("c", 1)), undefined);
  assert.equal(rig.merger.merges.length, 1);
  const again = rig.apply(big("a", 6000));
  rig.merger.merges[1]!.end();
  await again;
  rig.check();
});

test("a merged image that is too small for what came meanwhile is made once more", async () => {
  const rig = await Rig.open();
  rig.fill();
  rig.merger.room = { octets: -zoneLimits.roomOctetsMin, names: 0 };
  rig.now(big("a", 500));
  rig.merger.merges[0]!.end();
  rig.merger.room = undefined;
  while (rig.merger.merges.length === 1) await new Promise(setImmediate);
  assert.equal(rig.replaced.length, 0);
  rig.now(big("b", 50));
  rig.merger.merges[1]!.end();
  await rig.next();
  rig.check();
});

test("a zone that is closed takes no changes, and rejects those that wait", async () => {
  const rig = await Rig.open();
  const waits = rig.apply(big("a", 6000));
  rig.zone[Symbol.dispose]();
  await assert.rejects(waits!, /closed/);
  assert.throws(() => rig.zone.apply([set("b", 1)]), /closed/);
  rig.merger.merges[0]!.end();
  await new Promise(setImmediate);
  assert.equal(rig.replaced.length, 0);
});

test("a small zone is merged at once, as often as need be", async (t) => {
  const merger = new ZoneMerger();
  t.after(() => merger[Symbol.asyncDispose]());
  const rig = await Rig.open(merger);
  for (let i = 0; i < 5000; i++)
    assert.equal(rig.apply(set(`n${i % 300}.deep`, i), drop(`n${(i * 7) % 300}.deep`)), undefined);
  assert.equal(rig.apply(big("a", 60_000)), undefined);
  rig.check();
  assert.ok(rig.replaced.length > 5, `${rig.replaced.length} merges`);
  assert.ok(rig.zone.image.buffer.byteLength < 200_000, "it does not grow");
});

test("a large zone is merged in a thread while it changes", async (t) => {
  const merger = new ZoneMerger();
  t.after(() => merger[Symbol.asyncDispose]());
  const names = Array.from({ length: 20_000 }, (_, i) => `h${i}.d${i % 100} A 192.0.2.1\n`).join("");
  const rig = await Rig.open(merger, zoneImage("example.", names));
  for (let i = 0; rig.replaced.length < 2; i++) {
    const waits = rig.apply(
      set(`h${i % 20_000}.d${i % 100}`, i),
      drop(`h${(i * 7) % 20_000}.d${(i * 7) % 100}`),
    );
    if (waits !== undefined) await waits;
    else if (i % 100 === 0) await new Promise(setImmediate);
  }
  rig.check();
  rig.now(set("last", 1), drop("h5.d5"));
  rig.check();
});
