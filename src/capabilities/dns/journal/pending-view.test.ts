import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RRType } from "#protocols/dns/registry.ts";
import { recordLines, zoneChangeIn, zoneLines } from "../zones/image-diff.testing.ts";
import { changesOf } from "../zones/image-diff.ts";
import { ImageMemory } from "../zones/image-memory.ts";
import { ZoneChangeError } from "../zones/zone-change.ts";
import { ZoneEditor } from "../zones/zone-editor.ts";
import { mergeZone, presentMoment } from "../zones/zone-merge.ts";
import { ZoneModel } from "../zones/zone-model.ts";
import { address, imageOf, origin } from "./journal.testing.ts";
import { PendingView } from "./pending-view.ts";

const transactions = fc.array(fc.array(zoneChangeIn("example."), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 8,
});
const marks = fc.array(fc.constantFrom("none", "keep", "forget"), { minLength: 8, maxLength: 8 });

test("random changes: the view, each difference, and the image brought up to date are what a plain model says", () => {
  fc.assert(
    fc.property(transactions, marks, (all, marked) => {
      const image = imageOf(1, "www A 192.0.2.7\na.b NS ns");
      const moment = presentMoment(new ImageMemory(image));
      const editor = new ZoneEditor(mergeZone(moment, { octets: 65_536, names: 1_000 }).image);
      const view = new PendingView(origin, () => editor.image);
      const model = new ZoneModel(image);
      let kept = zoneLines(image);
      for (const [index, changes] of all.entries()) {
        const before = model.image();
        const worked = view.work(changes);
        const { removed, added } = worked.difference();
        const after = new ZoneModel(before);
        after.apply(changes);
        // The difference, done to the zone before.
        const byDifference = new ZoneModel(before);
        byDifference.apply(changesOf({ removed, added }));
        assert.deepEqual(zoneLines(byDifference.image()), zoneLines(after.image()));
        const beforeLines = new Set(zoneLines(before));
        assert.ok(
          recordLines(removed).every((line) => beforeLines.has(line)),
          "only what is there goes",
        );
        if (marked[index] === "forget") continue; // not taken
        model.apply(changes);
        view.accept(worked);
        if (marked[index] === "keep") view.keep();
        const seen = [...model.image().nodes()].flatMap((node) => {
          const owner = model.image().nodeName(node);
          return view
            .rrsetsAt(owner)
            .flatMap(({ type, ttl, rdata }) => rdata.map((one) => ({ owner, type, ttl, rdata: one })));
        });
        kept = zoneLines(model.image());
        assert.deepEqual(recordLines(seen), kept);
      }
      editor.apply(view.changes());
      view.clear();
      assert.deepEqual(zoneLines(editor.image), kept);
    }),
    { numRuns: 400 },
  );
});

test("what is forgotten is gone, and what is kept stays", () => {
  const image = imageOf(1);
  const view = new PendingView(origin, () => image);
  view.accept(view.work([address("a", 1)]));
  view.keep();
  view.accept(view.work([address("b", 1)]));
  view.forget();
  const owners = view.changes().map(({ owner }) => owner);
  assert.deepEqual(owners, [address("a", 1).owner]);
});

test("a zone keeps its one SOA record, at its apex", () => {
  const image = imageOf(1);
  const view = new PendingView(origin, () => image);
  const soa = view.rrset(origin, RRType.SOA)!;
  const difference = (...changes: Parameters<PendingView["work"]>[0]) => view.work(changes).difference();
  assert.throws(() => difference({ do: "delete-name", owner: origin }), ZoneChangeError);
  assert.throws(() => difference({ ...soa, do: "set", owner: address("a", 1).owner }), ZoneChangeError);
  assert.throws(
    () => difference({ ...address("a", 1), owner: "\u0005other\u0000" as typeof origin }),
    ZoneChangeError,
  );
});
