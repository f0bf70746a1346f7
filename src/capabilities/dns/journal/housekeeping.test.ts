/** Snapshots and forgetting, with a restart after each of their steps. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { zoneLines } from "../zones/image-diff.testing.ts";
import {
  address,
  fileOf,
  imageOf,
  JournalRig,
  origin,
  primary,
  secondary,
  setsSince,
  undone,
  update,
} from "./journal.testing.ts";

async function settle(): Promise<void> {
  for (let i = 0; i < 100; i++) await new Promise(setImmediate);
}

const bounds = { setsPerSnapshotMax: 4, setsKeptMax: 10, pagesForgottenMax: 2, pagesPerReadMax: 3 };

test("old pages go, a start has little to read again, and the history is as long as it may be", async () => {
  await using rig = new JournalRig();
  rig.limit(bounds);
  await rig.start();
  const zone = await rig.serve(primary, fileOf(1));
  for (let last = 1; last <= 40; last++) {
    await update(rig.keeper, address("a", last));
    await settle();
  }
  const pages = await rig.failing.inner.list("dns/journal/example/");
  assert.ok(pages.length <= bounds.setsKeptMax + bounds.setsPerSnapshotMax, `${pages.length} pages`);
  assert.ok(zone.record!.state!.page >= 40 - bounds.setsPerSnapshotMax);
  assert.deepEqual(readdirSync(rig.folderOfSnapshots).length, 2, "what the file said, and a state");
  assert.equal((await setsSince(rig.keeper, 41 - bounds.setsKeptMax))?.length, bounds.setsKeptMax);
  assert.equal(await setsSince(rig.keeper, 2), undefined);
});

test("days count too, and the newest page stays however old it is", async () => {
  await using rig = new JournalRig();
  rig.limit({ setsPerSnapshotMax: 2 });
  await rig.start();
  await rig.serve(primary, fileOf(1));
  for (const last of [1, 2, 3]) await update(rig.keeper, address("a", last));
  rig.nowMs += 400 * 86_400_000;
  for (const last of [4, 5, 6, 7]) await update(rig.keeper, address("a", last));
  await settle();
  assert.equal((await setsSince(rig.keeper, 4))?.length, 4);
  assert.equal(await setsSince(rig.keeper, 3), undefined);
});

for (const kind of ["primary", "secondary"] as const)
  test(`a ${kind} zone restarted after any transaction of its housekeeping is what it was`, async () => {
    for (let stopAt = 0; ; stopAt++) {
      await using rig = new JournalRig();
      rig.limit(bounds);
      await rig.start();
      const settings = kind === "primary" ? primary : secondary;
      const zone = await rig.serve(settings, kind === "primary" ? fileOf(1) : undefined);
      const from = { kind: "transfer", name: "192.0.2.1" } as const;
      if (kind === "secondary") await rig.keeper.replace(origin, from, imageOf(1));
      let left = stopAt;
      let stopped = false;
      let pages = 0;
      // From the moment on, nothing gets through: what comes later is as if the program were gone.
      rig.failing.onDone = () => {
        if (left-- > 0) return;
        stopped = true;
        rig.failing.failures = Array.from({ length: 1000 }, () => ({ code: "HP_STORE_CLOSED" as const }));
      };
      for (let last = 1; last <= 20 && !stopped; last++) {
        const change = address("a", last);
        try {
          if (kind === "primary") await update(rig.keeper, change);
          else {
            const before = zone.image!;
            const text = Array.from({ length: last }, (_, i) => `a A 192.0.2.${i}`).join("\n");
            const next = imageOf(before.serial() + 1, text);
            await rig.keeper.replace(origin, from, next);
          }
          pages++;
        } catch {
          assert.ok(stopped);
        }
        await settle();
      }
      const serial = zone.image!.serial();
      const lines = zoneLines(zone.image!);
      const isDone = !stopped;
      rig.failing.failures = [];
      rig.failing.onDone = () => undefined;
      await rig.start();
      const again = await rig.serve(settings, kind === "primary" ? fileOf(1) : undefined);
      assert.deepEqual(zoneLines(again.image!), lines, `after ${stopAt} transactions, ${pages} pages`);
      const sets = await setsSince(rig.keeper, serial - Math.min(3, pages));
      if (sets !== undefined) assert.ok(undone(lines, sets).length > 0);
      assert.ok(sets !== undefined || pages === 0, "the newest past is known");
      if (isDone) break;
    }
  });
