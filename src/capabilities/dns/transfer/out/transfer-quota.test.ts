import assert from "node:assert/strict";
import { test } from "node:test";
import { TransferQuota } from "./transfer-quota.ts";

const limits = {
  transfersMax: 2,
  transfersPerClientMax: 1,
  waitingMax: 3,
  waitingPerClientMax: 2,
  waitingMs: 1000,
};

/** What has become of each of these, in their order. */
async function outcomes(list: readonly (Promise<boolean> | boolean)[]): Promise<readonly unknown[]> {
  return Promise.all(list.map((one) => Promise.race([one, Promise.resolve("waits")])));
}

test("one client has its share, and others do not wait for it", async () => {
  const quota = new TransferQuota(limits);
  assert.equal(quota.enter("a", 0), true);
  const second = quota.enter("a", 0);
  assert.equal(quota.enter("b", 0), true);
  const third = quota.enter("c", 0);
  assert.deepEqual(await outcomes([second, third]), ["waits", "waits"]);
  quota.leave("b");
  assert.deepEqual(await outcomes([second, third]), ["waits", true]);
  quota.leave("a");
  assert.equal(await second, true);
});

test("no more wait than may, in all and of one client", async () => {
  const quota = new TransferQuota(limits);
  assert.equal(quota.enter("a", 0), true);
  assert.equal(quota.enter("b", 0), true);
  const waiting = [quota.enter("a", 0), quota.enter("a", 0), quota.enter("a", 0), quota.enter("b", 0)];
  assert.deepEqual(await outcomes([...waiting, quota.enter("c", 0)]), [
    "waits",
    "waits",
    false,
    "waits",
    false,
  ]);
});

test("who has waited for too long is sent away, and takes no turn", async () => {
  const quota = new TransferQuota(limits);
  assert.equal(quota.enter("a", 0), true);
  const early = quota.enter("a", 0);
  const late = quota.enter("a", 500);
  quota.sweep(999);
  assert.deepEqual(await outcomes([early, late]), ["waits", "waits"]);
  quota.sweep(1000);
  assert.deepEqual(await outcomes([early, late]), [false, "waits"]);
  quota.leave("a");
  assert.equal(await late, true);
});

test("when it is closed nobody waits", async () => {
  const quota = new TransferQuota(limits);
  assert.equal(quota.enter("a", 0), true);
  const waiting = quota.enter("a", 0);
  quota.close();
  assert.equal(await waiting, false);
});
