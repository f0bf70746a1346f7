/** Zones copied from a real nsd: whole, by differences between zone files, on NOTIFY, signed, over TLS. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { requirePeer } from "../peers.ts";
import { startNsdPrimary } from "./transfer-in-primaries.ts";
import { algorithms, keyOf, SecondaryRig, textOf, zone, zoneText } from "./transfer-in-rig.ts";

test("a zone comes whole from nsd, and follows a new zone file by IXFR on NOTIFY", async (t) => {
  if (!requirePeer(t, "nsd", "nsd") || !requirePeer(t, "nsd-control", "nsd")) return;
  await using rig = await SecondaryRig.open();
  const before = zoneText(2000);
  await using primary = await startNsdPrimary({ zone: before, notifyPort: rig.notifyPort, keys: [] });
  await rig.follow(`127.0.0.1:${primary.port}`);
  await rig.until(() => rig.serial === 100);
  assert.equal(rig.host.present!.recordCount, 2003);
  const after = before.replace("host.example. 100", "host.example. 101").replace("h7 300 A", "new 60 A");
  writeFileSync(join(primary.folder, "example.zone"), after);
  await primary.run("nsd-control", ["-c", "nsd.conf", "reload"]);
  const elapsedMs = await rig.until(() => rig.serial === 101);
  t.diagnostic(`serial 101 after ${elapsedMs.toFixed(0)} ms, with the reload`);
  assert.equal(rig.host.sets.length, 1, "it came by differences");
  const byDifferences = textOf(rig.host.present!);
  rig.secondaries.retransfer(zone);
  await rig.until(() => rig.host.replaced === 2);
  assert.deepEqual(byDifferences, textOf(rig.host.present!));
});

test("every algorithm of TSIG signs transfers from nsd", async (t) => {
  if (!requirePeer(t, "nsd", "nsd")) return;
  const keys = algorithms.map(keyOf);
  await using rig = await SecondaryRig.open(keys);
  await using primary = await startNsdPrimary({ zone: zoneText(3000), notifyPort: rig.notifyPort, keys });
  for (const [index, key] of keys.entries()) {
    await rig.follow(`127.0.0.1:${primary.port} key ${key.name}`);
    if (index > 0) rig.secondaries.retransfer(zone);
    await rig.until(() => rig.host.replaced === index + 1);
    assert.equal(rig.serial, 100, key.algorithm);
  }
});

test("a zone comes over TLS from nsd", async (t) => {
  if (!requirePeer(t, "nsd", "nsd") || !requirePeer(t, "openssl", "openssl")) return;
  await using rig = await SecondaryRig.open();
  const options = { zone: zoneText(3000), notifyPort: rig.notifyPort, keys: [], tls: true } as const;
  await using primary = await startNsdPrimary(options);
  await rig.follow(`tls://127.0.0.1:${primary.tlsPort}`);
  await rig.until(() => rig.serial === 100);
  assert.equal(rig.host.present!.recordCount, 3003);
});
