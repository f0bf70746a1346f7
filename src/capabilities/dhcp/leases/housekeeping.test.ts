import assert from "node:assert/strict";
import test from "node:test";
import { ServerLab, startSeconds } from "../exchange/exchange.testing.ts";
import { limits } from "../limits.ts";
import { forgetOldLeases, forgetPastLeases } from "./housekeeping.ts";
import { leaseFor } from "./lease.testing.ts";
import { putOperation } from "./lease-life.ts";
import { type PastLeaseValue, pastLeaseKey } from "./lease-value.ts";

const now = startSeconds;
const old = now - limits.expiredLeaseAgeMsMax / 1_000;

test("leases that ended long ago go into the history; what counts, is in quarantine or younger stays", async () => {
  const lab = new ServerLab();
  const leases = [
    leaseFor("01", "192.0.2.100", { since: 7, expiresAt: old - 1, state: "expired" }),
    leaseFor("02", "192.0.2.101", { since: 8, expiresAt: old - 1, state: "released" }),
    leaseFor("03", "192.0.2.102", { expiresAt: old, state: "expired" }),
    leaseFor("04", "192.0.2.103", { expiresAt: old - 1 }),
    leaseFor("05", "192.0.2.104", { expiresAt: old - 1, state: "declined" }),
  ];
  await lab.store.transact([], leases.map(putOperation));
  for (const lease of leases) lab.table.put(lease);
  assert.equal(await forgetOldLeases(lab, now), 2);
  assert.equal(lab.table.size, 3);
  assert.equal(await lab.stored("192.0.2.100"), undefined);
  assert.deepEqual(
    (await pastLeaseKey.list(lab.store)).map(({ name, value }) => [name, value.end, value.until]),
    [
      ["192.0.2.100/7", "expired", old - 1],
      ["192.0.2.101/8", "released", old - 1],
    ],
  );
  assert.equal(lab.turns.size, 0);
});

test("one whose client comes back at that moment is not forgotten", async () => {
  const lab = new ServerLab();
  const lease = leaseFor("01", "192.0.2.100", { expiresAt: old - 1, state: "expired" });
  lab.table.put(lease);
  lab.turns.begin(lease.address);
  const forgetting = forgetOldLeases(lab, now);
  const back = { ...lease, state: "bound", expiresAt: now + 60 } as const;
  lab.table.put(back);
  lab.turns.end(lease.address);
  await forgetting;
  assert.equal(lab.table.at(lease.address), back);
  assert.equal(lab.turns.size, 0);
});

test("the history keeps what is young enough, and of that the newest", async () => {
  const lab = new ServerLab();
  const value: PastLeaseValue = { client: "00", hardware: "01", since: 0, until: 0, end: "expired" };
  const before = now - limits.pastLeaseAgeMsMax / 1_000;
  const moments = [before - 2, before - 1, ...Array.from({ length: 2_498 }, (_, at) => before + at)];
  for (let at = 0; at < moments.length; at += 100)
    await lab.store.transact(
      [],
      moments
        .slice(at, at + 100)
        .map((since) => pastLeaseKey.put(`192.0.2.${since % 7}/${since}`, { ...value, since })),
    );
  assert.equal(await forgetPastLeases(lab.store, now, 10_000), 2);
  assert.equal(await forgetPastLeases(lab.store, now, 2_400), 98);
  const left = (await pastLeaseKey.list(lab.store)).map(({ value: { since } }) => since);
  assert.equal(left.length, 2_400);
  assert.equal(Math.min(...left), before + 98);
});
