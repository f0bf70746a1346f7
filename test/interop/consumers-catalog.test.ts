/** named and knotd follow a catalog of ours: they serve its members, and those that left it no longer. */
import { randomInt } from "node:crypto";
import { type TestContext, test } from "node:test";
import { systemClock } from "#platform/clock/clock.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { lowerName, type Name, nameToText, parseName } from "#protocols/dns/name.ts";
import { CatalogProducer, emptyCatalog } from "../../src/capabilities/dns/catalog/catalog-producer.ts";
import { zoneImage } from "../../src/capabilities/dns/engine/engine-rig.ts";
import { Notifier } from "../../src/capabilities/dns/transfer/notify/notifier.ts";
import type { ZoneImage } from "../../src/capabilities/dns/zones/image.ts";
import { ZoneModel } from "../../src/capabilities/dns/zones/zone-model.ts";
import { quietLog } from "../hostile/quiet-log.ts";
import { requirePeer } from "../peers.ts";
import { type RunningPeer, startNamed } from "./named.ts";
import { servedSerial, startKnotd, until } from "./peers-notify.ts";
import { startPrimary } from "./primary-notify.ts";

const catalog = parseName("our-catalog.example.");
const odd = String.raw`a\/\.\.\/b`;

interface Consumer {
  readonly program: string;
  readonly debianPackage: string;
  readonly start: (primaryPort: number) => Promise<RunningPeer>;
}

const consumers: readonly Consumer[] = [
  {
    program: "named",
    debianPackage: "bind9",
    start: (port) =>
      startNamed({
        zones: [],
        options: `catalog-zones {
    zone "our-catalog.example" default-primaries { 127.0.0.1 port ${port}; }
      in-memory yes min-update-interval 1;
  };`,
        statements: `zone "our-catalog.example" { type secondary; primaries { 127.0.0.1 port ${port}; }; };`,
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
template:
  - id: default
    storage: "${folder}"
    master: primary
    acl: notify
  - id: member
    storage: "${folder}"
    master: primary
    acl: notify
zone:
  - domain: our-catalog.example
    catalog-role: interpret
    catalog-template: member
`,
      ),
  },
];

/** A catalog that lists these zones, with labels that stay. */
class OfferedCatalog {
  private readonly producer = new CatalogProducer({ store: openMemoryStore() });
  private serial = 0;

  async image(zones: readonly Name[]): Promise<ZoneImage> {
    const empty = emptyCatalog(catalog, ++this.serial);
    const model = new ZoneModel(empty);
    model.apply(await this.producer.plan(catalog, zones, empty));
    return model.image();
  }
}

async function follow(t: TestContext, { program, debianPackage, start }: Consumer): Promise<void> {
  if (!requirePeer(t, program, debianPackage)) return;
  const offered = new OfferedCatalog();
  const [one, two, three] = ["one.example.", `${odd}.example.`, "three.example."].map((text) =>
    parseName(text),
  );
  const members = [one!, two!, three!].map((zone) => zoneImage(nameToText(zone), "www A 192.0.2.1\n"));
  await using primary = await startPrimary([await offered.image([one!, two!]), ...members]);
  await using peer = await start(primary.port);
  const serves = (zone: Name, want: boolean): Promise<true> =>
    until(async () => ((await servedSerial(peer, zone)) !== undefined) === want || undefined);
  await serves(one!, true);
  await serves(two!, true);
  await serves(three!, false);
  using notifier = new Notifier({
    log: quietLog,
    clock: systemClock,
    randomId: () => randomInt(65_536),
    addressesOf: () => [],
    isOwn: () => false,
    keyOf: () => undefined,
  });
  const image = await offered.image([three!, two!]);
  primary.zones.set(lowerName(catalog), image);
  notifier.changed({ name: catalog, image, notify: "yes", alsoNotify: [`127.0.0.1:${peer.port}`] });
  await serves(three!, true);
  await serves(one!, false);
  await serves(two!, true);
}

for (const consumer of consumers)
  test(`${consumer.program} serves the members of a catalog of ours`, (t) => follow(t, consumer));
