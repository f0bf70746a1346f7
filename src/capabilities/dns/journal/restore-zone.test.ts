/** Zones after a restart, whatever became of their files and snapshots meanwhile. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseName } from "#protocols/dns/name.ts";
import { zoneLines } from "../zones/image-diff.testing.ts";
import {
  address,
  fileOf,
  imageOf,
  JournalRig,
  origin,
  primary,
  secondary,
  setsSince,
  update,
} from "./journal.testing.ts";
import type { LiveZone } from "./live-zone.ts";
import type { FileContent } from "./restore-zone.ts";

async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await new Promise(setImmediate);
}

const file = fileOf(1);
const broken: FileContent = { image: undefined, digest: "broken" };

/** A primary zone that an update changed. */
async function dynamicZone(rig: JournalRig): Promise<LiveZone> {
  await rig.start();
  const zone = await rig.serve(primary, file);
  await update(rig.keeper, address("a", 1));
  await settle();
  return zone;
}

const hasName = (zone: LiveZone, label: string): boolean =>
  [...zone.image!.records()].some(({ owner }) => owner.startsWith(String.fromCharCode(label.length) + label));

function damageSnapshots(rig: JournalRig, kind: "state" | "base"): number {
  const files = readdirSync(rig.folderOfSnapshots).filter((name) => name.includes(`.${kind}-`));
  for (const name of files) {
    const path = join(rig.folderOfSnapshots, name);
    writeFileSync(path, readFileSync(path).subarray(0, 60));
  }
  return files.length;
}

const restarts: readonly {
  readonly name: string;
  readonly file: FileContent | undefined;
  readonly has: readonly string[];
}[] = [
  { name: "with its file as it was", file, has: ["a", "www"] },
  { name: "with a file that changed", file: fileOf(5, "new A 192.0.2.9"), has: ["a", "new"] },
  { name: "with a file that is broken", file: broken, has: ["a", "www"] },
  { name: "without its file", file: undefined, has: ["a", "www"] },
];
for (const one of restarts)
  test(`a zone that others change comes back ${one.name}`, async () => {
    await using rig = new JournalRig();
    await dynamicZone(rig);
    await rig.start();
    const zone = await rig.serve(primary, one.file);
    if (one.file !== undefined) await rig.keeper.takeFile(zone, one.file, "example.db");
    for (const label of one.has) assert.ok(hasName(zone, label), label);
    assert.equal(hasName(zone, "www"), one.has.includes("www"));
    assert.equal((await setsSince(rig.keeper, 2))?.length, zone.head - 1, "its history goes on");
  });

test("with damaged snapshots it is what its file and journal say, is told, and keeps what comes after", async () => {
  await using rig = new JournalRig();
  await dynamicZone(rig);
  assert.ok(damageSnapshots(rig, "base") > 0);
  await rig.start();
  const restored = await rig.keeper.restore(origin, primary, file);
  assert.ok(restored.problems.length > 0);
  rig.keeper.serve([restored.zone]);
  assert.ok(hasName(restored.zone, "a"));
  assert.equal(await setsSince(rig.keeper, 1), undefined, "nobody knows whether it is the same zone");
  await update(rig.keeper, address("b", 1));
  const lines = zoneLines(restored.zone.image!);
  await rig.start();
  const again = await rig.keeper.restore(origin, primary, file);
  assert.deepEqual(again.problems, []);
  assert.deepEqual(zoneLines(again.image!), lines);
});

test("a page that is gone: what comes after the restart is there after the next one", async () => {
  await using rig = new JournalRig();
  await dynamicZone(rig);
  await update(rig.keeper, address("b", 1));
  await update(rig.keeper, address("c", 1));
  await rig.failing.inner.transact([], [{ do: "delete", key: "dns/journal/example/000000000002" }]);
  await rig.start();
  const restored = await rig.keeper.restore(origin, primary, file);
  assert.equal(restored.problems.length, 1);
  rig.keeper.serve([restored.zone]);
  await update(rig.keeper, address("d", 1));
  const lines = zoneLines(restored.zone.image!);
  await rig.start();
  const again = await rig.keeper.restore(origin, primary, file);
  assert.deepEqual([again.problems, zoneLines(again.image!)], [[], lines]);
});

test("a file that was broken at the start is served once it can be read, as it was before and otherwise", async () => {
  for (const later of [file, fileOf(4, "new A 192.0.2.9")]) {
    await using rig = new JournalRig();
    await rig.start();
    const first = await rig.serve(primary, fileOf(0, "old A 192.0.2.8"));
    await rig.keeper.takeFile(first, file, "example.db"); // so that it has a history
    await rig.start();
    const zone = await rig.serve(primary, broken);
    assert.equal(zone.image, undefined);
    await rig.keeper.takeFile(zone, later, "example.db");
    assert.deepEqual(zoneLines(zone.image!), zoneLines(later.image!));
    const known = (await setsSince(rig.keeper, 0))?.length;
    assert.equal(known, later === file ? 1 : undefined, "what nobody saw breaks the chain");
  }
});

test("a zone that is taken out of the site and comes back is what it was", async () => {
  await using rig = new JournalRig();
  const zone = await dynamicZone(rig);
  const lines = zoneLines(zone.image!);
  const under = update(rig.keeper, address("late", 1));
  await new Promise(setImmediate);
  rig.keeper.serve([]);
  const isLate = await under.then(
    () => true,
    () => false,
  );
  const again = await rig.serve(primary, file);
  assert.equal(hasName(again, "late"), isLate);
  assert.deepEqual(
    zoneLines(again.image!).filter((line) => !line.startsWith("late") && !line.includes(" 6 ")),
    lines.filter((line) => !line.includes(" 6 ")),
  );
  await update(rig.keeper, address("b", 1));
  assert.ok(hasName(again, "b"));
});

test("a zone that becomes a copy, or our own, begins anew, and its old history is not what leads to it", async () => {
  await using rig = new JournalRig();
  await dynamicZone(rig);
  const copy = await rig.serve(secondary);
  assert.equal(copy.image, undefined);
  await rig.keeper.replace(origin, { kind: "transfer", name: "192.0.2.1" }, imageOf(2, "x A 192.0.2.1"));
  await rig.keeper.replace(origin, { kind: "transfer", name: "192.0.2.1" }, imageOf(3, "y A 192.0.2.1"));
  assert.equal(await setsSince(rig.keeper, 1), undefined);
  assert.equal((await setsSince(rig.keeper, 2))?.length, 1);
  const own = await rig.serve(primary, fileOf(3));
  await update(rig.keeper, address("b", 1));
  assert.equal(await setsSince(rig.keeper, 2), undefined);
  assert.equal((await setsSince(rig.keeper, 3))?.length, 1);
  const lines = zoneLines(own.image!);
  await rig.start();
  assert.deepEqual(zoneLines((await rig.serve(primary, fileOf(3))).image!), lines);
});

test("a copy comes back without its primary, also under its name in other case; a damaged one is fetched again", async () => {
  await using rig = new JournalRig();
  await rig.start();
  await rig.serve(secondary);
  await rig.keeper.replace(origin, { kind: "transfer", name: "192.0.2.1" }, imageOf(7));
  await rig.start();
  const zone = await rig.serve(secondary, undefined, parseName("EXAMPLE."));
  assert.equal(zone.image?.serial(), 7);
  damageSnapshots(rig, "state");
  await rig.start();
  const restored = await rig.keeper.restore(origin, secondary, undefined);
  assert.equal(restored.image, undefined);
  assert.equal(restored.problems.length, 1);
  rig.keeper.serve([restored.zone]);
  await rig.keeper.replace(origin, { kind: "transfer", name: "192.0.2.1" }, imageOf(7));
  assert.equal(restored.zone.image?.serial(), 7);
});

test("snapshots that nobody refers to are gone after a start", async () => {
  await using rig = new JournalRig();
  await dynamicZone(rig);
  writeFileSync(join(rig.folderOfSnapshots, "example.state-99"), "left");
  writeFileSync(join(rig.folderOfSnapshots, "example.state-1.new"), "left");
  await rig.start();
  assert.equal(readdirSync(rig.folderOfSnapshots).length, 1);
  rmSync(rig.folderOfSnapshots, { recursive: true });
});
