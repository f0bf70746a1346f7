/** named, knotd and nsd hear from us that a zone has changed, and fetch it within a second. */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { type TestContext, test } from "node:test";
import { systemClock } from "#platform/clock/clock.ts";
import { parseName } from "#protocols/dns/name.ts";
import { parseZone } from "#protocols/zonefile/zone-file.ts";
import { Notifier } from "../../src/capabilities/dns/transfer/notify/notifier.ts";
import type { ZoneImage } from "../../src/capabilities/dns/zones/image.ts";
import { ZoneImageBuilder } from "../../src/capabilities/dns/zones/image-builder.ts";
import type { TsigKey } from "../../src/platform/tsig/key.ts";
import { quietLog } from "../hostile/quiet-log.ts";
import { requirePeer } from "../peers.ts";
import { type RunningPeer, startNamed } from "./named.ts";
import { servedSerial, startKnotd, startNsd, until } from "./peers-notify.ts";
import { startPrimary } from "./primary-notify.ts";

const zone = parseName("notified.example.");
const secret = "c2VjcmV0IG9mIHRlc3RzIHRoYXQgaXMgbG9uZyBlbm91Z2g=";
const key: TsigKey = {
  name: parseName("notify-key."),
  algorithm: "hmac-sha256",
  secret: Buffer.from(secret, "base64"),
};

/** Refresh and retry are so long that nothing but a notification brings the next serial within the test. */
function content(serial: number): ZoneImage {
  const builder = new ZoneImageBuilder(zone);
  const text = `$TTL 3600\n@ SOA ns host ${serial} 86400 43200 604800 300\n@ NS ns\nns A 127.0.0.1\n`;
  parseZone(
    { file: "notified.zone", octets: Buffer.from(text) },
    {
      origin: zone,
      include: () => "none",
      sink: {
        record: (owner, ownerLength, type, ttl, rdata, rdataLength) => {
          builder.add(owner, ownerLength, type, ttl, rdata, rdataLength);
        },
      },
      onProblem: ({ what }) => assert.fail(what),
    },
  );
  return builder.finish();
}

interface Secondary {
  readonly program: string;
  readonly debianPackage: string;
  /** Starts it as a secondary of the primary at this port, which takes only signed notifications or any. */
  readonly start: (primaryPort: number, signed: boolean) => Promise<RunningPeer>;
}

const secondaries: readonly Secondary[] = [
  {
    program: "named",
    debianPackage: "bind9",
    start: (port, signed) =>
      startNamed({
        zones: [],
        statements: `key "notify-key" { algorithm hmac-sha256; secret "${secret}"; };
zone "notified.example" {
  type secondary;
  primaries { 127.0.0.1 port ${port}; };
  ${signed ? 'allow-notify { key "notify-key"; };' : ""}
};`,
      }),
  },
  {
    program: "knotd",
    debianPackage: "knot",
    start: (port, signed) =>
      startKnotd(
        (folder) => `key:
  - id: notify-key
    algorithm: hmac-sha256
    secret: ${secret}
remote:
  - id: primary
    address: 127.0.0.1@${port}
acl:
  - id: notify
    ${signed ? "key: notify-key" : "address: 127.0.0.1"}
    action: notify
zone:
  - domain: notified.example
    storage: "${folder}"
    master: primary
    acl: notify
`,
      ),
  },
  {
    program: "nsd",
    debianPackage: "nsd",
    start: (port, signed) =>
      startNsd(`key:
  name: notify-key
  algorithm: hmac-sha256
  secret: "${secret}"
zone:
  name: notified.example
  zonefile: notified.example.zone
  allow-notify: 127.0.0.1 ${signed ? "notify-key" : "NOKEY"}
  request-xfr: AXFR 127.0.0.1@${port} NOKEY
`),
  },
];

/** The secondary has serial 1, is told of serial 2, and how long it takes until it serves it. */
async function refresh(t: TestContext, secondary: Secondary, signed: boolean): Promise<void> {
  const { program, debianPackage, start } = secondary;
  if (!requirePeer(t, program, debianPackage)) return;
  await using primary = await startPrimary([content(1)]);
  await using peer = await start(primary.port, signed);
  await until(async () => ((await servedSerial(peer, zone)) === 1 ? true : undefined));
  using notifier = new Notifier({
    log: quietLog,
    clock: systemClock,
    randomId: () => randomInt(65_536),
    addressesOf: () => ["127.0.0.1"],
    isOwn: (address, port) => address === "127.0.0.1" && port !== peer.port,
    keyOf: (name) => (name === key.name ? key : undefined),
  });
  const image = content(2);
  primary.zones.set(zone, image);
  const startMs = performance.now();
  notifier.changed({
    name: zone,
    image,
    notify: "yes",
    alsoNotify: [`127.0.0.1:${peer.port}${signed ? " key notify-key" : ""}`],
  });
  await until(async () => ((await servedSerial(peer, zone)) === 2 ? true : undefined));
  const elapsedMs = performance.now() - startMs;
  t.diagnostic(`${program} serves it after ${Math.round(elapsedMs)} ms`);
  await until(async () => (notifier.counters.answered > 0 ? true : undefined));
  assert.equal(notifier.status(zone)[0]!.state, "told");
  assert.equal(notifier.counters.retried, 0);
  assert.ok(elapsedMs < 1000, `${elapsedMs} ms`);
}

for (const secondary of secondaries)
  for (const signed of [false, true])
    test(`${secondary.program} as a secondary fetches what it is ${signed ? "told with a key" : "told of"}`, (t) =>
      refresh(t, secondary, signed));

test("a secondary that does not know the key is said to refuse it", async (t) => {
  if (!requirePeer(t, "knotd", "knot")) return;
  await using primary = await startPrimary([content(1)]);
  await using peer = await secondaries[1]!.start(primary.port, true);
  await until(async () => ((await servedSerial(peer, zone)) === 1 ? true : undefined));
  using notifier = new Notifier({
    log: quietLog,
    clock: systemClock,
    randomId: () => randomInt(65_536),
    addressesOf: () => [],
    isOwn: () => false,
    keyOf: () => ({ ...key, name: parseName("other-key.") }),
  });
  const alsoNotify = [`127.0.0.1:${peer.port} key other-key`];
  notifier.changed({ name: zone, image: content(2), notify: "explicit", alsoNotify });
  await until(async () => (notifier.counters.badSignatures > 0 ? true : undefined));
  assert.match(notifier.status(zone)[0]!.why!, /BADKEY/);
});
