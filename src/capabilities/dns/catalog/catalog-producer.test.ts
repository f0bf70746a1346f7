import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { type Name, nameToText, parseName } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfType } from "#protocols/dns/registry.ts";
import type { ZoneImage } from "../zones/image.ts";
import { ZoneModel } from "../zones/zone-model.ts";
import { catalogImage } from "./catalog.testing.ts";
import { CatalogProducer, emptyCatalog, offeredZones } from "./catalog-producer.ts";
import { readCatalog } from "./catalog-zone.ts";

const catalog = parseName("catalog.");
const names = (...texts: string[]): Name[] => texts.map((text) => parseName(text));

class Rig {
  readonly store = openMemoryStore();
  drawn = 0;
  readonly producer = new CatalogProducer({ store: this.store, randomLabel: () => `id${this.drawn++}` });
  image: ZoneImage = emptyCatalog(catalog, 1);

  /** The changes as `set OWNER` and `delete-name OWNER`, after they were made. */
  async list(...zones: string[]): Promise<string[]> {
    const changes = await this.producer.plan(catalog, names(...zones), this.image);
    const model = new ZoneModel(this.image);
    model.apply(changes);
    this.image = model.image();
    return changes.map(({ do: what, owner }) => `${what} ${nameToText(owner)}`);
  }

  members(): string[] {
    const { members } = readCatalog(this.image);
    return [...members.values()].map(({ name, id }) => `${id}=${nameToText(name)}`).sort();
  }
}

test("a catalog begins with SOA, NS and version, and without members", () => {
  const records = [...emptyCatalog(catalog, 7).records()].map(
    ({ owner, type, ttl, rdata }) =>
      `${nameToText(owner)} ${ttl} ${mnemonicOfType(type)} ${rdataToText(type, rdata)}`,
  );
  assert.deepEqual(records, [
    "catalog. 0 NS invalid.",
    "catalog. 0 SOA invalid. invalid. 7 3600 600 2147483646 0",
    'version.catalog. 0 TXT "2"',
  ]);
  assert.equal(readCatalog(emptyCatalog(catalog, 7)).members.size, 0);
});

test("zones come and go, and those that stay are left alone", async () => {
  const rig = new Rig();
  assert.deepEqual(await rig.list("b.", "a."), ["set id0.zones.catalog.", "set id1.zones.catalog."]);
  assert.deepEqual(rig.members(), ["id0=a.", "id1=b."]);
  assert.deepEqual(await rig.list("a.", "b."), []);
  assert.deepEqual(await rig.list("c.", "B."), ["delete-name id0.zones.catalog.", "set id2.zones.catalog."]);
  assert.deepEqual(rig.members(), ["id1=b.", "id2=c."]);
});

test("a zone that comes back gets another label", async () => {
  const rig = new Rig();
  await rig.list("a.");
  await rig.list();
  assert.deepEqual(rig.members(), []);
  await rig.list("a.");
  assert.deepEqual(rig.members(), ["id1=a."]);
});

test("labels outlive the content of the catalog, and the content outlives the labels", async () => {
  const rig = new Rig();
  await rig.list("a.", "b.");
  rig.image = emptyCatalog(catalog, 1);
  await rig.list("a.", "b.");
  assert.deepEqual(rig.members(), ["id0=a.", "id1=b."]);
  await rig.producer.forget(catalog);
  assert.deepEqual(await rig.store.list("dns/catalog-offered/"), []);
  assert.deepEqual(await rig.list("a.", "b."), []);
});

test("a label that is in use is not drawn again", async () => {
  const rig = new Rig();
  await rig.list("a.");
  rig.drawn = 0;
  await rig.list("a.", "b.");
  assert.deepEqual(rig.members(), ["id0=a.", "id1=b."]);
});

test("what does not belong into the catalog goes, and what is missing or wrong comes", async () => {
  const rig = new Rig();
  rig.image = catalogImage(
    'version TXT "1"\nx.zones PTR a.\nx.zones PTR b.\nfoo.ext A 192.0.2.1\n@ NS other.\n',
  );
  await rig.list("a.");
  assert.deepEqual(rig.members(), ["x=a."]);
  const { nodeCount, recordCount } = rig.image;
  assert.deepEqual([nodeCount, recordCount], [4, 4]);
});

test("plans at the same time do not draw two labels for one zone", async () => {
  const rig = new Rig();
  const plans = await Promise.all(
    ["a.", "a."].map((zone) => rig.producer.plan(catalog, names(zone), rig.image)),
  );
  assert.deepEqual(plans[0], plans[1]);
  assert.equal(rig.drawn, 1);
});

test("labels are sixteen hex digits by themselves", async () => {
  const producer = new CatalogProducer({ store: openMemoryStore() });
  const [change] = await producer.plan(catalog, names("a."), emptyCatalog(catalog, 1));
  assert.match(nameToText(change!.owner), /^[0-9a-f]{16}\.zones\.catalog\.$/);
});

test("a name that is too long for a catalog is refused", () => {
  const long = `${"x".repeat(63)}.${"x".repeat(63)}.${"x".repeat(63)}.`;
  assert.doesNotThrow(() => emptyCatalog(parseName(`${long}${"x".repeat(37)}.`), 1));
  assert.throws(() => emptyCatalog(parseName(`${long}${"x".repeat(39)}.`), 1), /too long for its members/);
});

test("* is all zones, and names are those that there are", () => {
  const all = names("b.", "a.");
  assert.deepEqual(offeredZones(["*"], all), { zones: names("a.", "b."), unknown: [] });
  assert.deepEqual(offeredZones(["B", "c.example"], all), { zones: names("b."), unknown: ["c.example"] });
});
