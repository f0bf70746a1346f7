/** Catalogs of any content: read, or broken; nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lowerName, type Name, nameOctets, parseName } from "#protocols/dns/name.ts";
import { decodeRdata } from "#protocols/dns/record.ts";
import { Apl } from "#protocols/dns/records/addresses.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { ZoneImageBuilder } from "../zones/image-builder.ts";
import { BrokenCatalogError } from "./broken-catalog-error.ts";
import { readCatalog } from "./catalog-zone.ts";

const origin = parseName("catalog.");
const words = [
  "zones",
  "ext",
  "coo",
  "group",
  "primaries",
  "masters",
  "allow-query",
  "allow-transfer",
  "version",
];
const label = fc.oneof(
  fc.constantFrom(...words, "a", "b", "ZONES", "Ext"),
  fc.uint8Array({ minLength: 1, maxLength: 20 }).map((octets) => String.fromCharCode(...octets)),
);
const owner = fc
  .array(label, { maxLength: 6 })
  .map((labels) => (labels.map((text) => String.fromCharCode(text.length) + text).join("") + origin) as Name);
const octets = fc.uint8Array({ maxLength: 40 });
const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const text = fc
  .array(fc.constantFrom("2", "1", "key.", "a..b", "", "\xff\0"), { minLength: 1, maxLength: 2 })
  .map((strings) =>
    Buffer.from(strings.map((one) => String.fromCharCode(one.length) + one).join(""), "latin1"),
  )
  .map((buffer) => new Uint8Array(buffer));
/** What a zone may have: RDATA that its type allows. */
const record = fc.oneof(
  fc.record({ owner, type: fc.constantFrom(RRType.PTR, RRType.CNAME), rdata: owner.map(nameOctets) }),
  fc.record({ owner, type: fc.constant(RRType.TXT), rdata: text }),
  fc.record({ owner, type: fc.constant(RRType.A), rdata: fixed(4) }),
  fc.record({ owner, type: fc.constant(RRType.AAAA), rdata: fixed(16) }),
  fc.record({ owner, type: fc.constant(65_280), rdata: octets }),
  fc.record({ owner, type: fc.constant(RRType.APL), rdata: octets }).filter(isApl),
);

function isApl({ rdata }: { readonly rdata: Uint8Array }): boolean {
  try {
    decodeRdata(Apl, rdata);
    return true;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}

test("a catalog of any records is read or broken, and each member is there once", () => {
  const counts = { read: 0, broken: 0 };
  const property = fc.property(fc.array(record, { maxLength: 12 }), fc.boolean(), (records, hasVersion) => {
    const builder = new ZoneImageBuilder(origin);
    const add = (name: Name, type: number, octets: Uint8Array): void => {
      builder.add(nameOctets(name), name.length, type, 0, octets, octets.length);
    };
    add(origin, RRType.SOA, new Uint8Array(22));
    if (hasVersion) add(parseName("version.catalog."), RRType.TXT, Uint8Array.of(1, 0x32));
    for (const one of records) add(one.owner, one.type, one.rdata);
    try {
      const { members } = readCatalog(builder.finish());
      counts.read++;
      for (const [name, member] of members) assert.ok(name === member.name && name === lowerName(name));
    } catch (error) {
      if (!(error instanceof BrokenCatalogError)) throw error;
      counts.broken++;
    }
  });
  fc.assert(property, { numRuns: 2000 });
  assert.ok(counts.read > 100 && counts.broken > 100, JSON.stringify(counts));
});
