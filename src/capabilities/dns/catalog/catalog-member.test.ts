import assert from "node:assert/strict";
import { test } from "node:test";
import { type Name, nameToText, parseName } from "#protocols/dns/name.ts";
import { catalogImage, memberRecords } from "./catalog.testing.ts";
import { type OwnedMembers, type Settlement, settleMembers } from "./catalog-member.ts";
import { type Catalog, readCatalog, withPartsOf } from "./catalog-zone.ts";

const one = parseName("one.");
const two = parseName("two.");

/** Follows two catalogs as they are updated one after the other. */
class Rig {
  readonly catalogs = new Map<Name, Catalog>([
    [one, readCatalog(catalogImage("", { origin: "one." }))],
    [two, readCatalog(catalogImage("", { origin: "two." }))],
  ]);
  readonly configured = new Set<Name>();
  owned: OwnedMembers = new Map();
  nowMs = 0;

  update(catalog: Name, text: string): string {
    const read = readCatalog(catalogImage(text, { origin: nameToText(catalog) }));
    this.catalogs.set(catalog, withPartsOf(this.catalogs.get(catalog), read));
    return this.settle(catalog);
  }

  settle(updated?: Name): string {
    const settled = settleMembers(this.owned, this.catalogs, {
      isConfigured: (name) => this.configured.has(name),
      nowMs: ++this.nowMs,
      ...(updated === undefined ? {} : { updated }),
    });
    this.owned = settled.owned;
    return changesText(settled);
  }

  owners(): string {
    return [...this.owned].map(([name, { catalog }]) => `${plain(name)}:${plain(catalog)}`).join(" ");
  }
}

const plain = (name: Name): string => nameToText(name).slice(0, -1);

function changesText({ added, removed, reset, changed, leftOut }: Settlement): string {
  return [
    ...added.map((name) => `+${plain(name)}`),
    ...removed.map((name) => `-${plain(name)}`),
    ...reset.map((name) => `!${plain(name)}`),
    ...changed.map((name) => `~${plain(name)}`),
    ...leftOut.map(({ name, catalog }) => `?${plain(name)}@${plain(catalog)}`),
  ].join(" ");
}

/** Updates of catalogs, one after the other, each with what it changes. */
const stories: readonly (readonly [
  why: string,
  steps: readonly (readonly [Name, string, string])[],
  owners: string,
])[] = [
  [
    "members come and go with their catalog",
    [
      [one, memberRecords("a=x.", "b=y."), "+x +y"],
      [one, memberRecords("b=y.", "c=z."), "+z -x"],
    ],
    "y:one z:one",
  ],
  [
    "a member whose label changes is reset",
    [
      [one, memberRecords("a=x."), "+x"],
      [one, memberRecords("b=x."), "!x"],
      [one, memberRecords("B=x."), ""],
    ],
    "x:one",
  ],
  [
    "a member that another catalog has already is left out",
    [
      [one, memberRecords("a=x."), "+x"],
      [two, memberRecords("a=x.", "b=y."), "+y ?x@two"],
    ],
    "x:one y:two",
  ],
  [
    "removing a member that is another catalog's removes nothing",
    [
      [one, memberRecords("a=x."), "+x"],
      [two, memberRecords("a=x."), "?x@two"],
      [two, "", ""],
    ],
    "x:one",
  ],
  [
    "a member that its catalog lets go is the other's then, without its state",
    [
      [one, memberRecords("a=x."), "+x"],
      [two, memberRecords("a=x."), "?x@two"],
      [one, "", "!x"],
    ],
    "x:two",
  ],
  [
    "a member changes its owner when the new one is updated, and keeps its state with its label",
    [
      [one, memberRecords("a=x."), "+x"],
      [one, `${memberRecords("a=x.")}coo.a.zones PTR two.\n`, ""],
      [two, memberRecords("a=x."), "~x"],
      [one, "", ""],
    ],
    "x:two",
  ],
  [
    "a member changes its owner with another label, and is reset",
    [
      [one, `${memberRecords("a=x.")}coo.a.zones PTR two.\n`, "+x"],
      [two, memberRecords("b=x."), "!x"],
    ],
    "x:two",
  ],
  [
    "handing a member over waits for the next update of the new owner",
    [
      [one, memberRecords("a=x."), "+x"],
      [two, memberRecords("a=x."), "?x@two"],
      [one, `${memberRecords("a=x.")}coo.a.zones PTR two.\n`, "?x@two"],
      [two, memberRecords("a=x.", "b=y."), "+y ~x"],
    ],
    "x:two y:two",
  ],
  [
    "a member is not handed over to a third catalog",
    [
      [one, `${memberRecords("a=x.")}coo.a.zones PTR three.\n`, "+x"],
      [two, memberRecords("a=x."), "?x@two"],
    ],
    "x:one",
  ],
  [
    "handing over is taken back in time",
    [
      [one, `${memberRecords("a=x.")}coo.a.zones PTR two.\n`, "+x"],
      [one, memberRecords("a=x."), ""],
      [two, memberRecords("a=x."), "?x@two"],
    ],
    "x:one",
  ],
  [
    "other settings of a member are a change and no reset",
    [
      [one, memberRecords("a=x."), "+x"],
      [one, `${memberRecords("a=x.")}primaries.ext.a.zones A 192.0.2.1\n`, "~x"],
      [one, `${memberRecords("a=x.")}primaries.ext.a.zones A 192.0.2.1\n`, ""],
    ],
    "x:one",
  ],
];

for (const [why, steps, owners] of stories)
  test(why, () => {
    const rig = new Rig();
    for (const [catalog, text, want] of steps) assert.equal(rig.update(catalog, text), want);
    assert.equal(rig.owners().split(" ").sort().join(" "), owners);
  });

test("a zone of site.yaml is no member, and one that came to be there is no longer", () => {
  const rig = new Rig();
  rig.configured.add(parseName("x."));
  assert.equal(rig.update(one, memberRecords("a=x.", "b=y.")), "+y ?x@one");
  rig.configured.add(parseName("y."));
  assert.equal(rig.settle(), "-y ?x@one ?y@one");
  rig.configured.clear();
  assert.equal(rig.settle(), "+x +y");
});

test("state is of the time since a member came or was reset", () => {
  const rig = new Rig();
  const since = (): number => rig.owned.get(parseName("x."))!.sinceMs;
  rig.update(one, memberRecords("a=x."));
  rig.update(one, memberRecords("a=x.", "b=y."));
  assert.equal(since(), 1);
  rig.update(one, memberRecords("c=x."));
  assert.equal(since(), 3);
});
