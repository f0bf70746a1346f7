import assert from "node:assert/strict";
import { test } from "node:test";
import { parseName } from "#protocols/dns/name.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import { diffImages } from "../zones/image-diff.ts";
import { RecordedZone } from "./change-set.testing.ts";
import { diffText } from "./diff-text.ts";
import { netDifference } from "./net-difference.ts";

const before = zoneImage("example.", 'b A 192.0.2.1\nb A 192.0.2.2\nx.a TXT "old"\n\\004 TXT x\n');
const after = zoneImage("example.", 'b 60 A 192.0.2.1\nx.a TXT "n\\"ew"\nB MX 5 b\n@ MX 5 b\n@ NS b\n');

test("a difference is one line a record, sorted by name and type, what went before what came", () => {
  assert.deepEqual(diffText(diffImages(before, after), 100), {
    lines: [
      "+example. 3600 IN NS b.example.",
      "+example. 3600 IN MX 5 b.example.",
      '-\\004.example. 3600 IN TXT "x"',
      '-x.a.example. 3600 IN TXT "old"',
      '+x.a.example. 3600 IN TXT "n\\"ew"',
      "-b.example. 3600 IN A 192.0.2.1",
      "-b.example. 3600 IN A 192.0.2.2",
      "+b.example. 60 IN A 192.0.2.1",
      "+b.example. 3600 IN MX 5 b.example.",
    ],
    left: 0,
  });
});

test("more lines than wanted are counted", () => {
  const { lines, left } = diffText(diffImages(before, after), 3);
  assert.deepEqual([lines.length, left], [3, 6]);
  assert.deepEqual(diffText({ removed: [], added: [] }, 3), { lines: [], left: 0 });
});

test("of several changes the SOA of before and since and what is left of the others", () => {
  const zone = new RecordedZone(before);
  const owner = parseName("new.example.");
  const add = { do: "add", owner, type: 1, ttl: 5, rdata: Uint8Array.of(192, 0, 2, 9) } as const;
  zone.change([add]);
  zone.change([
    { ...add, do: "remove" },
    { ...add, rdata: Uint8Array.of(192, 0, 2, 8) },
  ]);
  assert.deepEqual(diffText(netDifference(zone.sets), 100).lines, [
    "-example. 3600 IN SOA ns.example. host.example. 1 7200 3600 86400 300",
    "+example. 3600 IN SOA ns.example. host.example. 3 7200 3600 86400 300",
    "+new.example. 5 IN A 192.0.2.8",
  ]);
});
