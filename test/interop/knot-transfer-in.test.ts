/** Zones copied from a real knotd: whole, by differences made with knotc, on NOTIFY, signed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { requirePeer } from "../peers.ts";
import { startKnotPrimary } from "./transfer-in-primaries.ts";
import { algorithms, keyOf, SecondaryRig, textOf, zone, zoneText } from "./transfer-in-rig.ts";

test("a zone comes whole from knotd, and follows changes by IXFR on NOTIFY within a second", async (t) => {
  if (!requirePeer(t, "knotd", "knot") || !requirePeer(t, "knotc", "knot")) return;
  await using rig = await SecondaryRig.open();
  await using primary = await startKnotPrimary({
    zone: zoneText(2000),
    notifyPort: rig.notifyPort,
    keys: [],
  });
  await rig.follow(`127.0.0.1:${primary.port}`);
  await rig.until(() => rig.serial === 100);
  assert.equal(rig.host.present!.recordCount, 2003);
  for (let serial = 101; serial <= 105; serial++) {
    const control = (...words: string[]) => primary.run("knotc", ["-c", "knot.conf", ...words]);
    await control("zone-begin", "example.");
    for (let i = 0; i < 20; i++)
      await control("zone-set", "example.", `n${serial}-${i}`, "60", "A", "10.1.1.1");
    await control("zone-unset", "example.", `h${serial}`, "A");
    await control("zone-commit", "example.");
    const elapsedMs = await rig.until(() => rig.serial === serial, 1_500);
    t.diagnostic(`serial ${serial} after ${elapsedMs.toFixed(0)} ms`);
  }
  assert.equal(rig.host.sets.length, 5);
  assert.equal(rig.host.replaced, 1, "the whole zone came once");
  const byDifferences = textOf(rig.host.present!);
  rig.secondaries.retransfer(zone);
  await rig.until(() => rig.host.replaced === 2);
  assert.deepEqual(byDifferences, textOf(rig.host.present!));
});

test("every algorithm of TSIG signs transfers from knotd", async (t) => {
  if (!requirePeer(t, "knotd", "knot")) return;
  const keys = algorithms.map(keyOf);
  await using rig = await SecondaryRig.open(keys);
  await using primary = await startKnotPrimary({ zone: zoneText(3000), notifyPort: rig.notifyPort, keys });
  for (const [index, key] of keys.entries()) {
    await rig.follow(`127.0.0.1:${primary.port} key ${key.name}`);
    if (index > 0) rig.secondaries.retransfer(zone);
    await rig.until(() => rig.host.replaced === index + 1);
    assert.equal(rig.serial, 100, key.algorithm);
  }
});
