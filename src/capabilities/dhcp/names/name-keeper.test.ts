import assert from "node:assert/strict";
import test from "node:test";
import { type Store, StoreError } from "#contracts/store.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { isActive, type Lease } from "../leases/lease.ts";
import { leaseKey, leaseName, leaseValueOf } from "../leases/lease-value.ts";
import { FakeRegistry } from "./fake-registry.testing.ts";
import type { GuardKind } from "./guards.ts";
import { NameKeeper, type NameWish } from "./name-keeper.ts";

const now = 1_700_000_000;
const fernMac = "01525400000001";
const mossMac = "01525400000002";
const fern = "dhcp:01:52:54:00:00:00:01";
const moss = "dhcp:01:52:54:00:00:00:02";
const printer = "dhcp:host:printer";

/** A program whose leases lie in a table, as the server's do, once they are written. */
class Bench {
  readonly store: Store;
  readonly registry: FakeRegistry;
  readonly table = new Map<number, Lease>();
  readonly keeper: NameKeeper;
  guard: GuardKind = "none";
  hasRegistry = true;
  failure: StoreError | undefined;

  constructor() {
    const store = openMemoryStore();
    this.store = new Proxy(store, {
      get: (target, field: keyof Store) => {
        if (field === "transact" && this.failure !== undefined) return () => Promise.reject(this.failure!);
        return target[field].bind(target);
      },
    });
    this.registry = new FakeRegistry(this.store, "lan.example.");
    this.keeper = new NameKeeper({
      registry: () => (this.hasRegistry ? this.registry : undefined),
      write: async (operations) => void (await this.store.transact([], operations)),
      remote: () => undefined,
      guard: () => this.guard,
      holder: (address, name) => {
        const lease = this.table.get(parseIpv4(address));
        return lease !== undefined && isActive(lease, now) && lease.name === name ? lease : undefined;
      },
    });
  }

  /** A machine gets an address, or renews it. `name`: its first label. */
  async grant(
    hardware: string,
    address: string,
    name?: string,
    rest: Partial<NameWish> = {},
  ): Promise<Lease> {
    const lease = leaseOf(hardware, address);
    const client = [...this.table.values()].find((one) => one.client === lease.client && isActive(one, now));
    const wish =
      name === undefined ? undefined : { name: `${name}.lan.example.`, ttl: 300, reverse: true, ...rest };
    const written = await this.keeper.commit({
      lease,
      wish,
      before: client,
      operations: (one) => [leaseKey.put(leaseName(one.address), leaseValueOf(one))],
    });
    if (client !== undefined) this.table.delete(client.address);
    this.table.set(written.address, written);
    return written;
  }

  async end(address: string): Promise<void> {
    const lease = this.table.get(parseIpv4(address))!;
    await this.keeper.end(lease, [leaseKey.delete(address)]);
    this.table.delete(lease.address);
  }

  /** `192.168.9.17 fern.lan.example.`, or with the problem. */
  async stored(): Promise<string[]> {
    const all = await leaseKey.list(this.store);
    return all.map(({ name, value }) => `${name} ${value.name ?? `(${value.nameProblem})`}`);
  }
}

function leaseOf(hardware: string, address: string): Lease {
  return {
    address: parseIpv4(address),
    client: `00${hardware}`,
    hardware,
    state: "bound",
    since: now,
    renewedAt: now,
    expiresAt: now + 3600,
    hostName: undefined,
    name: undefined,
    nameProblem: undefined,
    agent: undefined,
    vendorClass: undefined,
  };
}

function reserved(host: string, address: string) {
  return { host, name: `${host}.lan.example.`, address: parseIpv4(address), ttl: 300 };
}

const rules: readonly [sentence: string, holds: (bench: Bench) => Promise<void>][] = [
  [
    "a lease and its name become durable in one transaction",
    async ({ registry, store, keeper }) => {
      const before = await store.revision();
      const wish = { name: "fern.lan.example.", ttl: 300, reverse: true };
      await keeper.commit({
        lease: leaseOf(fernMac, "192.168.9.17"),
        wish,
        before: undefined,
        operations: (one) => [leaseKey.put(leaseName(one.address), leaseValueOf(one))],
      });
      assert.deepEqual(registry.texts(), [`fern.lan.example. 192.168.9.17 ${fern}`]);
      assert.equal(await store.revision(), before + 1);
    },
  ],
  [
    "a lease without a name is written alone",
    async (bench) => {
      await bench.grant(fernMac, "192.168.9.17");
      assert.deepEqual(await bench.stored(), ["192.168.9.17 (undefined)"]);
      assert.deepEqual(bench.registry.calls, []);
    },
  ],
  [
    "one network card keeps its name, whatever its systems call themselves in option 61",
    async (bench) => {
      await bench.grant(fernMac, "192.168.9.17", "fern");
      const other = { ...leaseOf(fernMac, "192.168.9.18"), client: "3dff00000001000300015254000000ff" };
      const wish = { name: "fern.lan.example.", ttl: 300, reverse: true };
      const written = await bench.keeper.commit({
        lease: other,
        wish,
        before: undefined,
        operations: () => [],
      });
      assert.equal(written.name, "fern.lan.example.");
      bench.table.set(written.address, written);
      const owner = "dhcp:ff:00:00:00:01:00:03:00:01:52:54:00:00:00:ff";
      assert.deepEqual(bench.registry.texts(), [`fern.lan.example. 192.168.9.18 ${owner}`]);
      await bench.end("192.168.9.17");
      assert.deepEqual(bench.registry.texts(), [`fern.lan.example. 192.168.9.18 ${owner}`]);
    },
  ],
  [
    "of two that call themselves alike the first keeps the name, and the other is told whose it is",
    async (bench) => {
      await bench.grant(fernMac, "192.168.9.17", "fern");
      const lease = await bench.grant(mossMac, "192.168.9.18", "fern");
      assert.equal(lease.name, undefined);
      assert.equal(lease.nameProblem, "fern.lan.example is 52:54:00:00:00:01's since 2023-11-14 22:13 UTC");
      assert.deepEqual(bench.registry.texts(), [`fern.lan.example. 192.168.9.17 ${fern}`]);
    },
  ],
  [
    "the loser gets the name when the winner has gone",
    async (bench) => {
      await bench.grant(fernMac, "192.168.9.17", "fern");
      await bench.grant(mossMac, "192.168.9.18", "fern");
      await bench.end("192.168.9.17");
      const lease = await bench.grant(mossMac, "192.168.9.18", "fern");
      assert.equal(lease.nameProblem, undefined);
      assert.deepEqual(bench.registry.texts(), [`fern.lan.example. 192.168.9.18 ${moss}`]);
    },
  ],
  [
    "a loser that goes takes nothing away",
    async (bench) => {
      await bench.grant(fernMac, "192.168.9.17", "fern");
      await bench.grant(mossMac, "192.168.9.18", "fern");
      await bench.end("192.168.9.18");
      assert.deepEqual(bench.registry.texts(), [`fern.lan.example. 192.168.9.17 ${fern}`]);
    },
  ],
  [
    "a static record is not touched, and told of",
    async (bench) => {
      bench.registry.records.push({ name: "fern.lan.example.", type: "A", ttl: 300, data: "192.168.9.1" });
      const { nameProblem } = await bench.grant(fernMac, "192.168.9.17", "fern");
      assert.match(nameProblem ?? "", /^fern\.lan\.example is a static record of the zone/);
      assert.equal(bench.registry.records.length, 1);
    },
  ],
  [
    "what dhcpd left for the same machine is taken over",
    async (bench) => {
      const name = "fern.lan.example.";
      const guard = '"00b3c2b1d0e6ba1e5b5a2c5a1f1f1f1f1f"';
      bench.registry.records.push({ name, type: "TXT", ttl: 300, data: guard });
      await bench.grant(fernMac, "192.168.9.17", "fern");
      assert.deepEqual(bench.registry.texts(), [], "another machine's guard");
      bench.guard = "txt";
      await bench.grant(fernMac, "192.168.9.17", "moss");
      const data = bench.registry.entries.get("moss.lan.example.")!.guards[0]!.slice("TXT ".length);
      bench.registry.records.splice(0, 1, { name, type: "TXT", ttl: 300, data });
      await bench.grant(fernMac, "192.168.9.17", "fern");
      assert.deepEqual(bench.registry.texts(), [`fern.lan.example. 192.168.9.17 ${fern}`]);
    },
  ],
  [
    "a name in no zone of this server is told of",
    async (bench) => {
      const { nameProblem } = await bench.grant(fernMac, "192.168.9.17", "x", { name: "fern.test." });
      assert.equal(nameProblem, "no zone of this server has fern.test");
    },
  ],
  [
    "where no name server runs nobody expects a name",
    async (bench) => {
      bench.hasRegistry = false;
      const { name, nameProblem } = await bench.grant(fernMac, "192.168.9.17", "fern");
      assert.deepEqual([name, nameProblem], [undefined, undefined]);
      assert.deepEqual(await bench.stored(), ["192.168.9.17 (undefined)"]);
    },
  ],
  [
    "a client that changes its name gives up the old one",
    async (bench) => {
      await bench.grant(fernMac, "192.168.9.17", "fern");
      await bench.grant(fernMac, "192.168.9.17", "oak");
      assert.deepEqual(bench.registry.texts(), [`oak.lan.example. 192.168.9.17 ${fern}`]);
      await bench.grant(fernMac, "192.168.9.17");
      assert.deepEqual(bench.registry.texts(), []);
    },
  ],
  [
    "a program that ends between the two names goes on at the next renewal",
    async (bench) => {
      await bench.grant(fernMac, "192.168.9.17", "fern");
      await bench.registry.withdraw("fern.lan.example.", fern);
      await bench.grant(fernMac, "192.168.9.17", "oak");
      assert.deepEqual(bench.registry.texts(), [`oak.lan.example. 192.168.9.17 ${fern}`]);
    },
  ],
  [
    "a client that moves takes its name along",
    async (bench) => {
      await bench.grant(fernMac, "192.168.9.17", "fern");
      const old = bench.table.get(parseIpv4("192.168.9.17"))!;
      await bench.grant(fernMac, "192.168.9.30", "fern");
      await bench.keeper.end(old, []);
      assert.deepEqual(bench.registry.texts(), [`fern.lan.example. 192.168.9.30 ${fern}`]);
    },
  ],
  [
    "machines of one host share its name, and both addresses are there while both are",
    async (bench) => {
      await bench.grant(fernMac, "192.168.9.17", "printer", { host: "printer" });
      await bench.grant(mossMac, "192.168.9.18", "printer", { host: "printer" });
      assert.deepEqual(bench.registry.texts(), [`printer.lan.example. 192.168.9.18,192.168.9.17 ${printer}`]);
      await bench.end("192.168.9.17");
      assert.deepEqual(bench.registry.texts(), [`printer.lan.example. 192.168.9.18 ${printer}`]);
      await bench.end("192.168.9.18");
      assert.deepEqual(bench.registry.texts(), []);
    },
  ],
  [
    "a host of the site file counts before a client that calls itself so",
    async (bench) => {
      await bench.grant(mossMac, "192.168.9.18", "printer");
      await bench.grant(fernMac, "192.168.9.17", "printer", { host: "printer" });
      assert.deepEqual(bench.registry.texts(), [`printer.lan.example. 192.168.9.17 ${printer}`]);
      const { nameProblem } = await bench.grant(mossMac, "192.168.9.18", "printer");
      assert.match(nameProblem ?? "", /is that of the host printer in the site file since/);
      await bench.grant(fernMac, "192.168.9.17", "printer", { host: "printer" });
      await bench.end("192.168.9.18");
      assert.deepEqual(bench.registry.texts(), [`printer.lan.example. 192.168.9.17 ${printer}`]);
    },
  ],
  [
    "but not before a machine that is another capability's",
    async (bench) => {
      await bench.registry.publish({
        name: "printer.lan.example.",
        addresses: ["10.0.0.1"],
        ttl: 60,
        owner: "vpn:7",
      });
      const { nameProblem } = await bench.grant(fernMac, "192.168.9.17", "printer", { host: "printer" });
      assert.match(nameProblem ?? "", /^printer\.lan\.example is vpn:7's since/);
    },
  ],
  [
    "a machine that the site file begins or ceases to name stays itself",
    async (bench) => {
      await bench.grant(fernMac, "192.168.9.17", "printer");
      await bench.grant(fernMac, "192.168.9.17", "printer", { host: "printer" });
      assert.deepEqual(bench.registry.texts(), [`printer.lan.example. 192.168.9.17 ${printer}`]);
      await bench.grant(fernMac, "192.168.9.17", "printer");
      assert.deepEqual(bench.registry.texts(), [`printer.lan.example. 192.168.9.17 ${fern}`]);
    },
  ],
  [
    "a host with an address has its name also while it is away",
    async (bench) => {
      assert.deepEqual(await bench.keeper.publishReserved([reserved("printer", "192.168.9.17")]), []);
      assert.deepEqual(bench.registry.texts(), [`printer.lan.example. 192.168.9.17 ${printer}`]);
      await bench.grant(fernMac, "192.168.9.17", "printer", { host: "printer" });
      await bench.end("192.168.9.17");
      assert.deepEqual(bench.registry.texts(), [`printer.lan.example. 192.168.9.17 ${printer}`]);
      assert.deepEqual(await bench.stored(), []);
    },
  ],
  [
    "and nobody takes it meanwhile, also not who had it before",
    async (bench) => {
      await bench.grant(mossMac, "192.168.9.18", "printer");
      await bench.keeper.publishReserved([reserved("printer", "192.168.9.17")]);
      const { nameProblem } = await bench.grant(mossMac, "192.168.9.18", "printer");
      assert.match(nameProblem ?? "", /is that of the host printer/);
    },
  ],
  [
    "a host that the site file no longer has loses its name, unless its lease has it",
    async (bench) => {
      await bench.keeper.publishReserved([
        reserved("printer", "192.168.9.17"),
        reserved("oak", "192.168.9.18"),
      ]);
      await bench.grant(fernMac, "192.168.9.17", "printer", { host: "printer" });
      await bench.keeper.publishReserved([]);
      assert.deepEqual(bench.registry.texts(), [`printer.lan.example. 192.168.9.17 ${printer}`]);
    },
  ],
  [
    "names that no lease has any more go, those of others stay",
    async (bench) => {
      for (const owner of [moss, "vpn:7"])
        await bench.registry.publish({
          name: `${owner.slice(0, 3)}.lan.example.`,
          addresses: ["10.0.0.1"],
          ttl: 60,
          owner,
        });
      await bench.keeper.publishReserved([]);
      assert.deepEqual(bench.registry.texts(), ["vpn.lan.example. 10.0.0.1 vpn:7"]);
    },
  ],
  [
    "what a reserved name cannot have is told",
    async (bench) => {
      bench.registry.records.push({ name: "printer.lan.example.", type: "A", ttl: 300, data: "192.168.9.1" });
      const [problem] = await bench.keeper.publishReserved([reserved("printer", "192.168.9.17")]);
      assert.equal(problem?.host, "printer");
      assert.match(problem?.problem ?? "", /static record/);
    },
  ],
  [
    "a name that is published is not published again for its host",
    async (bench) => {
      await bench.keeper.publishReserved([reserved("printer", "192.168.9.17")]);
      const calls = bench.registry.calls.length;
      await bench.keeper.publishReserved([reserved("printer", "192.168.9.17")]);
      assert.equal(bench.registry.calls.length, calls);
    },
  ],
  [
    "a zone that cannot be changed now costs a lease nothing, and its name stays",
    async (bench) => {
      await bench.grant(fernMac, "192.168.9.17", "fern");
      bench.registry.isUnavailable = true;
      const lease = await bench.grant(fernMac, "192.168.9.17", "fern");
      assert.equal(lease.name, "fern.lan.example.");
      assert.match(lease.nameProblem ?? "", /^fern\.lan\.example has to wait/);
      const other = await bench.grant(mossMac, "192.168.9.18", "moss");
      assert.equal(other.name, undefined);
    },
  ],
  [
    "what the client said wrongly is told beside the name that it got",
    async (bench) => {
      const wish = { name: "dhcp-192-168-9-17.lan.example.", ttl: 300, reverse: true };
      const lease = { ...leaseOf(fernMac, "192.168.9.17"), nameProblem: "it calls itself nothing" };
      const written = await bench.keeper.commit({ lease, wish, before: undefined, operations: () => [] });
      assert.deepEqual([written.name, written.nameProblem], [wish.name, "it calls itself nothing"]);
    },
  ],
  [
    "a store that cannot write is told of, and nothing is published",
    async (bench) => {
      bench.failure = new StoreError("HP_STORE_FULL", "the disk is full");
      for (const name of ["fern", undefined])
        await assert.rejects(bench.grant(fernMac, "192.168.9.17", name), bench.failure);
      assert.deepEqual(bench.registry.texts(), []);
      bench.failure = undefined;
      await bench.grant(fernMac, "192.168.9.17", "fern");
      assert.deepEqual(await bench.stored(), ["192.168.9.17 fern.lan.example."]);
    },
  ],
  [
    "two that come at once do not both get the name",
    async (bench) => {
      const leases = await Promise.all([
        bench.grant(fernMac, "192.168.9.17", "fern"),
        bench.grant(mossMac, "192.168.9.18", "fern"),
      ]);
      assert.deepEqual(
        leases.map(({ address, name }) => `${ipv4ToText(address)} ${name}`),
        ["192.168.9.17 fern.lan.example.", "192.168.9.18 undefined"],
      );
    },
  ],
];
for (const [sentence, holds] of rules) test(sentence, () => holds(new Bench()));
