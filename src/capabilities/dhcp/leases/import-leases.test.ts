import assert from "node:assert/strict";
import test from "node:test";
import type { ImportedLease } from "../control.ts";
import { ServerLab, startSeconds } from "../exchange/exchange.testing.ts";
import { importLeases } from "./import-leases.ts";

const section = {
  hosts: [{ name: "printer", macs: ["52:54:00:00:00:99"], address: "192.0.2.17" }],
  subnets: [
    {
      subnet: "192.0.2.0/24",
      interface: "eth1",
      pools: ["192.0.2.100-192.0.2.109"],
      exclude: ["192.0.2.105"],
    },
  ],
};

function imported(address: string, rest: Partial<ImportedLease> = {}): ImportedLease {
  return {
    address,
    hardwareAddress: "52:54:00:00:00:01",
    hardwareType: 1,
    clientIdentifier: undefined,
    hostName: undefined,
    sinceMs: (startSeconds - 600) * 1_000,
    expiresAtMs: (startSeconds + 600) * 1_000,
    ...rest,
  };
}

test("a machine keeps what another server has given it, by hardware address and by client identifier", async () => {
  const lab = new ServerLab({ section });
  const outcome = await importLeases(
    [
      imported("192.0.2.107", { hostName: "fern" }),
      imported("192.0.2.108", {
        hardwareAddress: "52-54-00-00-00-02",
        clientIdentifier: "ff:00:11:22:33:00:01:AA",
      }),
      imported("192.0.2.17", { hardwareAddress: "525400000099" }),
    ],
    lab,
  );
  assert.deepEqual(outcome, { taken: 3, left: [] });
  assert.partialDeepStrictEqual(await lab.stored("192.0.2.107"), {
    since: startSeconds - 600,
    expiresAt: startSeconds + 600,
    hostName: "fern",
  });
  assert.equal(await lab.join({ mac: "01" }), "192.0.2.107");
  assert.equal(await lab.join({ mac: "02", clientId: "ff00112233000 1aa".replace(" ", "") }), "192.0.2.108");
  assert.equal(await lab.join({ mac: "99" }), "192.0.2.17");
});

const unreadable = "is no lease: an address, an identifier or a time in it cannot be read";
const rows: readonly (readonly [what: string, lease: ImportedLease, why: string])[] = [
  ["what is no address", imported("192.0.2"), unreadable],
  ["what is no hardware address", imported("192.0.2.107", { hardwareAddress: "pc" }), unreadable],
  ["what is no identifier", imported("192.0.2.107", { clientIdentifier: "abc" }), unreadable],
  ["a lease of nobody", imported("192.0.2.107", { hardwareAddress: "" }), unreadable],
  ["a hardware type that there is not", imported("192.0.2.107", { hardwareType: 300 }), unreadable],
  ["an end that is no time", imported("192.0.2.107", { expiresAtMs: Number.NaN }), unreadable],
  ["an end without end", imported("192.0.2.107", { expiresAtMs: Number.POSITIVE_INFINITY }), unreadable],
  ["an address of no subnet", imported("10.0.0.1"), "lies in none of the subnets"],
  ["one that has ended", imported("192.0.2.107", { expiresAtMs: startSeconds * 1_000 }), "has ended"],
  ["an address beside the pools", imported("192.0.2.50"), "lies in no pool, and is no host's"],
  ["another's reservation", imported("192.0.2.17"), "is reserved for printer"],
  ["an excluded address", imported("192.0.2.105"), "is kept out of the pool"],
  [
    "what is there a second time",
    imported("192.0.2.106", { hardwareAddress: "52:54:00:00:00:03" }),
    "is there twice",
  ],
  [
    "what somebody has got here",
    imported("192.0.2.101", { hardwareAddress: "52:54:00:00:00:03" }),
    "has been given to another machine",
  ],
];

for (const [what, lease, why] of rows)
  test(`${what} is left, and that ${why}`, async () => {
    const lab = new ServerLab({ section });
    const ask = { mac: "aa", requested: "192.0.2.101" };
    const offer = await lab.ask({ ...ask, type: "DISCOVER" });
    await lab.ask({ ...ask, type: "REQUEST", server: offer!.server });
    assert.equal(lab.leaseAt("192.0.2.101")?.state, "bound");
    const outcome = await importLeases([imported("192.0.2.106"), lease], lab);
    assert.deepEqual(outcome, { taken: 1, left: [{ address: lease.address, why }] });
  });

test("what the disk refuses is not taken", async () => {
  const lab = new ServerLab({ section });
  lab.fill();
  await assert.rejects(importLeases([imported("192.0.2.107")], lab), { code: "HP_STORE_FULL" });
  assert.equal(lab.leaseAt("192.0.2.107"), undefined);
});

test("thousands come at once, and the leases that clients renew meanwhile are written like them", async () => {
  const lab = new ServerLab({
    section: { subnets: [{ subnet: "10.0.0.0/16", interface: "eth1", pools: ["10.0.1.0-10.0.20.255"] }] },
  });
  const leases = Array.from({ length: 3_000 }, (_, number) =>
    imported(`10.0.${1 + (number >> 8)}.${number & 255}`, {
      hardwareAddress: `525401${number.toString(16).padStart(6, "0")}`,
    }),
  );
  assert.equal((await importLeases(leases, lab)).taken, 3_000);
  const importing = importLeases(leases, lab);
  for (const mac of ["525401000000", "525401000bb7"]) await lab.hear({ type: "DISCOVER", mac });
  assert.equal((await importing).taken, 3_000);
  assert.equal(lab.counters.commits.failed, 0);
  assert.equal((await lab.ask({ type: "REQUEST", mac: "525401000000", ciaddr: "10.0.1.0" }))?.type, "ACK");
});
