import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import type { ZoneImage } from "../zones/image.ts";
import { zoneChangeIn, zoneLines } from "../zones/image-diff.testing.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { ZoneModel } from "../zones/zone-model.ts";
import { RecordedZone } from "./change-set.testing.ts";
import { netDifference } from "./net-difference.ts";
import { soaWithSerial, viewOf } from "./record-sets.ts";
import { RevertError, revertChanges } from "./revert.ts";

const origin = parseName("example.");
const base = zoneImage("example.", "a A 192.0.2.1\nb.a TXT x\n*.b A 192.0.2.2\na.b.a.b NS ns\n");

const otherSoa: ZoneChange = {
  do: "set",
  owner: origin,
  type: RRType.SOA,
  ttl: 77,
  rdata: [Uint8Array.from([0, 0, ...Array.from({ length: 5 }, () => [0, 0, 0, 1]).flat()])],
};

/** A zone whatever its serial number. */
function content(image: ZoneImage): string[] {
  const model = new ZoneModel(image);
  const [soa] = [...image.recordsOf(image.apex)].filter(({ type }) => type === RRType.SOA);
  model.apply([{ ...soa!, do: "set", rdata: [soaWithSerial(soa!.rdata, 0)] }]);
  return zoneLines(model.image());
}

test("a revert makes the zone what it was at each serial, and can itself be reverted", () => {
  const change = fc.oneof({ weight: 12, arbitrary: zoneChangeIn("example.") }, fc.constant(otherSoa));
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 4 }), { minLength: 1, maxLength: 6 }), (steps) => {
      const zone = new RecordedZone(base);
      const past = [base];
      for (const changes of steps) if (zone.change(changes)) past.push(zone.image);
      const before = zone.image;
      for (const then of past) {
        const again = new RecordedZone(zone.image);
        again.change(revertChanges(then.serial(), zone.since(then.serial()), viewOf(zone.image)));
        assert.deepEqual(content(again.image), content(then));
        if (again.sets.length === 0) continue;
        again.change(revertChanges(before.serial(), again.sets, viewOf(again.image)));
        assert.deepEqual(content(again.image), content(before));
      }
    }),
    { numRuns: 100 },
  );
});

test("what came and went again is no difference; SOA records come first", () => {
  const zone = new RecordedZone(base);
  const add = {
    do: "add",
    owner: parseName("c.example."),
    type: 1,
    ttl: 5,
    rdata: Uint8Array.of(1, 2, 3, 4),
  } as const;
  zone.change([add]);
  zone.change([{ ...add, do: "remove" }]);
  const { removed, added } = netDifference(zone.sets);
  assert.deepEqual([removed.length, added.length], [1, 1]);
  assert.deepEqual([removed[0]!.type, added[0]!.type], [RRType.SOA, RRType.SOA]);
  assert.deepEqual(netDifference([]), { removed: [], added: [] });
});

for (const [why, cut, message] of [
  ["the first is missing", [1, 3], /from serial 1 is not kept/],
  ["one between is missing", [0, 1, 2, 3], /from serial 2 is not kept/],
  ["the last is missing", [0, 2], /from serial 3 is not kept/],
] as const) {
  test(`a revert is refused when ${why}`, () => {
    const zone = new RecordedZone(base);
    for (let i = 0; i < 3; i++)
      zone.change([{ do: "set", owner: origin, type: 1, ttl: i, rdata: [new Uint8Array(4)] }]);
    const kept = cut.length === 4 ? [zone.sets[0]!, zone.sets[2]!] : zone.sets.slice(cut[0], cut[1]);
    assert.throws(
      () => revertChanges(1, kept, viewOf(zone.image)),
      (error) => error instanceof RevertError && message.test(error.message),
    );
  });
}
