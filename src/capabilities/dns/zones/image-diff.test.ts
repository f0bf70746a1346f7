import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import type { ZoneImage } from "./image.ts";
import { ZoneImageBuilder } from "./image-builder.ts";
import { recordLines, zoneChangeIn, zoneLines } from "./image-diff.testing.ts";
import { changesOf, diffImages } from "./image-diff.ts";
import { ImageMemory } from "./image-memory.ts";
import type { ZoneChange } from "./zone-change.ts";
import { ZoneEditor } from "./zone-editor.ts";
import { mergeZone, presentMoment } from "./zone-merge.ts";
import { ZoneModel } from "./zone-model.ts";

const text = "a A 192.0.2.1\nb.a TXT x\n*.b A 192.0.2.2\na.b.a.b NS ns\n";
const soaWith = (serial: number): ZoneChange => ({
  do: "set",
  owner: parseName("example."),
  type: RRType.SOA,
  ttl: 60,
  rdata: [Uint8Array.from([0, 0, ...Array.from({ length: 5 }, () => [0, 0, 0, serial]).flat()])],
});

for (const [why, before, after, removed, added] of [
  [
    "the same zone in another order and case",
    "a A 192.0.2.1\na A 192.0.2.2\nb NS A.b\n",
    "B NS a.B\nA A 192.0.2.2\na A 192.0.2.1\n",
    [],
    [],
  ],
  [
    "a record of a set",
    "a A 192.0.2.1\na A 192.0.2.2\n",
    "a A 192.0.2.3\na A 192.0.2.2\n",
    ["a.example. 3600 1 c0000201"],
    ["a.example. 3600 1 c0000203"],
  ],
  [
    "a TTL is of the whole set",
    "a A 192.0.2.1\na A 192.0.2.2\n",
    "a 5 A 192.0.2.1\na 5 A 192.0.2.2\n",
    ["a.example. 3600 1 c0000201", "a.example. 3600 1 c0000202"],
    ["a.example. 5 1 c0000201", "a.example. 5 1 c0000202"],
  ],
  [
    "sets between sets",
    "a A 192.0.2.1\na TXT x\n",
    "a AAAA ::\na TXT x\n",
    ["a.example. 3600 1 c0000201"],
    ["a.example. 3600 28 00000000000000000000000000000000"],
  ],
  [
    "a name with those below it",
    "x.y.z TXT x\n",
    "z TXT x\n",
    ["x.y.z.example. 3600 16 0178"],
    ["z.example. 3600 16 0178"],
  ],
  [
    "empty names are no difference of their own",
    "x.y TXT x\n",
    "x.y TXT x\nz.y TXT x\n",
    [],
    ["z.y.example. 3600 16 0178"],
  ],
] as const) {
  test(`${why}`, () => {
    const found = diffImages(zoneImage("example.", before), zoneImage("example.", after));
    assert.deepEqual(recordLines(found.removed), removed);
    assert.deepEqual(recordLines(found.added), added);
  });
}

test("an SOA that differs comes first on both sides", () => {
  const before = zoneImage("example.", text);
  const model = new ZoneModel(before);
  model.apply([{ do: "delete", owner: parseName("example."), type: RRType.NS }, soaWith(9)]);
  const { removed, added } = diffImages(before, model.image());
  assert.deepEqual(
    [removed, added].map(([first]) => first?.type),
    [RRType.SOA, RRType.SOA],
  );
  assert.deepEqual([removed.length, added.length], [2, 1]);
});

test("the difference of any two zones, done to the one, gives the other", () => {
  const base = zoneImage("example.", text);
  const changes = fc.array(zoneChangeIn("example."), { maxLength: 8 });
  fc.assert(
    fc.property(changes, changes, fc.boolean(), (first, second, newSoa) => {
      const before = changed(base, first);
      const after = changed(newSoa ? before : base, newSoa ? [...second, soaWith(9)] : second);
      const difference = diffImages(before, after);
      const model = new ZoneModel(before);
      model.apply(changesOf(difference));
      assert.deepEqual(zoneLines(model.image()), zoneLines(after));
      const back = diffImages(after, before);
      assert.deepEqual(recordLines(back.added), recordLines(difference.removed));
      assert.deepEqual(recordLines(back.removed), recordLines(difference.added));
    }),
    { numRuns: 300 },
  );
});

test("zones that were changed in place differ as those built anew do", () => {
  const base = zoneImage("example.", text);
  const changes = fc.array(zoneChangeIn("example."), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(changes, changes, (first, second) => {
      const editor = withRoom(base);
      const other = withRoom(base);
      editor.apply(first);
      editor.apply(second);
      other.apply(second);
      const built = diffImages(changed(base, second), changed(changed(base, first), second));
      for (const [one, two] of [
        [other.image, editor.image],
        [other.image, changed(changed(base, first), second)],
        [changed(base, second), editor.image],
      ] as const) {
        const { removed, added } = diffImages(one, two);
        assert.deepEqual(recordLines(removed), recordLines(built.removed));
        assert.deepEqual(recordLines(added), recordLines(built.added));
      }
    }),
    { numRuns: 200 },
  );
});

test("a few differences among 200,000 names are found without making the others' names", () => {
  const large = (differing: number): ZoneImage => {
    const builder = new ZoneImageBuilder(parseName("example."), 200_000);
    for (let i = 0; i < 200_000; i++) {
      const label = `h${i}`;
      const owner = Buffer.from(`${String.fromCharCode(label.length)}${label}\u0007example\0`, "latin1");
      const rdata = Uint8Array.of(10, i >>> 16, i >>> 8, i % 1000 === 7 ? differing : i);
      builder.add(owner, owner.length, RRType.A, 60, rdata, 4);
    }
    return builder.finish();
  };
  const before = large(1);
  const after = large(2);
  const startMs = performance.now();
  const { removed, added } = diffImages(before, after);
  const tookMs = performance.now() - startMs;
  assert.deepEqual([removed.length, added.length], [200, 200]);
  assert.ok(tookMs < 2_000, `${tookMs} ms`);
});

function withRoom(image: ZoneImage): ZoneEditor {
  const moment = presentMoment(new ImageMemory(image));
  return new ZoneEditor(mergeZone(moment, { octets: 65_536, names: 400 }).image);
}

function changed(image: ZoneImage, changes: readonly ZoneChange[]): ZoneImage {
  const model = new ZoneModel(image);
  model.apply(changes);
  return model.image();
}
