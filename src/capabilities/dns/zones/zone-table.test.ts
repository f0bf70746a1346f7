import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOctets, parseName } from "#protocols/dns/name.ts";
import { matchAny } from "../address-match.ts";
import { NamePlace } from "../engine/name-place.ts";
import { ZoneTable } from "./zone-table.ts";

const origins = ["example.", "sub.example.", "deep.er.sub.example.", "Test.", "other.test."];
const table = new ZoneTable(
  origins.map((name) => ({ name: parseName(name), image: undefined, allowQuery: matchAny })),
);

function place(name: string): NamePlace {
  const octets = nameOctets(parseName(name));
  const found = new NamePlace();
  assert.ok(found.place(octets, 0, octets.length));
  return found;
}

for (const [why, name, origin] of [
  ["the origin is in its zone", "example.", "example."],
  ["a name below the origin is in its zone", "a.b.example.", "example."],
  ["the most specific zone has the name", "www.sub.example.", "sub.example."],
  ["a zone may lie several labels below another", "deep.er.sub.example.", "deep.er.sub.example."],
  ["a name beside an inner zone is in the outer one", "er.sub.example.", "sub.example."],
  ["case does not matter", "WWW.tEST.", "Test."],
  ["the end of a label is not a label", "myexample.", undefined],
  ["the root is in no zone", ".", undefined],
  ["another name is in no zone", "www.example.org.", undefined],
] as const) {
  test(why, () => {
    const index = table.find(place(name), false);
    assert.equal(index === -1 ? undefined : origins[index], origin);
  });
}

test("above a zone's origin is the zone that delegates it, if it is served", () => {
  assert.equal(origins[table.find(place("sub.example."), true)], "example.");
  assert.equal(table.find(place("example."), true), -1);
});

test("zones know whether others lie in them", () => {
  assert.deepEqual(
    origins.map((_, index) => table.hasZonesBelow(index)),
    [true, true, false, true, false],
  );
});

test("the origin is told from the names below it", () => {
  assert.equal(table.isOrigin(1, place("SUB.example.")), true);
  assert.equal(table.isOrigin(1, place("a.sub.example.")), false);
});

test("a table without zones has no zone for any name", () => {
  assert.equal(new ZoneTable([]).find(place("example."), false), -1);
});

test("the root zone has every name that no other zone has", () => {
  const withRoot = new ZoneTable(
    [".", "example."].map((name) => ({ name: parseName(name), image: undefined, allowQuery: matchAny })),
  );
  assert.equal(withRoot.find(place("www.test."), false), 0);
  assert.equal(withRoot.find(place("www.example."), false), 1);
  assert.equal(withRoot.find(place("."), false), 0);
  assert.equal(withRoot.hasZonesBelow(0), true);
});
