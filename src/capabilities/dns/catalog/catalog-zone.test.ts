import assert from "node:assert/strict";
import { test } from "node:test";
import { lowerName, nameToText, parseName } from "#protocols/dns/name.ts";
import { BrokenCatalogError } from "./broken-catalog-error.ts";
import { catalogImage } from "./catalog.testing.ts";
import { readCatalog } from "./catalog-zone.ts";
import { catalogLimits } from "./limits.ts";

/** The catalog of a text, with names as text and without what is not there. */
function read(text: string) {
  const { version, members, options } = readCatalog(catalogImage(text));
  const plain = ({ primaries, ...rest }: typeof options) => ({
    ...(primaries.length === 0
      ? {}
      : {
          primaries: primaries.map(({ address, key }) =>
            key === undefined ? address : `${address} ${nameToText(key)}`,
          ),
        }),
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
  });
  return {
    version,
    ...plain(options),
    members: [...members.values()].map(({ name, id, newOwner, groups, options: own }) => ({
      name: nameToText(name),
      id,
      ...(newOwner === undefined ? {} : { coo: nameToText(newOwner) }),
      ...(groups.length === 0 ? {} : { groups }),
      ...plain(own),
    })),
  };
}

const member = { name: "example.net.", id: "a" };

for (const [why, text, want] of [
  ["a catalog may be empty", "", { version: 2, members: [] }],
  ["a member is the target of a PTR record", "a.zones PTR example.net.\n", { version: 2, members: [member] }],
  [
    "names and labels are the same in any case",
    "A.ZONES PTR Example.NET.\nCOO.a.zones PTR Other.\n",
    { version: 2, members: [{ ...member, coo: "other." }] },
  ],
  [
    "several groups are for several consumers",
    'a.zones PTR example.net.\ngroup.a.zones TXT "x" "y"\ngroup.a.zones TXT z\n',
    { version: 2, members: [{ ...member, groups: ["xy", "z"] }] },
  ],
  [
    "a member may have primaries of its own, with and without a key",
    "a.zones PTR example.net.\nprimaries.ext.a.zones A 192.0.2.1\nprimaries.ext.a.zones AAAA 2001:db8::1\n" +
      'ns1.primaries.ext.a.zones A 192.0.2.2\nns1.primaries.ext.a.zones TXT "Key.One"\n',
    {
      version: 2,
      members: [{ ...member, primaries: ["192.0.2.1", "2001:db8::1", "192.0.2.2 key.one."] }],
    },
  ],
  [
    "primaries were called masters before",
    "a.zones PTR example.net.\nmasters.ext.a.zones A 192.0.2.1\n",
    { version: 2, members: [{ ...member, primaries: ["192.0.2.1"] }] },
  ],
  [
    "address lists become those of site.yaml, without bits behind the prefix",
    "a.zones PTR example.net.\nallow-query.ext.a.zones APL !1:192.0.2.77/24 2:2001:db8::/32\n" +
      "allow-transfer.ext.a.zones APL 1:0.0.0.0/0\n",
    {
      version: 2,
      members: [{ ...member, allowQuery: ["!192.0.2.0/24", "2001:db8::/32"], allowTransfer: ["0.0.0.0/0"] }],
    },
  ],
  [
    "what stands at the catalog itself is for all members",
    "primaries.ext A 192.0.2.1\nallow-query.ext APL 1:10.0.0.0/8\n",
    { version: 2, primaries: ["192.0.2.1"], allowQuery: ["10.0.0.0/8"], members: [] },
  ],
  [
    "in version 1 extensions stand without ext, and there is no change of owner",
    'version TXT "1"\na.zones PTR example.net.\nmasters A 192.0.2.1\nallow-query.a.zones APL 1:10.0.0.0/8\n' +
      "coo.a.zones PTR other.\n",
    { version: 1, primaries: ["192.0.2.1"], members: [{ ...member, allowQuery: ["10.0.0.0/8"] }] },
  ],
  [
    "in version 2 extensions without ext are not known",
    "a.zones PTR example.net.\nmasters.a.zones A 192.0.2.1\nmasters A 192.0.2.1\n",
    { version: 2, members: [member] },
  ],
  [
    "what is not known is ignored, as are properties of nothing and known ones of other types",
    "a.zones PTR example.net.\na.zones TXT hello\nx.y.a.zones A 192.0.2.1\nother TXT x\nzones PTR no.example.\n" +
      "coo.b.zones PTR other.\ncoo.a.zones TXT other\ngroup.a.zones PTR x.\nfoo.ext.a.zones TXT x\next.a.zones TXT x\n",
    { version: 2, members: [member] },
  ],
] as const)
  test(why, () => assert.deepEqual(read(text), want));

for (const [why, text, want] of [
  ["has no version", "version A 192.0.2.1\n", /no version/],
  ["has two versions", 'version TXT "2"\nversion TXT "1"\n', /more than one record/],
  ["has a version of two strings", 'version TXT "2" ""\n', /it knows 1 and 2/],
  ["has a version of later", 'version TXT "3"\n', /it knows 1 and 2/],
  [
    "has two members at one node",
    "a.zones PTR b.\na.zones PTR c.\n",
    /^a\.zones\.catalog\. has more than one PTR/,
  ],
  [
    "has a member twice",
    "a.zones PTR example.net.\nb.zones PTR EXAMPLE.net.\n",
    /^example\.net\. is a member of it twice/,
  ],
  [
    "has two new owners of a member",
    "a.zones PTR b.\ncoo.a.zones PTR c.\ncoo.a.zones PTR d.\n",
    /^coo\.a\.zones/,
  ],
  [
    "has a key of two names",
    'a.zones PTR b.\nx.primaries.ext.a.zones A 192.0.2.1\nx.primaries.ext.a.zones TXT "k1"\nx.primaries.ext.a.zones TXT "k2"\n',
    /^x\.primaries\.ext\.a\.zones\.catalog\. has a value that makes no sense: a key has one name/,
  ],
  [
    "has a key without a name",
    'a.zones PTR b.\nx.primaries.ext.a.zones TXT "a..b"\n',
    /makes no sense: .*empty label/,
  ],
  [
    "has two address lists",
    "allow-query.ext APL 1:10.0.0.0/8\nallow-query.ext APL 1:11.0.0.0/8\n",
    /one APL record/,
  ],
] as const)
  test(`a catalog that ${why} is broken`, () => {
    assert.throws(
      () => read(text),
      (error) => error instanceof BrokenCatalogError && want.test(error.message),
    );
  });

test("a catalog with too many members is broken, and one with as many as may be is not", () => {
  const lines = Array.from(
    { length: catalogLimits.membersMax },
    (_, i) => `m${i}.zones PTR z${i}.example.\n`,
  );
  assert.equal(readCatalog(catalogImage(lines.join(""))).members.size, catalogLimits.membersMax);
  assert.throws(() => readCatalog(catalogImage(`${lines.join("")}x.zones PTR x.\n`)), BrokenCatalogError);
});

for (const label of [
  "../../etc/passwd",
  "a\0b",
  'x"; type primary; file "y',
  "line\nbreak",
  "dot.ted",
  "x".repeat(63),
])
  test(`a member's name may have the label ${JSON.stringify(label)}, and is shown escaped`, () => {
    const name = parseName(`${Array.from(label, escaped).join("")}.example.`);
    const { members } = readCatalog(catalogImage(`a.zones PTR ${nameToText(name)}\n`));
    const read = members.get(lowerName(name))!;
    assert.doesNotMatch(nameToText(read.name), /[\0-\x20]|(?<!\\)"/);
    assert.equal(parseName(nameToText(read.name)), read.name);
  });

function escaped(character: string): string {
  return `\\${String(character.charCodeAt(0)).padStart(3, "0")}`;
}
