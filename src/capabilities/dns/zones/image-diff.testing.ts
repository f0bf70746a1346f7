/** For tests: random changes of a zone, and zones as lists of lines that are the same for the same zone. */
import fc from "fast-check";
import { lowerName, type Name, nameOctets, nameToText, parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { ZoneImage, ZoneRecord } from "./image.ts";
import { rdataKey } from "./rrset-draft.ts";
import type { ZoneChange } from "./zone-change.ts";

/** One line for each record, whatever the order and case of the zone. */
export function zoneLines(image: ZoneImage): string[] {
  return recordLines(image.records());
}

export function recordLines(records: Iterable<ZoneRecord>): string[] {
  return Array.from(
    records,
    ({ owner, type, ttl, rdata }) =>
      `${nameToText(lowerName(owner))} ${ttl} ${type} ${Buffer.from(rdataKey(type, rdata), "latin1").toString("hex")}`,
  ).sort();
}

const labels = ["a", "b", "*", "A"];
const ownerIn = (origin: string): fc.Arbitrary<Name> =>
  fc
    .array(fc.constantFrom(...labels), { maxLength: 3 })
    .map((parts) => parseName([...parts, origin].join(".")));
const targets = ["ns.example.", "NS.example.", "b.test."].map((target) => nameOctets(parseName(target)));

function signature(covered: number, last: number): Uint8Array {
  const rdata = new Uint8Array(28);
  rdata[1] = covered;
  rdata[27] = last;
  return rdata;
}

const rrset = fc.oneof(
  fc.record({
    type: fc.constant(RRType.A as number),
    rdata: fc.array(
      fc.nat(5).map((last) => Uint8Array.of(192, 0, 2, last)),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  fc.record({
    type: fc.constantFrom<number>(RRType.NS, RRType.CNAME, RRType.PTR),
    rdata: fc.array(fc.constantFrom(...targets), { minLength: 1, maxLength: 3 }),
  }),
  fc
    .tuple(fc.constantFrom<number>(RRType.A, RRType.NS), fc.nat(2))
    .map(([covered, last]) => ({ type: RRType.RRSIG as number, rdata: [signature(covered, last)] })),
);

/** Changes of names in `origin` that leave its SOA record. */
export function zoneChangeIn(origin: string): fc.Arbitrary<ZoneChange> {
  const apex = parseName(origin);
  return fc
    .tuple(
      fc.constantFrom<ZoneChange["do"]>("set", "set", "add", "remove", "delete", "delete-name"),
      ownerIn(origin),
      rrset,
      fc.nat(2),
    )
    .filter(([what, at]) => what !== "delete-name" || at !== apex)
    .map(([what, at, { type, rdata }, ttl]) => {
      const single = what === "add" || what === "remove";
      return { do: what, owner: at, type, ttl, rdata: single ? rdata[0]! : rdata } as ZoneChange;
    });
}
