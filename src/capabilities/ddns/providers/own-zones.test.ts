import assert from "node:assert/strict";
import test from "node:test";
import type {
  NameRegistry,
  PublishedHost,
  PublishOptions,
  PublishOutcome,
  RegistryEntry,
} from "#contracts/name-registry.ts";
import { StoreError } from "#contracts/store.ts";
import { ownZonesDefinition } from "./own-zones.ts";
import type { ProviderCall, ProviderPorts, PublishResult, WantedRecord } from "./provider.ts";

const published: PublishOutcome = { published: true, changed: true, reverse: [] };

class FakeRegistry implements NameRegistry {
  readonly hosts: PublishedHost[] = [];
  readonly options: (PublishOptions | undefined)[] = [];
  readonly entries = new Map<string, Partial<RegistryEntry>>();
  answer: (host: PublishedHost) => PublishOutcome = () => published;

  async publish(host: PublishedHost, options?: PublishOptions): Promise<PublishOutcome> {
    this.hosts.push(host);
    this.options.push(options);
    return this.answer(host);
  }

  async lookUp(name: string): Promise<RegistryEntry | undefined> {
    return this.entries.get(name) as RegistryEntry | undefined;
  }

  readonly withdrawn: string[] = [];

  async withdraw(name: string, owner: string): Promise<boolean> {
    this.withdrawn.push(`${name} ${owner}`);
    return true;
  }

  async list(prefix: string): Promise<readonly RegistryEntry[]> {
    return ([...this.entries.values()] as RegistryEntry[]).filter(({ owner }) => owner.startsWith(prefix));
  }
}

function wanted(name: string, address: string, ttl?: number): WantedRecord {
  const type = address.includes(":") ? "AAAA" : "A";
  return { name, type, address, ttl, proxied: undefined, zone: undefined };
}

async function publish(
  records: readonly WantedRecord[],
  registry: FakeRegistry | undefined,
  signal = new AbortController().signal,
): Promise<readonly PublishResult[]> {
  const provider = ownZonesDefinition.open({}, { registry: () => registry } as unknown as ProviderPorts);
  const http = () => assert.fail("nothing is asked by HTTP");
  const call: ProviderCall = { http, nowMs: () => 0, signal };
  return provider.publish(records, call);
}

const changed = { outcome: "changed" } as const;

test("both families of a name are published together, without PTR records", async () => {
  const registry = new FakeRegistry();
  const records = [wanted("home.example.net", "203.0.113.7"), wanted("home.example.net", "2001:db8::7")];
  assert.deepEqual(await publish(records, registry), [changed, changed]);
  assert.deepEqual(registry.hosts, [
    {
      name: "home.example.net",
      owner: "ddns:home.example.net",
      addresses: ["203.0.113.7", "2001:db8::7"],
      ttl: 60,
      reverse: false,
      wildcard: true,
    },
  ]);
});

test("of the records of others at the name addresses alone are taken over", async () => {
  const registry = new FakeRegistry();
  await publish([wanted("example.net", "203.0.113.7")], registry);
  assert.equal(registry.options[0]?.takeOver?.([]), "addresses");
});

test("the published address of the other family stays", async () => {
  const registry = new FakeRegistry();
  const entry = { owner: "ddns:home.example.net", addresses: ["203.0.113.1", "2001:db8::7"] };
  registry.entries.set("home.example.net", entry);
  await publish([wanted("home.example.net", "203.0.113.7", 300)], registry);
  assert.deepEqual(registry.hosts[0]?.addresses, ["203.0.113.7", "2001:db8::7"]);
  assert.equal(registry.hosts[0]?.ttl, 300);
});

test("an address that another owner has published is not kept", async () => {
  const registry = new FakeRegistry();
  registry.entries.set("home.example.net", { owner: "dhcp:1", addresses: ["2001:db8::7"] });
  await publish([wanted("home.example.net", "203.0.113.7")], registry);
  assert.deepEqual(registry.hosts[0]?.addresses, ["203.0.113.7"]);
});

test("of many names each has its own result, in their order", async () => {
  const registry = new FakeRegistry();
  registry.answer = ({ name }) =>
    name.startsWith("h7.") ? { published: true, changed: false, reverse: [] } : published;
  const records = Array.from({ length: 500 }, (_, i) => wanted(`h${i}.example.net`, "203.0.113.7"));
  const results = await publish(records, registry);
  assert.equal(registry.hosts.length, 500);
  assert.deepEqual(results[7], { outcome: "same" });
  assert.equal(results.filter(({ outcome }) => outcome === "changed").length, 499);
});

const refusals: readonly (readonly [
  why: "taken" | "static" | "no-zone" | "invalid" | "zone-unavailable",
  outcome: "refused" | "failed",
])[] = [
  ["taken", "refused"],
  ["static", "refused"],
  ["no-zone", "refused"],
  ["invalid", "refused"],
  ["zone-unavailable", "failed"],
];
for (const [why, outcome] of refusals) {
  test(`${why} means that the record is ${outcome}, with the registry's words`, async () => {
    const registry = new FakeRegistry();
    registry.answer = () => ({ published: false, why, sentence: "it is so" });
    const [result] = await publish([wanted("home.example.net", "203.0.113.7")], registry);
    assert.deepEqual(result, {
      outcome,
      code: why,
      sentence: "it is so",
      ...(outcome === "refused" && { scope: "record" }),
    });
  });
}

for (const [code, outcome] of [
  ["HP_STORE_FULL", "failed"],
  ["HP_STORE_BUSY", "failed"],
  ["HP_STORE_UNCONFIRMED", "unconfirmed"],
] as const) {
  test(`a store that says ${code} leaves the record ${outcome}`, async () => {
    const registry = new FakeRegistry();
    registry.answer = () => {
      throw new StoreError(code, "the disk is full");
    };
    const [result] = await publish([wanted("home.example.net", "203.0.113.7")], registry);
    assert.equal(result?.outcome, outcome);
  });
}

test("without zones of this server a person is told to add them", async () => {
  const results = await publish([wanted("home.example.net", "203.0.113.7")], undefined);
  const [result] = results;
  assert.ok(result?.outcome === "refused" && result.scope === "account");
  assert.match(result.sentence, /add a `dns` section/);
});

test("what was not its turn when the time was up fails, and may be tried again", async () => {
  const registry = new FakeRegistry();
  const [result] = await publish([wanted("a.example.net", "203.0.113.7")], registry, AbortSignal.abort());
  assert.ok(result?.outcome === "failed" && result.code === "late");
  assert.equal(registry.hosts.length, 0);
});

test("names and types that the site file no longer has are taken away, and nobody else's", async () => {
  const registry = new FakeRegistry();
  const entry = (name: string, owner: string, ...addresses: string[]) =>
    registry.entries.set(name, { name: `${name}.`, owner, addresses, ttl: 60 });
  entry("kept.example", "ddns:kept.example", "203.0.113.7", "2001:db8::7");
  entry("half.example", "ddns:half.example", "203.0.113.7", "2001:db8::7");
  entry("gone.example", "ddns:gone.example", "203.0.113.7");
  entry("friend.example", "ddns-host:friend", "203.0.113.9");
  entry("laptop.example", "dhcp:01:52:54:00:00:00:01", "192.168.9.7");
  const provider = ownZonesDefinition.open({}, { registry: () => registry } as unknown as ProviderPorts);
  await provider.keepOnly!([
    { name: "kept.example", type: "A" },
    { name: "kept.example", type: "AAAA" },
    { name: "half.example", type: "AAAA" },
  ]);
  assert.deepEqual(registry.withdrawn, ["gone.example. ddns:gone.example"]);
  assert.deepEqual(
    registry.hosts.map(({ name, addresses }) => [name, addresses]),
    [["half.example.", ["2001:db8::7"]]],
  );
});

test("names are taken away while nothing is published: neither undoes what the other does", async () => {
  const registry = new FakeRegistry();
  const steps: string[] = [];
  const gate = Promise.withResolvers<void>();
  registry.list = async () => {
    steps.push("list");
    await gate.promise;
    steps.push("listed");
    return [];
  };
  registry.answer = ({ name }) => {
    steps.push(`publish ${name}`);
    return published;
  };
  const provider = ownZonesDefinition.open({}, { registry: () => registry } as unknown as ProviderPorts);
  const signal = new AbortController().signal;
  const call: ProviderCall = { http: () => assert.fail("nothing is asked by HTTP"), nowMs: () => 0, signal };
  const first = provider.publish([wanted("a.example.net", "192.0.2.1")], call);
  const kept = provider.keepOnly!([]);
  const second = provider.publish([wanted("b.example.net", "192.0.2.1")], call);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(steps, ["publish a.example.net", "list"]);
  gate.resolve();
  await Promise.all([first, kept, second]);
  assert.deepEqual(steps, ["publish a.example.net", "list", "listed", "publish b.example.net"]);
});

test("where a name has one type alone, nobody asks what else is published under it", async () => {
  const registry = new FakeRegistry();
  let asked = 0;
  registry.lookUp = async () => {
    asked++;
    return undefined;
  };
  const provider = ownZonesDefinition.open({}, { registry: () => registry } as unknown as ProviderPorts);
  const call: ProviderCall = {
    http: () => assert.fail("nothing is asked by HTTP"),
    nowMs: () => 0,
    signal: new AbortController().signal,
  };
  const records = [wanted("home.example.net", "203.0.113.7"), wanted("both.example.net", "203.0.113.7")];
  await provider.publish(records, call);
  assert.equal(asked, 2);
  await provider.keepOnly!([
    { name: "home.example.net", type: "A" },
    { name: "both.example.net", type: "A" },
    { name: "both.example.net", type: "AAAA" },
  ]);
  await provider.publish(records, call);
  assert.equal(asked, 3);
});
