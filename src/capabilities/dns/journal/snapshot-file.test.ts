import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { StoreError } from "#contracts/store.ts";
import { parseName } from "#protocols/dns/name.ts";
import { ImageMemory } from "../zones/image-memory.ts";
import { ZoneEditor } from "../zones/zone-editor.ts";
import { mergeZone, presentMoment } from "../zones/zone-merge.ts";
import { assertSameZone, ZoneModel } from "../zones/zone-model.ts";
import { address, imageOf, origin } from "./journal.testing.ts";
import { journalLimits } from "./limits.ts";
import { readSnapshot, SnapshotError, writeSnapshot } from "./snapshot-file.ts";
import { Snapshots } from "./snapshots.ts";

const image = imageOf(7, 'www A 192.0.2.7\n*.deep.er TXT "a" "b"');

function pathOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "homeport-snapshot-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "zone");
}

test("a zone comes back from its snapshot as it was, also under its name in other case", (t) => {
  const path = pathOf(t);
  writeSnapshot(path, image);
  assertSameZone(readSnapshot(path, origin), image);
  const other = readSnapshot(path, parseName("eXample."));
  assert.deepEqual([other.origin, other.serial()], [parseName("eXample."), 7]);
});

test("cut at any length, longer, with any octet changed, or of another zone: it is refused", (t) => {
  const path = pathOf(t);
  writeSnapshot(path, image);
  const octets = readFileSync(path);
  const isRefused = (content: Uint8Array, what: string): void => {
    writeFileSync(path, content);
    assert.throws(() => readSnapshot(path, origin), SnapshotError, what);
  };
  for (let length = 0; length < octets.length; length++)
    isRefused(octets.subarray(0, length), `${length} octets`);
  isRefused(Buffer.concat([octets, Buffer.of(0)]), "an octet more");
  for (let at = 0; at < octets.length; at++) {
    const damaged = Buffer.from(octets);
    damaged[at]! ^= 1;
    isRefused(damaged, `octet ${at}`);
  }
  writeFileSync(path, octets);
  assert.throws(() => readSnapshot(path, parseName("other.")), SnapshotError);
});

test("a zone that changes while its snapshot is written in a thread is in it as it was", async (t) => {
  const path = pathOf(t);
  await using snapshots = new Snapshots(path);
  const { smallImageOctetsMax } = journalLimits;
  Object.assign(journalLimits, { smallImageOctetsMax: 0 });
  t.after(() => Object.assign(journalLimits, { smallImageOctetsMax }));
  const moment = presentMoment(new ImageMemory(image));
  const editor = new ZoneEditor(mergeZone(moment, { octets: 65_536, names: 1_000 }).image);
  editor.apply([address("a", 1)]);
  const before = new ZoneModel(editor.image).image();
  const written = snapshots.write("one", editor.image);
  for (let last = 0; last < 10; last++) editor.apply([address(`b${last}`, last)]);
  await written;
  assertSameZone(await snapshots.read("one", origin), before);
  const { removed, added } = await snapshots.compare(before, editor.image);
  assert.deepEqual(
    [removed, added],
    [1, 11],
    "with the SOA records, though their serial numbers are the same",
  );
  assert.deepEqual(readdirSync(path), ["one"]);
});

test("what the file system says comes as an error of the store, from here and from the thread", async (t) => {
  const path = pathOf(t);
  writeFileSync(path, "a file where the folder should be");
  await using snapshots = new Snapshots(path);
  await assert.rejects(snapshots.write("one", image), StoreError);
  await assert.rejects(snapshots.read("one", origin), StoreError);
});
