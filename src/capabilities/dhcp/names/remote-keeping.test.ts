/** Names of leases where this server's own zones end and those of others begin. */
import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { SteppedClock } from "#platform/clock/clock.ts";
import { NoAnswer } from "#platform/dns-query/ask.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { Lease } from "../leases/lease.ts";
import { FakeRegistry } from "./fake-registry.testing.ts";
import { NameKeeper } from "./name-keeper.ts";
import { FakeZones } from "./remote/fake-zones.testing.ts";
import { RemoteNames } from "./remote/remote-names.ts";
import { readRemoteZones } from "./remote/remote-zones.ts";

const lease: Lease = {
  address: parseIpv4("192.168.9.17"),
  client: "0001525400000001",
  hardware: "01525400000001",
  state: "bound",
  since: 0,
  renewedAt: 0,
  expiresAt: 3600,
  hostName: "fern",
  name: undefined,
  nameProblem: undefined,
  agent: undefined,
  vendorClass: undefined,
};

const remoteZones = [
  { zone: "corp.test", server: "192.0.2.53" },
  { zone: "9.168.192.in-addr.arpa", server: "192.0.2.53" },
];

async function open() {
  const store = openMemoryStore();
  const registry = new FakeRegistry(store, "lan.example.");
  const zones = new FakeZones();
  const ask = async (octets: Uint8Array): Promise<Uint8Array> => {
    const answer = zones.answer(octets);
    if (answer === undefined) throw new NoAnswer("did not answer");
    return answer;
  };
  const remote = await RemoteNames.open(readRemoteZones(remoteZones, "/").zones, {
    store,
    clock: new SteppedClock(),
    askUdp: ask,
    askTcp: ask,
    randomId: () => 1,
    log: collectLog().log,
  });
  const written: string[] = [];
  const keeper = new NameKeeper({
    registry: () => registry,
    write: async (operations) => {
      written.push(operations.map(({ key }) => key).join(" "));
      await store.transact([], operations);
    },
    remote: () => remote,
    guard: () => "dhcid",
    holder: () => undefined,
  });
  const commit = (name: string | undefined, before?: Lease): Promise<Lease> =>
    keeper.commit({
      lease,
      wish: name === undefined ? undefined : { name, ttl: 300, reverse: true },
      before,
      operations: () => [{ do: "put", key: "dhcp/lease4/192.168.9.17", value: 1 }],
    });
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 100; turn++) await setImmediate();
  };
  return { registry, zones, remote, keeper, commit, settled, written };
}

const rules: readonly [
  sentence: string,
  holds: (bench: Awaited<ReturnType<typeof open>>) => Promise<void>,
][] = [
  [
    "a name in no zone of this server is written with its lease, and sent on later",
    async ({ commit, zones, settled, written, keeper }) => {
      const done = await commit("fern.corp.test.");
      assert.equal(done.name, "fern.corp.test.");
      assert.deepEqual(written, ["dhcp/lease4/192.168.9.17 dhcp/remote4/fern.corp.test."]);
      assert.deepEqual(keeper.remoteStateOf(done), { pending: true, problem: undefined });
      await settled();
      assert.match(
        zones.texts().join(),
        /PTR fern\.corp\.test\.,fern\.corp\.test\. A 192\.168\.9\.17,.* DHCID /,
      );
      assert.deepEqual(keeper.remoteStateOf(done), { pending: false, problem: undefined });
    },
  ],
  [
    "and taken away when the lease ends",
    async ({ commit, zones, settled, keeper }) => {
      const done = await commit("fern.corp.test.");
      await settled();
      await keeper.end(done, []);
      await settled();
      assert.deepEqual(zones.texts(), []);
    },
  ],
  [
    "of a name in a zone of this server the PTR record may be elsewhere",
    async ({ commit, zones, settled, registry, keeper }) => {
      const done = await commit("fern.lan.example.");
      await settled();
      assert.equal(registry.texts().length, 1);
      assert.deepEqual(zones.texts(), ["17.9.168.192.in-addr.arpa. PTR fern.lan.example."]);
      await keeper.end(done, []);
      await settled();
      assert.deepEqual([registry.texts(), zones.texts()], [[], []]);
    },
  ],
  [
    "a client may go from one to the other",
    async ({ commit, zones, settled, registry }) => {
      const there = await commit("fern.corp.test.");
      await settled();
      const here = await commit("fern.lan.example.", there);
      await settled();
      assert.deepEqual(zones.texts(), ["17.9.168.192.in-addr.arpa. PTR fern.lan.example."]);
      await commit("fern.corp.test.", here);
      await settled();
      assert.equal(zones.texts().length, 3);
      assert.deepEqual(registry.texts(), []);
    },
  ],
  [
    "what the other server's own is, is told with the lease later",
    async ({ commit, zones, settled, keeper }) => {
      zones.add("fern.corp.test.", "A", "10.0.0.1");
      const done = await commit("fern.corp.test.");
      assert.equal(keeper.problemOf(done), undefined);
      await settled();
      assert.equal(keeper.problemOf(done), "fern.corp.test is another owner's at the server 192.0.2.53");
    },
  ],
  [
    "hosts of the site file are there while they are away, and go with the site file's next",
    async ({ zones, settled, keeper, commit }) => {
      const host = { host: "fern", name: "fern.corp.test.", address: lease.address, ttl: 300 };
      assert.deepEqual(await keeper.publishReserved([host]), []);
      await settled();
      const there = ["17.9.168.192.in-addr.arpa. PTR fern.corp.test.", "fern.corp.test. A 192.168.9.17"];
      assert.deepEqual(zones.texts(), there);
      await keeper.end({ ...(await commit(undefined)), name: "fern.corp.test." }, []);
      await settled();
      assert.deepEqual(zones.texts(), there);
      await keeper.publishReserved([]);
      await settled();
      assert.deepEqual(zones.texts(), []);
    },
  ],
];
for (const [sentence, holds] of rules) {
  test(sentence, async () => {
    const bench = await open();
    await holds(bench);
    await bench.remote[Symbol.asyncDispose]();
  });
}
