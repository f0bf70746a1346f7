/** Zones copied from a real named: whole, by differences after many updates, on NOTIFY, signed, over TLS. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseServer } from "../../src/capabilities/dns/server-address.ts";
import { askSerial } from "../../src/capabilities/dns/transfer/in/serial-query.ts";
import { systemClock } from "../../src/platform/clock/clock.ts";
import { requirePeer } from "../peers.ts";
import { startNamedPrimary } from "./transfer-in-primaries.ts";
import { algorithms, keyOf, SecondaryRig, textOf, zone, zoneText } from "./transfer-in-rig.ts";

test("a zone comes whole from named, and follows 1,000 random updates by IXFR", async (t) => {
  if (!requirePeer(t, "named", "bind9") || !requirePeer(t, "nsupdate", "bind9-dnsutils")) return;
  await using rig = await SecondaryRig.open();
  await using primary = await startNamedPrimary({
    zone: zoneText(2000),
    notifyPort: rig.notifyPort,
    keys: [],
  });
  await rig.follow(`127.0.0.1:${primary.port}`);
  await rig.until(() => rig.serial === 100);
  assert.equal(rig.host.present!.recordCount, 2003);
  const random = seeded(7);
  for (let batch = 0; batch < 20; batch++) {
    const lines = Array.from({ length: 50 }, () => update(random)).join("\n");
    await primary.run("nsupdate", [], `server 127.0.0.1 ${primary.port}\n${lines}\n`);
  }
  const server = parseServer(`127.0.0.1:${primary.port}`);
  const serial = await askSerial({ zone, server, key: undefined }, { clock: systemClock });
  assert.ok(serial > 600, `the updates made it serial ${serial}`);
  await rig.until(() => rig.serial === serial);
  assert.ok(rig.host.sets.length > 0, "it came by differences");
  assert.equal(rig.host.replaced, 1, JSON.stringify(rig.logged.lines));
  const byDifferences = textOf(rig.host.present!);
  rig.secondaries.retransfer(zone);
  await rig.until(() => rig.host.replaced === 2);
  assert.deepEqual(byDifferences, textOf(rig.host.present!));
});

function update(random: () => number): string {
  const host = `h${Math.floor(random() * 3000)}.example.`;
  const address = `10.9.${Math.floor(random() * 250)}.${Math.floor(random() * 250)}`;
  const kinds = [
    `update add ${host} 300 A ${address}`,
    `update delete ${host} A`,
    `update delete ${host}`,
    `update add ${host} 60 TXT "n${Math.floor(random() * 9)}"`,
    `update add ${host} 300 MX 10 ns.example.`,
  ];
  return `${kinds[Math.floor(random() * kinds.length)]}\nsend`;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

test("NOTIFY from named brings a change within a second", async (t) => {
  if (!requirePeer(t, "named", "bind9") || !requirePeer(t, "nsupdate", "bind9-dnsutils")) return;
  await using rig = await SecondaryRig.open();
  await using primary = await startNamedPrimary({ zone: zoneText(10), notifyPort: rig.notifyPort, keys: [] });
  await rig.follow(`127.0.0.1:${primary.port}`);
  await rig.until(() => rig.serial === 100);
  for (const serial of [101, 102, 103]) {
    const line = `update add new${serial}.example. 60 A 10.1.1.1\nsend`;
    await primary.run("nsupdate", [], `server 127.0.0.1 ${primary.port}\n${line}\n`);
    const elapsedMs = await rig.until(() => rig.serial === serial, 1_500);
    t.diagnostic(`serial ${serial} after ${elapsedMs.toFixed(0)} ms`);
  }
});

test("every algorithm of TSIG signs transfers from named", async (t) => {
  if (!requirePeer(t, "named", "bind9") || !requirePeer(t, "nsupdate", "bind9-dnsutils")) return;
  const keys = algorithms.map(keyOf);
  for (const key of keys) {
    await using rig = await SecondaryRig.open(keys);
    await using primary = await startNamedPrimary({ zone: zoneText(3000), notifyPort: rig.notifyPort, keys });
    await rig.follow(`127.0.0.1:${primary.port} key ${key.name}`);
    await rig.until(() => rig.serial === 100);
    const line = `key ${key.algorithm}:${key.name} ${key.secret}\nupdate add new.example. 60 A 10.1.1.1\nsend`;
    await primary.run("nsupdate", [], `server 127.0.0.1 ${primary.port}\n${line}\n`);
    await rig.until(() => rig.serial === 101);
    assert.equal(rig.host.sets.length, 1, `${key.algorithm}: the change came by IXFR`);
  }
});

test("a key that named does not know is said", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  const keys = [keyOf("hmac-sha256")];
  await using rig = await SecondaryRig.open([...keys, { ...keyOf("hmac-sha256"), name: "other" }]);
  await using primary = await startNamedPrimary({ zone: zoneText(1), notifyPort: rig.notifyPort, keys });
  await rig.follow(`127.0.0.1:${primary.port} key other`);
  await rig.until(() => rig.secondaries.status(zone)?.error !== undefined, 20_000);
  const { code, sentence } = rig.secondaries.status(zone)!.error!;
  assert.equal(code, "signature");
  assert.match(sentence, /BADKEY/);
});

test("a zone comes over TLS from named, with a certificate by name or any", async (t) => {
  if (!requirePeer(t, "named", "bind9") || !requirePeer(t, "openssl", "openssl")) return;
  let certificate = "";
  await using rig = await SecondaryRig.open([], () => [certificate]);
  const options = { zone: zoneText(5000), notifyPort: rig.notifyPort, keys: [], tls: true } as const;
  await using primary = await startNamedPrimary(options);
  certificate = primary.certificate;
  const place = `tls://127.0.0.1:${primary.tlsPort}`;
  await rig.follow(place);
  await rig.until(() => rig.serial === 100);
  rig.secondaries.retransfer(zone);
  await rig.until(() => rig.host.replaced === 2);
  await rig.follow(`${place}#primary.example`);
  rig.secondaries.retransfer(zone);
  await rig.until(() => rig.host.replaced === 3);
  await rig.follow(`${place}#other.example`);
  rig.secondaries.retransfer(zone);
  await rig.until(() => rig.secondaries.status(zone)?.error !== undefined);
  assert.equal(rig.secondaries.status(zone)!.error!.code, "certificate");
  assert.equal(rig.host.replaced, 3);
});
