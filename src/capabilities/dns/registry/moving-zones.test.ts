/**
 * What becomes of published names when the site gets and loses zones, and when nothing can be made durable.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { benchZones, fern, fernRecords, mac, whyOf } from "#contracts/name-registry-bench.ts";
import { type Store, StoreError } from "#contracts/store.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { openRegistryBench, type RegistryRig } from "./registry-bench.testing.ts";

/** `failing`: transactions do, of everybody, for as long as it is there. */
async function rig(failing: { error?: StoreError } = {}): Promise<RegistryRig> {
  const memory = openMemoryStore();
  const store: Store = {
    get: (key) => memory.get(key),
    list: (prefix, page) => memory.list(prefix, page),
    watch: (prefix, from, signal) => memory.watch(prefix, from, signal),
    history: (key, limit) => memory.history(key, limit),
    revision: () => memory.revision(),
    transact: async (compares, operations) => {
      if (failing.error !== undefined) throw failing.error;
      return memory.transact(compares, operations);
    },
  };
  return openRegistryBench(benchZones, async () => ({ store, close: async () => {} }));
}

const inner = fern({ name: "fern.own.lan.example", reverse: false });
const lease = { do: "put", key: "dhcp/lease/192.0.2.7", value: 1 } as const;

test("a host moves into a zone that its name lies in since, and nothing is left in the one before", async () => {
  await using bench = await rig();
  const { registry, hidden, records } = bench;
  hidden.add("own.lan.example");
  await registry.publish(inner);
  hidden.clear();
  assert.deepEqual(await registry.publish(inner), { published: true, changed: true, reverse: [] });
  assert.equal(records().length, 1);
  hidden.add("own.lan.example");
  assert.equal(await registry.withdraw(inner.name, mac), true);
  assert.equal(records().length, 1, "a zone that is not ours is not cleaned");
});

test("a name whose zones are all gone is withdrawn, and what goes along is written", async () => {
  await using bench = await rig();
  const { registry, hidden, store } = bench;
  await registry.publish(fern());
  for (const zone of benchZones) hidden.add(zone);
  assert.equal(whyOf(await registry.publish(fern())), "no-zone");
  assert.equal(await registry.withdraw(fern().name, mac, { alongside: [lease] }), true);
  assert.equal(await registry.lookUp(fern().name), undefined);
  assert.equal((await store.get(lease.key))?.value, 1);
});

test("when nothing can be made durable nothing is published, and nothing withdrawn", async () => {
  const failing: { error?: StoreError } = {};
  await using bench = await rig(failing);
  const { registry, records } = bench;
  failing.error = new StoreError("HP_STORE_FULL", "no space is left");
  await assert.rejects(registry.publish(fern()), StoreError);
  assert.deepEqual(records(), []);
  delete failing.error;
  assert.equal(await registry.lookUp(fern().name), undefined);
  await registry.publish(fern());
  failing.error = new StoreError("HP_STORE_FULL", "no space is left");
  await assert.rejects(registry.withdraw(fern().name, mac), StoreError);
  assert.deepEqual(records(), fernRecords);
  delete failing.error;
  assert.equal(await registry.withdraw(fern().name, mac), true);
  assert.deepEqual(records(), []);
});

test("what was left of withdrawn names is remembered over the program's end", async () => {
  await using bench = await rig();
  await bench.registry.publish(fern());
  bench.hold("lan.example");
  await bench.registry.withdraw(fern().name, mac);
  await bench.restart();
  assert.equal(await bench.registry.lookUp(fern().name), undefined);
  assert.deepEqual(bench.records(), [fernRecords[1]]);
  assert.equal(await bench.registry.settle(), 0);
  assert.deepEqual(bench.records(), []);
});

test("the history of a zone says which part of the program published a host", async () => {
  await using bench = await rig();
  await bench.registry.publish(fern());
  const pages = (await bench.store.list("dns/journal/")).map(({ value }) => JSON.stringify(value));
  assert.ok(pages.length > 0 && pages.every((page) => page.includes('["capability","dhcp"]')), pages.join());
});
