import assert from "node:assert/strict";
import test from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { ServerLab, startSeconds } from "../exchange/exchange.testing.ts";
import { leaseFor } from "./lease.testing.ts";
import { putOperation } from "./lease-life.ts";
import { LeaseTable } from "./lease-table.ts";
import { leaseKey, leaseName } from "./lease-value.ts";
import { loadLeases } from "./load-leases.ts";

const now = startSeconds;

test("a server that was started again has the leases that it had", async () => {
  const lab = new ServerLab({ domain: "lan.example" });
  await lab.join({ mac: "01", hostName: "fern", clientId: "ff00112233000100aabbcc" });
  const second = await lab.join({ mac: "02" });
  await lab.pass(10);
  await lab.life.release(lab.leaseAt(second)!);
  const third = await lab.join({ mac: "03" });
  await lab.hear({ type: "DECLINE", mac: "03", requested: third });
  const table = new LeaseTable(lab.plan, now);
  const { log, lines } = collectLog();
  await loadLeases(table, lab.store, log, now + 10);
  const inOrder = (of: LeaseTable) => [...of.values()].sort((one, other) => one.address - other.address);
  assert.deepEqual(inOrder(table), inOrder(lab.table));
  assert.equal(table.size, 3);
  assert.deepEqual(lines, []);
});

test("what cannot be read is told, left in the store, and keeps nothing else from being read", async () => {
  const lab = new ServerLab();
  const good = await lab.join({ mac: "01" });
  const broken = { ...(await leaseKey.get(lab.store, good))!.value, state: "lent" };
  await lab.store.transact(
    [],
    [
      { do: "put", key: leaseKey.key("192.0.2.101"), value: broken },
      { do: "put", key: leaseKey.key("192.0.2.102"), value: "x" },
      { do: "put", key: leaseKey.key("elsewhere"), value: (await leaseKey.get(lab.store, good))!.value },
    ],
  );
  const table = new LeaseTable(lab.plan, now);
  const { log, lines } = collectLog();
  await loadLeases(table, lab.store, log, now);
  assert.deepEqual(
    [...table.values()].map(({ address }) => ipv4ToText(address)),
    [good],
  );
  assert.deepEqual(
    lines.map(({ level, sentence }) => `${level}: ${sentence}`),
    ["192.0.2.101", "192.0.2.102", "elsewhere"]
      .filter((name) => name !== good)
      .map((name) => `error: the lease dhcp/lease4/${name} of the store cannot be read`),
  );
  assert.equal((await lab.store.list(leaseKey.prefix)).length, 4);
});

test("leases whose time has passed meanwhile are over, in the order of their ends, and are not told again", async () => {
  const lab = new ServerLab();
  const leases = [
    leaseFor("01", "192.0.2.100", { since: 1, expiresAt: now - 10 }),
    leaseFor("02", "192.0.2.101", { since: 1, expiresAt: now - 30, state: "released" }),
    leaseFor("03", "192.0.2.102", { since: 1, expiresAt: now - 20, state: "expired" }),
    leaseFor("04", "192.0.2.103", { since: 1, expiresAt: now + 5 }),
    leaseFor("05", "192.0.2.104", { since: 1, expiresAt: now - 5, name: "fern.lan.example." }),
  ];
  await lab.store.transact([], leases.map(putOperation));
  await loadLeases(lab.table, lab.store, collectLog().log, now);
  const [pool] = lab.table.pools;
  assert.deepEqual([...pool!.space.ended].map(leaseName), ["192.0.2.101", "192.0.2.102", "192.0.2.100"]);
  await lab.pass(1);
  assert.deepEqual(
    lab.told.map(({ kind, address }) => `${kind} ${address}`),
    ["expired 192.0.2.104"],
    "but one with a name, which has to be given up",
  );
});

test("more leases than a page of the store are all read", async () => {
  const section = {
    subnets: [{ subnet: "10.0.0.0/16", interface: "eth1", pools: ["10.0.1.0-10.0.40.255"] }],
  };
  const lab = new ServerLab({ section });
  const leases = Array.from({ length: 4_001 }, (_, number) =>
    leaseFor(`525401${number.toString(16).padStart(6, "0")}`, `10.0.${1 + (number >> 8)}.${number & 255}`, {
      expiresAt: now + 60,
    }),
  );
  for (let at = 0; at < leases.length; at += 100)
    await lab.store.transact([], leases.slice(at, at + 100).map(putOperation));
  await loadLeases(lab.table, lab.store, collectLog().log, now);
  assert.equal(lab.table.size, 4_001);
});
