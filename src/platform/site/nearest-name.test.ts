import assert from "node:assert/strict";
import test from "node:test";
import { nearestName } from "./nearest-name.ts";
import { formatPath, parsePath } from "./path.ts";

const known = ["zones", "listen", "allowUpdate", "keys"];
for (const [why, written, want] of [
  ["one letter too many", "zoness", "zones"],
  ["one letter missing", "lisen", "listen"],
  ["two neighbours swapped", "lsiten", "listen"],
  ["another case", "allowupdate", "allowUpdate"],
  ["nothing near", "colour", undefined],
  ["a short name far from all", "x", undefined],
] as const) {
  test(`the nearest name: ${why}`, () => assert.equal(nearestName(written, known), want));
}

for (const [path, text] of [
  [["dns", "zones", 2, "file"], "dns.zones[2].file"],
  [["hosts", "a.b", "c"], 'hosts["a.b"].c'],
  [["hosts", 'a"]b', 0], 'hosts["a\\"]b"][0]'],
  [[], ""],
] as const) {
  test(`the path ${text} is written and read`, () => {
    assert.equal(formatPath(path), text);
    assert.deepEqual(parsePath(text), path);
  });
}
