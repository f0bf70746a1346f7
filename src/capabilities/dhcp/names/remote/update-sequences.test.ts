import assert from "node:assert/strict";
import test from "node:test";
import type { RecordData, Update } from "#platform/dns-query/update-message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { parseRdata } from "#protocols/dns/records/index.ts";
import { Rcode, RRType } from "#protocols/dns/registry.ts";
import { textReader } from "#protocols/dns/text-reader.ts";
import { FakeZones } from "./fake-zones.testing.ts";
import {
  addForward,
  addReverse,
  removeForward,
  removeReverse,
  type Send,
  UpdateRefused,
} from "./update-sequences.ts";

const name = parseName("fern.lan.example.");
const place = parseName("17.9.168.192.in-addr.arpa.");
const address = record("A", "192.168.9.17");
const guard = record("TXT", '"005ed5057eb72c3f648ae3f4b40f0c3441"');
const ownGuard = 'fern.lan.example. TXT "005ed5057eb72c3f648ae3f4b40f0c3441"';
const otherGuard = '"00cf6242f693ebbf1d545159548e44ab81"';

function record(type: "A" | "TXT", data: string): RecordData {
  return { name, type: RRType[type], rdata: parseRdata(RRType[type], textReader(data)) };
}

interface Call {
  readonly zones: FakeZones;
  readonly send: Send;
  /** Rcodes in order. */
  readonly rcodes: number[];
}

function call(records: readonly (readonly [name: string, type: keyof typeof RRType, data: string])[]): Call {
  const zones = new FakeZones();
  for (const one of records) zones.add(...one);
  const rcodes: number[] = [];
  const send = async (update: Update): Promise<number> => {
    const rcode = zones.update(update);
    rcodes.push(rcode);
    return rcode;
  };
  return { zones, send, rcodes };
}

type Records = Parameters<typeof call>[0];

const { NOERROR, YXDOMAIN, NXDOMAIN, NXRRSET, YXRRSET } = Rcode;
const text = "fern.lan.example.";

const additions: readonly [
  why: string,
  there: Records,
  with_: { readonly guard: boolean; readonly isAdded?: boolean },
  want: "done" | "conflict",
  rcodes: readonly number[],
  records: readonly string[],
][] = [
  [
    "a free name gets address and guard, RFC 4703 §5.3.1",
    [],
    { guard: true },
    "done",
    [NOERROR],
    [`${text} A 192.168.9.17`, ownGuard],
  ],
  [
    "an own name gets the new address in place of the old, RFC 4703 §5.3.2",
    [
      [text, "A", "192.168.9.30"],
      [text, "AAAA", "2001:db8::1"],
      [text, "TXT", '"005ed5057eb72c3f648ae3f4b40f0c3441"'],
    ],
    { guard: true },
    "done",
    [YXDOMAIN, NOERROR],
    [`${text} A 192.168.9.17`, `${text} AAAA 2001:db8::1`, ownGuard],
  ],
  [
    "another client's name stays as it is",
    [
      [text, "A", "192.168.9.30"],
      [text, "TXT", otherGuard],
    ],
    { guard: true },
    "conflict",
    [YXDOMAIN, NXRRSET],
    [`${text} A 192.168.9.30`, `${text} TXT ${otherGuard}`],
  ],
  [
    "so does a name without a guard, also with the same address",
    [[text, "A", "192.168.9.17"]],
    { guard: true },
    "conflict",
    [YXDOMAIN, NXRRSET],
    [`${text} A 192.168.9.17`],
  ],
  [
    "without a guard a free name is looked at first",
    [],
    { guard: false },
    "done",
    [NOERROR, NOERROR],
    [`${text} A 192.168.9.17`],
  ],
  [
    "and one with anything at it is another's, also with the same address",
    [[text, "A", "192.168.9.17"]],
    { guard: false },
    "conflict",
    [YXDOMAIN],
    [`${text} A 192.168.9.17`],
  ],
  [
    "unless it was being added before",
    [[text, "A", "192.168.9.17"]],
    { guard: false, isAdded: true },
    "done",
    [YXDOMAIN, NOERROR],
    [`${text} A 192.168.9.17`],
  ],
  [
    "and still is what was added",
    [[text, "A", "192.168.9.30"]],
    { guard: false, isAdded: true },
    "conflict",
    [YXDOMAIN, NXRRSET],
    [`${text} A 192.168.9.30`],
  ],
];
for (const [why, there, how, want, rcodes, records] of additions) {
  test(why, async () => {
    const bench = call(there);
    let added = 0;
    const onAdding = async (): Promise<void> => {
      assert.deepEqual(bench.zones.texts(), []);
      added++;
    };
    const { isAdded = false } = how;
    const wish = { name, address, guard: how.guard ? guard : undefined, ttl: 300, isAdded, onAdding };
    assert.equal(await addForward(wish, bench.send), want);
    assert.deepEqual(bench.rcodes, rcodes);
    assert.deepEqual(bench.zones.texts(), records);
    assert.equal(added, !how.guard && !isAdded && want === "done" ? 1 : 0);
  });
}

test("a name that goes away between two updates is added after all", async () => {
  const bench = call([[text, "A", "192.168.9.30"]]);
  const send = async (update: Update): Promise<number> => {
    if (bench.rcodes.length === 1) bench.zones.records.length = 0;
    return bench.send(update);
  };
  const onAdding = async (): Promise<void> => {};
  assert.equal(await addForward({ name, address, guard, ttl: 300, isAdded: false, onAdding }, send), "done");
  assert.deepEqual(bench.rcodes, [YXDOMAIN, NXDOMAIN, NOERROR]);
});

const removals: readonly [
  why: string,
  there: Records,
  withGuard: boolean,
  rcodes: readonly number[],
  records: readonly string[],
][] = [
  [
    "an own name goes, and its guard, RFC 4703 §5.5",
    [
      [text, "A", "192.168.9.17"],
      [text, "TXT", '"005ed5057eb72c3f648ae3f4b40f0c3441"'],
    ],
    true,
    [NOERROR, NOERROR],
    [],
  ],
  [
    "the guard stays while the name has another address",
    [
      [text, "A", "192.168.9.17"],
      [text, "AAAA", "2001:db8::1"],
      [text, "TXT", '"005ed5057eb72c3f648ae3f4b40f0c3441"'],
    ],
    true,
    [NOERROR, YXRRSET],
    [`${text} AAAA 2001:db8::1`, ownGuard],
  ],
  [
    "another client's name stays",
    [
      [text, "A", "192.168.9.17"],
      [text, "TXT", otherGuard],
    ],
    true,
    [NXRRSET],
    [`${text} A 192.168.9.17`, `${text} TXT ${otherGuard}`],
  ],
  ["a name that is not there needs nothing", [], true, [NXRRSET], []],
  ["without a guard the address alone goes", [[text, "A", "192.168.9.17"]], false, [NOERROR], []],
  [
    "and nothing when there is another beside it",
    [
      [text, "A", "192.168.9.17"],
      [text, "A", "192.168.9.18"],
    ],
    false,
    [NXRRSET],
    [`${text} A 192.168.9.17`, `${text} A 192.168.9.18`],
  ],
];
for (const [why, there, withGuard, rcodes, records] of removals) {
  test(why, async () => {
    const bench = call(there);
    await removeForward({ name, address, guard: withGuard ? guard : undefined }, bench.send);
    assert.deepEqual(bench.rcodes, rcodes);
    assert.deepEqual(bench.zones.texts(), records);
  });
}

const pointer = "17.9.168.192.in-addr.arpa.";

test("the PTR record says one name, whatever it said before, RFC 4703 §5.4", async () => {
  const bench = call([[pointer, "PTR", "old.lan.example."]]);
  await addReverse(place, name, 300, bench.send);
  assert.deepEqual(bench.zones.texts(), [`${pointer} PTR fern.lan.example.`]);
  await removeReverse(place, name, bench.send);
  assert.deepEqual(bench.zones.texts(), []);
});

test("a PTR record that says another name by now stays", async () => {
  const bench = call([[pointer, "PTR", "moss.lan.example."]]);
  await removeReverse(place, name, bench.send);
  assert.deepEqual(bench.zones.texts(), [`${pointer} PTR moss.lan.example.`]);
});

for (const [why, act] of [
  [
    "adding",
    (send) => addForward({ name, address, guard, ttl: 300, isAdded: false, onAdding: async () => {} }, send),
  ],
  ["removing", (send) => removeForward({ name, address, guard }, send)],
  ["pointing", (send) => addReverse(place, name, 300, send)],
  ["not pointing any more", (send) => removeReverse(place, name, send)],
] as readonly (readonly [string, (send: Send) => Promise<unknown>])[]) {
  test(`${why}: a server that refuses is told of, with what it said`, async () => {
    await assert.rejects(
      act(async () => Rcode.REFUSED),
      new UpdateRefused("was refused: REFUSED"),
    );
  });
}
