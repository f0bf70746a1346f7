import assert from "node:assert/strict";
import { test } from "node:test";
import type { Log } from "#contracts/log.ts";
import { type Store, type StoreEntry, StoreError } from "#contracts/store.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { type Name, nameToText, parseName } from "#protocols/dns/name.ts";
import { CatalogConfig } from "../zone-config.ts";
import { catalogImage, memberRecords } from "./catalog.testing.ts";
import { CatalogConsumer } from "./catalog-consumer.ts";
import type { ConsumerSettings, MembersChange } from "./catalog-outcome.ts";

const catalog = parseName("catalog.");

class Rig {
  readonly store: Store;
  readonly lines: string[] = [];
  readonly changes: string[] = [];
  readonly configured = new Set<string>();
  readonly keys = new Set<string>();
  configs: CatalogConfig[];
  nowMs = 1000;
  consumer!: CatalogConsumer;

  private constructor(configs: readonly object[], store: Store) {
    this.configs = configs.map((config) => CatalogConfig.parse(config));
    this.store = store;
  }

  static async open(
    configs: readonly object[] = [{ name: "catalog", primaries: ["192.0.2.53"] }],
    store: Store = openMemoryStore(),
  ): Promise<Rig> {
    const rig = new Rig(configs, store);
    await rig.start();
    return rig;
  }

  /** Also for a start after an end. */
  async start(): Promise<void> {
    const say = (level: string) => (_facts: object, sentence: string) =>
      void this.lines.push(`${level}: ${sentence}`);
    const log: Log = {
      debug: say("debug"),
      info: say("info"),
      warn: say("warn"),
      error: say("error"),
      child: () => log,
    };
    this.consumer = await CatalogConsumer.open(this.settings(), {
      store: this.store,
      log,
      nowMs: () => ++this.nowMs,
      onMembers: (change) => this.changes.push(changeText(change)),
    });
  }

  settings(): ConsumerSettings {
    return {
      catalogs: this.configs,
      isConfigured: (zone) => this.configured.has(nameToText(zone)),
      hasKey: (key) => this.keys.has(nameToText(key)),
    };
  }

  async update(text: string, options: { origin?: string; serial?: number } = {}): Promise<string> {
    await this.consumer.update(parseName(options.origin ?? "catalog."), catalogImage(text, options));
    return this.changes.splice(0).join(", ");
  }

  zones(): string[] {
    return [...this.consumer.zones.keys()].map(nameToText).sort();
  }

  config(zone: string) {
    return this.consumer.zones.get(parseName(zone))?.config;
  }
}

function changeText({ added, removed, reset, changed }: MembersChange): string {
  const words = (sign: string, names: readonly Name[]): string[] =>
    names.map((name) => sign + nameToText(name));
  return [...words("+", added), ...words("-", removed), ...words("!", reset), ...words("~", changed)].join(
    " ",
  );
}

test("members become zones with the primaries of their catalog", async () => {
  const rig = await Rig.open();
  assert.equal(await rig.update(memberRecords("a=x.", "b=Y.Z.")), "+x. +y.z.");
  assert.deepEqual(rig.config("y.z."), {
    name: "y.z",
    primaries: ["192.0.2.53"],
    allowQuery: undefined,
    allowTransfer: undefined,
    notify: "yes",
    alsoNotify: [],
    serial: "increment",
    recordsPerTypeMax: 100,
    typesPerNameMax: 100,
  });
  assert.equal(await rig.update(memberRecords("a=x.", "b=y.z.")), "");
});

for (const [why, extra, members, want] of [
  [
    "primaries of site.yaml for members go before those of the catalog",
    "",
    { primaries: ["192.0.2.1"] },
    ["192.0.2.1"],
  ],
  [
    "primaries that the catalog names for all go before those of site.yaml",
    "primaries.ext A 192.0.2.2\n",
    { primaries: ["192.0.2.1"] },
    ["192.0.2.2"],
  ],
  [
    "primaries that the catalog names for a member go before all others",
    "primaries.ext A 192.0.2.2\np.primaries.ext.a.zones AAAA 2001:db8::3\np.primaries.ext.a.zones TXT KEY\n",
    {},
    ["2001:db8::3 key key."],
  ],
] as const)
  test(why, async () => {
    const rig = await Rig.open([{ name: "catalog", primaries: ["192.0.2.53"], members }]);
    rig.keys.add("key.");
    await rig.update(memberRecords("a=x.") + extra);
    assert.deepEqual(rig.config("x.")?.primaries, want);
  });

test("other settings of members come from site.yaml, and address lists from the catalog", async () => {
  const members = { allowQuery: ["any"], allowTransfer: ["none"], notify: "no", allowNotify: ["10.0.0.1"] };
  const rig = await Rig.open([{ name: "catalog", primaries: ["192.0.2.53"], members }]);
  await rig.update(`${memberRecords("a=x.")}allow-query.ext.a.zones APL 1:10.0.0.0/8\n`);
  const { allowQuery, allowTransfer, notify, allowNotify } = rig.config("x.")!;
  assert.deepEqual(
    { allowQuery, allowTransfer, notify, allowNotify },
    { allowQuery: ["10.0.0.0/8"], allowTransfer: ["none"], notify: "no", allowNotify: ["10.0.0.1"] },
  );
});

test("a member whose primaries want a key that is not there is left out, until it is", async () => {
  const rig = await Rig.open();
  const text = `${memberRecords("a=x.")}p.primaries.ext.a.zones A 192.0.2.1\np.primaries.ext.a.zones TXT k\n`;
  assert.equal(await rig.update(text), "");
  assert.match(
    rig.lines.at(-1)!,
    /^error: x\., a member of catalog catalog, is left out: .* the key k\., .*dns\.keys/,
  );
  rig.keys.add("k.");
  assert.deepEqual([...rig.consumer.preview(rig.settings()).keys()], [parseName("x.")]);
  assert.deepEqual(rig.zones(), []);
  await rig.consumer.configure(rig.settings());
  assert.deepEqual(rig.zones(), ["x."]);
});

test("a broken catalog changes nothing, which is said once, and so is that it is in order again", async () => {
  const rig = await Rig.open();
  await rig.update(memberRecords("a=x."), { serial: 5 });
  rig.lines.length = 0;
  const broken = memberRecords("a=y.", "b=y.");
  assert.equal(await rig.update(broken), "");
  assert.equal(await rig.update(broken), "");
  assert.deepEqual(rig.zones(), ["x."]);
  assert.deepEqual(rig.lines, [
    "error: catalog catalog is broken, its members stay as they were: y. is a member of it twice; keep one",
  ]);
  assert.equal(rig.consumer.status(catalog).problem, "y. is a member of it twice; keep one");
  assert.equal(rig.consumer.status(catalog).serial, 5);
  assert.equal(await rig.update(memberRecords("a=x.", "b=y.")), "+y.");
  assert.equal(rig.lines[1], "info: catalog catalog is in order again");
});

test("members are there after a start before the catalog was fetched", async () => {
  const rig = await Rig.open();
  const text =
    `${memberRecords("a=x.", "b=y.")}primaries.ext.a.zones A 192.0.2.1\ngroup.b.zones TXT g\n` +
    "allow-query.ext APL 1:10.0.0.0/8\n";
  await rig.update(text, { serial: 7 });
  const before = [...rig.consumer.zones.values()];
  await rig.start();
  assert.deepEqual([...rig.consumer.zones.values()], before);
  assert.equal(rig.consumer.status(catalog).serial, 7);
  assert.equal(await rig.update(text, { serial: 7 }), "");
  assert.equal(await rig.update(memberRecords("b=y."), { serial: 8 }), "-x. ~y.");
  await rig.start();
  assert.deepEqual(rig.zones(), ["y."]);
});

test("owners and the time of a reset are remembered too", async () => {
  const configs = ["one", "two"].map((name) => ({ name, primaries: ["192.0.2.53"] }));
  const rig = await Rig.open(configs);
  await rig.update(memberRecords("a=x."), { origin: "two." });
  await rig.update(memberRecords("a=x."), { origin: "one." });
  await rig.update(memberRecords("b=x."), { origin: "two." });
  const { sinceMs } = rig.consumer.zones.get(parseName("x."))!;
  await rig.start();
  assert.deepEqual(
    [...rig.consumer.zones.values()].map((zone) => [nameToText(zone.catalog), zone.sinceMs]),
    [["two.", sinceMs]],
  );
});

test("of a change of owners that was half written the newer one counts", async () => {
  const rig = await Rig.open(["one", "two"].map((name) => ({ name, primaries: ["192.0.2.53"] })));
  await rig.update(memberRecords("a=x."), { origin: "one." });
  await rig.update("", { origin: "two." });
  const [, { key, value }] = (await rig.store.list("dns/catalog/one")) as [unknown, StoreEntry];
  for (const [catalog, sinceMs] of [
    ["one", 9000],
    ["two", 8000],
  ] as const)
    await rig.store.transact(
      [],
      [{ do: "put", key: key.replace("one", catalog), value: { ...(value as object), sinceMs } }],
    );
  await rig.start();
  assert.equal(nameToText(rig.consumer.zones.get(parseName("x."))!.catalog), "one.");
  assert.equal(rig.consumer.zones.get(parseName("x."))!.sinceMs, 9000);
});

test("a catalog that drops more than half of ten members at once is followed, and warned of", async () => {
  const rig = await Rig.open();
  const all = Array.from({ length: 10 }, (_, i) => `m${i}=z${i}.`);
  await rig.update(memberRecords(...all));
  await rig.update(memberRecords(...all.slice(0, 5)));
  assert.ok(!rig.lines.some((line) => line.startsWith("warn")));
  await rig.update(memberRecords(...all));
  await rig.update(memberRecords(...all.slice(0, 4)));
  assert.deepEqual(rig.lines.slice(-2), [
    "info: catalog catalog: 0 zones added, 6 removed, 0 reset",
    "warn: catalog catalog has dropped 6 of its 10 zones at once",
  ]);
  assert.equal(rig.zones().length, 4);
});

test("members that clash are left out, said once, and a few of many only", async () => {
  const rig = await Rig.open();
  rig.configured.add("x.");
  await rig.update(memberRecords("a=x.", "b=y.", "c=catalog."));
  await rig.update(memberRecords("a=x.", "b=y.", "c=catalog."));
  assert.deepEqual(rig.zones(), ["y."]);
  const said = rig.lines.filter((line) => line.startsWith("error"));
  assert.deepEqual(said, [
    "error: x., a member of catalog catalog, is left out: site.yaml has a zone of this name",
    "error: catalog., a member of catalog catalog, is left out: site.yaml has a zone of this name",
  ]);
  for (let i = 0; i < 100; i++) rig.configured.add(`z${i}.`);
  await rig.update(memberRecords(...Array.from({ length: 100 }, (_, i) => `m${i}=z${i}.`)));
  assert.equal(rig.consumer.status(catalog).leftOut.length, 10);
});

test("a catalog that site.yaml no longer has takes its members along, also from the store", async () => {
  const rig = await Rig.open();
  await rig.update(memberRecords("a=x."));
  rig.configs = [];
  assert.equal(rig.consumer.preview(rig.settings()).size, 0);
  await rig.consumer.configure(rig.settings());
  assert.deepEqual(rig.zones(), []);
  assert.deepEqual(await rig.store.list("dns/catalog/"), []);
  await rig.update(memberRecords("a=x."));
  assert.deepEqual(rig.zones(), []);
});

test("names that are made to escape a path are names and nothing else", async () => {
  const rig = await Rig.open();
  const labels = [
    String.raw`\.\./\.\./etc/passwd`,
    String.raw`\000`,
    String.raw`a\"; file \"b`,
    String.raw`\010x`,
    "*",
    "-",
    "%2e%2e",
  ];
  const long = `${"y".repeat(63)}.${"y".repeat(63)}.${"y".repeat(63)}.${"y".repeat(61)}.`;
  const binary = long.replaceAll("y", String.raw`\001`);
  const names = [
    ...labels.map((label) => parseName(`${label}.example.`)),
    parseName(long),
    parseName(binary),
    parseName("."),
  ];
  const text = names.map((name, i) => `m${i}.zones PTR ${nameToText(name)}\n`).join("");
  await rig.update(text);
  assert.equal(rig.consumer.zones.size, names.length);
  for (const name of names) {
    const text = rig.consumer.zones.get(name)!.config.name;
    assert.equal(parseName(text.endsWith(".") ? text : `${text}.`), name);
  }
  for (const { key } of await rig.store.list("dns/catalog/"))
    assert.match(key, /^dns\/catalog\/catalog(\/[0-9a-f]{32})?$/);
  for (const line of rig.lines) assert.match(line, /^[ -~]*$/);
  await rig.start();
  assert.equal(rig.consumer.zones.size, names.length);
});

test("entries of the store that make no sense are left out and removed", async () => {
  const rig = await Rig.open();
  await rig.update(memberRecords("a=x."));
  await rig.store.transact(
    [],
    [
      {
        do: "put",
        key: "dns/catalog/catalog/00",
        value: { name: "a..b", id: "q", groups: [], options: { primaries: [] } },
      },
      { do: "put", key: "dns/catalog/catalog/01", value: "nonsense" },
      { do: "put", key: "dns/catalog/other/02", value: 7 },
    ],
  );
  await rig.start();
  assert.deepEqual(rig.zones(), ["x."]);
  assert.equal((await rig.store.list("dns/catalog/")).length, 2);
});

test("what could not be written is followed all the same, and written with the next change", async () => {
  const memory = openMemoryStore();
  let isFull = false;
  const store: Store = Object.assign(Object.create(memory) as Store, {
    transact: async (...call: Parameters<Store["transact"]>) => {
      if (isFull) throw new StoreError("HP_STORE_FULL", "the disk is full");
      return memory.transact(...call);
    },
    list: memory.list.bind(memory),
  });
  const rig = await Rig.open(undefined, store);
  isFull = true;
  assert.equal(await rig.update(memberRecords("a=x.")), "+x.");
  assert.match(rig.lines.at(-1)!, /^warn: members of catalogs could not be written/);
  isFull = false;
  assert.equal(await rig.update(memberRecords("a=x.", "b=y.")), "+y.");
  await rig.start();
  assert.deepEqual(rig.zones(), ["x.", "y."]);
});

test("a change of one of many members writes one entry", async () => {
  const rig = await Rig.open();
  const all = Array.from({ length: 500 }, (_, i) => `m${i}=z${i}.`);
  await rig.update(memberRecords(...all));
  const revision = await rig.store.revision();
  await rig.update(memberRecords(...all, "new=new."), { serial: 2 });
  assert.equal((await rig.store.revision()) - revision, 1);
  await rig.start();
  assert.equal(rig.consumer.zones.size, 501);
});
