/** named, knotd and nsd hear from us that a zone has changed, and fetch it within a second. */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { type TestContext, test } from "node:test";
import { systemClock } from "#platform/clock/clock.ts";
import { type Name, parseName } from "#protocols/dns/name.ts";
import { parseZone } from "#protocols/zonefile/zone-file.ts";
import { Notifier } from "../../src/capabilities/dns/transfer/notify/notifier.ts";
import type { ZoneImage } from "../../src/capabilities/dns/zones/image.ts";
import { ZoneImageBuilder } from "../../src/capabilities/dns/zones/image-builder.ts";
import { quietLog } from "../hostile/quiet-log.ts";
import { requirePeer } from "../peers.ts";
import { type RunningPeer, startNamed } from "./named.ts";
import { servedSerial, startKnotd, startNsd, until } from "./peers-notify.ts";
import { startPrimary } from "./primary-notify.ts";

const zone = parseName("notified.example.");
const secret = "c2VjcmV0IG9mIHRlc3RzIHRoYXQgaXMgbG9uZyBlbm91Z2g=";

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
        record: (...record) => {
          builder.add(...record);
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
  readonly start: (primaryPort: number) => Promise<RunningPeer>;
}

const secondaries: readonly Secondary[] = [
  {
    program: "named",
    debianPackage: "bind9",
    start: (port) =>
      startNamed({
        zones: [],
        statements: `zone "notified.example" { type secondary; primaries { 127.0.0.1 port ${port}; }; };`,
      }),
  },
  {
    program: "knotd",
    debianPackage: "knot",
    start: (port) =>
      startKnotd(
        (folder) => `remote:
  - id: primary
    address: 127.0.0.1@${port}
acl:
  - id: notify
    address: 127.0.0.1
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
    start: (port) =>
      startNsd(`zone:
  name: notified.example
  zonefile: notified.example.zone
  allow-notify: 127.0.0.1 NOKEY
  request-xfr: AXFR 127.0.0.1@${port} NOKEY
`),
  },
];

/** The secondary has serial 1, is told of serial 2, and how long it takes until it serves it. */
async function refresh(
  t: TestContext,
  { program, debianPackage, start }: Secondary,
  { key = "", signatureOf = () => undefined }: { key?: string; signatureOf?: SignatureOf } = {},
): Promise<void> {
  if (!requirePeer(t, program, debianPackage)) return;
  await using primary = await startPrimary([content(1)]);
  await using peer = await start(primary.port);
  await until(async () => ((await servedSerial(peer, zone)) === 1 ? true : undefined));
  using notifier = new Notifier({
    log: quietLog,
    clock: systemClock,
    randomId: () => randomInt(65_536),
    addressesOf: () => ["127.0.0.1"],
    isOwn: (address, port) => address === "127.0.0.1" && port !== peer.port,
    signatureOf,
  });
  const image = content(2);
  primary.zones.set(zone, image);
  const startMs = performance.now();
  notifier.changed({ name: zone, image, notify: "yes", alsoNotify: [`127.0.0.1:${peer.port}${key}`] });
  await until(async () => ((await servedSerial(peer, zone)) === 2 ? true : undefined));
  const elapsedMs = performance.now() - startMs;
  t.diagnostic(`${program} serves it after ${Math.round(elapsedMs)} ms`);
  await until(async () => (notifier.counters.answered > 0 ? true : undefined));
  assert.equal(notifier.status(zone)[0]!.state, "told");
  assert.equal(notifier.counters.retried, 0);
  assert.ok(elapsedMs < 1000, `${elapsedMs} ms`);
}

type SignatureOf = ConstructorParameters<typeof Notifier>[0]["signatureOf"];

for (const secondary of secondaries)
  test(`${secondary.program} as a secondary fetches what it is told of within a second`, (t) =>
    refresh(t, secondary));
