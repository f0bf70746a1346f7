import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { sectionOf } from "../exchange/exchange.testing.ts";
import { planOf, subnetOf } from "../network/plan.ts";
import { leaseFor } from "./lease.testing.ts";
import type { LeaseState } from "./lease.ts";
import { LeaseTable } from "./lease-table.ts";

const hosts = [{ name: "printer", macs: ["52:54:00:00:00:99"], address: "192.0.2.103" }];
const office = {
  subnet: "192.0.2.0/24",
  interface: "eth1",
  pools: ["192.0.2.100-192.0.2.105", "192.0.2.110-192.0.2.113"],
  exclude: ["192.0.2.104"],
};
const plans = [
  sectionOf({ subnets: [office], hosts }),
  sectionOf({ subnets: [{ ...office, pools: ["192.0.2.102-192.0.2.111"], exclude: [] }] }),
  sectionOf({ subnets: [{ ...office, subnet: "192.0.3.0/24", pools: [], exclude: [] }] }),
].map((section) => planOf(section, undefined));

/** What the counts must be, told by looking at all there is. */
function recount(table: LeaseTable) {
  return [...table.pools].map(({ pool, space }) => {
    const inPool = [...table.values()].filter(({ address }) => space.has(address));
    const offered = [...table.offers.values()].filter(({ address }) => space.has(address));
    const taken = new Set([...inPool, ...offered].map(({ address }) => address));
    const blocked = new Set<number>();
    for (let at = pool.range.first; at <= pool.range.last; at++) if (space.isBlocked(at)) blocked.add(at);
    const ended = inPool.filter(({ state, address }) => isOver(state) && !blocked.has(address));
    const counted = inPool.filter(({ address }) => !blocked.has(address));
    return {
      used: counted.filter(({ state }) => state === "bound").length,
      declined: counted.filter(({ state }) => state === "declined").length,
      size: pool.range.last - pool.range.first + 1 - blocked.size,
      untouched: pool.range.last - pool.range.first + 1 - taken.union(blocked).size,
      // Of those that are offered some are in the list and some are not: the choice leaves all of them out.
      ended: addressesOf(ended.filter(({ address }) => table.offers.at(address) === undefined)),
    };
  });
}

function counted(table: LeaseTable) {
  return [...table.pools].map(({ used, declined, space }) => ({
    used,
    declined,
    size: space.size,
    untouched: space.untouched,
    ended: [...space.ended]
      .filter((one) => table.offers.at(one) === undefined)
      .map(ipv4ToText)
      .sort(),
  }));
}

const isOver = (state: LeaseState): boolean => state === "released" || state === "expired";
const addressesOf = (list: readonly { address: number }[]) =>
  list.map(({ address }) => ipv4ToText(address)).sort();

const address = fc.integer({ min: 98, max: 115 }).map((last) => `192.0.2.${last}`);
const mac = fc.integer({ min: 1, max: 6 }).map((number) => `0${number}`);
const step = fc.oneof(
  fc.record({
    do: fc.constant("put" as const),
    address,
    mac,
    state: fc.constantFrom("bound", "bound", "released", "expired", "declined"),
  }),
  fc.record({ do: fc.constant("delete" as const), address }),
  fc.record({ do: fc.constant("offer" as const), address, mac }),
  fc.record({ do: fc.constant("withdraw" as const), address }),
  fc.record({ do: fc.constant("block" as const), address }),
  fc.record({ do: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ do: fc.constant("plan" as const), number: fc.integer({ min: 0, max: plans.length - 1 }) }),
);

test("the counts of pools are what a recount gives, whatever was given, offered, ended and laid out anew", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = new LeaseTable(plans[0]!, 0);
      let now = 0;
      for (const one of steps) {
        if (one.do === "put")
          table.put(leaseFor(one.mac, one.address, { since: now, expiresAt: now + 60, state: one.state }));
        else if (one.do === "delete") table.delete(parseIpv4(one.address));
        else if (one.do === "offer") {
          const { client, hardware, address: at } = leaseFor(one.mac, one.address, { expiresAt: 0 });
          table.offer({ address: at, client, hardware, madeAtMs: now * 1000, hostName: undefined });
        } else if (one.do === "withdraw") table.withdrawOffer(parseIpv4(one.address));
        else if (one.do === "block") table.block(parseIpv4(one.address));
        else if (one.do === "plan") table.usePlan(plans[one.number]!);
        else {
          now += one.seconds;
          for (const lease of table.takeDue(now, now * 1000)) {
            assert.ok(lease.expiresAt <= now && !isOver(lease.state));
            table.put({ ...lease, state: "expired" });
          }
        }
        assert.deepEqual(counted(table), recount(table), JSON.stringify(one));
        for (const offer of table.offers.values())
          assert.equal(table.offers.of(offer.client), offer, "offers are found by client too");
      }
      const leases = [...table.values()];
      assert.equal(table.size, leases.length);
      for (const lease of leases) assert.equal(table.at(lease.address), lease);
    }),
    { numRuns: 500 },
  );
});

test("another site file keeps all leases and offers, also those that no pool has any more", () => {
  const table = new LeaseTable(plans[0]!, 0);
  table.put(leaseFor("01", "192.0.2.100", { expiresAt: 100 }));
  table.put(leaseFor("02", "192.0.2.110", { expiresAt: 100 }));
  table.offer({
    address: parseIpv4("192.0.2.105"),
    client: "a",
    hardware: "a",
    madeAtMs: 0,
    hostName: undefined,
  });
  table.usePlan(plans[2]!);
  assert.equal(table.size, 2);
  table.usePlan(plans[1]!);
  assert.deepEqual(
    [...table.pools].map(({ used, space }) => [used, space.untouched]),
    [[1, 8]],
  );
  assert.equal(table.offers.size, 1);
  assert.equal(table.takeDue(100, 0).length, 2, "and they end when they do");
});

test("of several leases of a client at a link the one that counts is found, then the one that asked last", () => {
  const table = new LeaseTable(plans[0]!, 0);
  const { link } = subnetOf(table.plan, parseIpv4("192.0.2.1"))!;
  const { client } = leaseFor("01", "192.0.2.100", { expiresAt: 0 });
  const found = () => table.of(client, link) && ipv4ToText(table.of(client, link)!.address);
  const rows = [
    [
      "one that was given back",
      leaseFor("01", "192.0.2.100", { since: 5, expiresAt: 5, state: "released" }),
      "192.0.2.100",
    ],
    [
      "one that ended later",
      leaseFor("01", "192.0.2.101", { since: 7, expiresAt: 9, state: "expired" }),
      "192.0.2.101",
    ],
    ["one that counts", leaseFor("01", "192.0.2.102", { since: 6, expiresAt: 99 }), "192.0.2.102"],
    ["one of another network", leaseFor("01", "198.51.100.1", { since: 8, expiresAt: 99 }), "192.0.2.102"],
    [
      "one that it has declined",
      leaseFor("01", "192.0.2.105", { since: 9, expiresAt: 99, state: "declined" }),
      "192.0.2.102",
    ],
  ] as const;
  for (const [why, lease, want] of rows) {
    table.put(lease);
    assert.equal(found(), want, why);
  }
  table.delete(parseIpv4("192.0.2.102"));
  assert.equal(found(), "192.0.2.101");
});

test("what is forgotten while it is offered to somebody is not offered to a third", () => {
  const table = new LeaseTable(plans[0]!, 0);
  const at = parseIpv4("192.0.2.100");
  table.put(leaseFor("01", "192.0.2.100", { expiresAt: 5, state: "expired" }));
  table.offer({ address: at, client: "a", hardware: "a", madeAtMs: 0, hostName: undefined });
  table.delete(at);
  const { space } = table.countAt(at)!;
  assert.equal(space.isUntouched(at), false);
  table.withdrawOffer(at);
  assert.equal(space.isUntouched(at), true);
});

test("the end of one's time takes no offer of that address from the next", () => {
  const table = new LeaseTable(plans[0]!, 0);
  const lease = leaseFor("01", "192.0.2.100", { expiresAt: 5 });
  table.put(lease);
  table.offer({ address: lease.address, client: "a", hardware: "a", madeAtMs: 0, hostName: undefined });
  table.put({ ...lease, state: "expired" });
  assert.equal(table.offers.at(lease.address)?.client, "a");
});
