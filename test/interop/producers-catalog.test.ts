/** Catalogs of named and knotd, fetched from them, are read as they mean them. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { MessageFramer } from "#platform/stream/framer.ts";
import { decodeMessage, encodeMessage, type MessageRecord, queryMessage } from "#protocols/dns/message.ts";
import { type Name, nameOctets, nameToText, parseName } from "#protocols/dns/name.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { CatalogConsumer } from "../../src/capabilities/dns/catalog/catalog-consumer.ts";
import { CatalogConfig } from "../../src/capabilities/dns/zone-config.ts";
import type { ZoneImage } from "../../src/capabilities/dns/zones/image.ts";
import { ZoneImageBuilder } from "../../src/capabilities/dns/zones/image-builder.ts";
import { quietLog } from "../hostile/quiet-log.ts";
import { requirePeer } from "../peers.ts";
import { type RunningPeer, startNamed } from "./named.ts";
import { startKnotd, until } from "./peers-notify.ts";

const catalog = parseName("their-catalog.example.");

/** The zone by AXFR; undefined: it is not given out, or not yet. */
async function transfer(peer: RunningPeer, zone: Name): Promise<ZoneImage | undefined> {
  const question = { name: zone, type: RRType.AXFR, class: RRClass.IN };
  const query = encodeMessage(queryMessage({ id: 1, question }));
  const socket = connect(peer.port, peer.address);
  const framer = new MessageFramer();
  const records: MessageRecord[] = [];
  socket.write(Uint8Array.of(query.length >>> 8, query.length, ...query));
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      framer.push(chunk);
      for (let octets = framer.next(); octets !== undefined; octets = framer.next()) {
        const { rcode, answers } = decodeMessage(octets);
        if (rcode !== 0) return undefined;
        records.push(...answers);
        if (records.length > 1 && records.at(-1)!.type === RRType.SOA)
          return imageOf(zone, records.slice(0, -1));
      }
    }
    return undefined;
  } finally {
    socket.destroy();
  }
}

function imageOf(zone: Name, records: readonly MessageRecord[]): ZoneImage {
  const builder = new ZoneImageBuilder(zone);
  for (const { name, type, ttl, rdata } of records)
    builder.add(nameOctets(name), name.length, type, ttl, rdata, rdata.length);
  return builder.finish();
}

/** Members with what is not said for all of them, such as `one.example. 192.0.2.1`. */
async function followed(image: ZoneImage): Promise<{ zones: string[]; problem: string | undefined }> {
  const config = CatalogConfig.parse({ name: "their-catalog.example", primaries: ["192.0.2.53"] });
  await using store = openMemoryStore();
  const consumer = await CatalogConsumer.open(
    { catalogs: [config], isConfigured: () => false, hasKey: () => true },
    { store, log: quietLog, nowMs: () => 1, onMembers: () => {} },
  );
  await consumer.update(catalog, image);
  const zones = [...consumer.zones.values()].map(({ name, groups, config: { primaries, allowQuery = [] } }) =>
    [nameToText(name), ...groups, ...primaries!, ...allowQuery].join(" "),
  );
  return { zones: zones.sort(), problem: consumer.status(catalog).problem };
}

const head = "$TTL 0\n@ SOA invalid. invalid. 1 3600 600 2147483646 0\n@ NS invalid.\n";

async function namedCatalog(t: TestContext, text: string) {
  const folder = await mkdtemp(join(tmpdir(), "homeport-catalog-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "catalog.zone");
  writeFileSync(file, head + text);
  await using peer = await startNamed({
    zones: [],
    statements: `zone "their-catalog.example" { type primary; file "${file}"; allow-transfer { any; }; };`,
  });
  return followed((await transfer(peer, catalog))!);
}

for (const [why, text, want] of [
  [
    "version 2 with what BIND adds to it",
    'version TXT "2"\n1.zones PTR one.example.\n2.zones PTR two.example.\nprimaries.ext.1.zones A 192.0.2.1\n' +
      'k.primaries.ext.2.zones AAAA 2001:db8::2\nk.primaries.ext.2.zones TXT "key.two"\n' +
      "allow-query.ext.1.zones APL 1:10.0.0.0/8 !2:2001:db8::/32\n",
    {
      zones: ["one.example. 192.0.2.1 10.0.0.0/8 !2001:db8::/32", "two.example. 2001:db8::2 key key.two."],
      problem: undefined,
    },
  ],
  [
    "version 1",
    'version TXT "1"\nabc.zones PTR one.example.\nmasters A 192.0.2.1\n',
    { zones: ["one.example. 192.0.2.1"], problem: undefined },
  ],
  [
    "a version that nobody knows",
    'version TXT "9"\nabc.zones PTR one.example.\n',
    { zones: [], problem: "its version is none that this server knows; it knows 1 and 2" },
  ],
] as const)
  test(`a catalog from named: ${why}`, async (t) => {
    if (!requirePeer(t, "named", "bind9")) return;
    assert.deepEqual(await namedCatalog(t, text), want);
  });

test("a catalog that knotd generates, with groups", async (t) => {
  if (!requirePeer(t, "knotd", "knot")) return;
  await using peer = await startKnotd((folder) => {
    for (const zone of ["one.example", "two.example"]) writeFileSync(join(folder, `${zone}.zone`), head);
    return `acl:
  - id: transfer
    address: 127.0.0.1
    action: transfer
template:
  - id: default
    storage: "${folder}"
    acl: transfer
zone:
  - domain: their-catalog.example
    catalog-role: generate
  - domain: one.example
    catalog-role: member
    catalog-zone: their-catalog.example
  - domain: two.example
    catalog-role: member
    catalog-zone: their-catalog.example
    catalog-group: a-group
`;
  });
  const outcome = await until(async () => {
    const image = await transfer(peer, catalog);
    const found = image && (await followed(image));
    return found?.zones.length === 2 ? found : undefined;
  });
  assert.deepEqual(outcome, {
    zones: ["one.example. 192.0.2.53", "two.example. a-group 192.0.2.53"],
    problem: undefined,
  });
});
