import assert from "node:assert/strict";
import test from "node:test";
import type { DdnsConfig, RecordConfig } from "../config.ts";
import { plannedRecords } from "./record-plan.ts";

const both = { ipv4: [{}], ipv6: [{}] } as unknown as DdnsConfig["address"];

function ids(records: readonly Partial<RecordConfig>[], address: DdnsConfig["address"] = both): string[] {
  const config = { records: records as RecordConfig[], address, providers: [] };
  return plannedRecords(config).map(({ id }) => id);
}

for (const [why, records, want] of [
  [
    "a name has the types of the families that are watched",
    [{ name: "a.example", provider: "zones" }],
    ["a.example/A/zones", "a.example/AAAA/zones"],
  ],
  [
    "names are in lower case, without the final dot",
    [{ name: "A.Example.", types: ["A"], provider: "zones" }],
    ["a.example/A/zones"],
  ],
  [
    "a wildcard is a name",
    [{ name: "*.a.example", types: ["A"], provider: "zones" }],
    ["*.a.example/A/zones"],
  ],
  [
    "several names",
    [{ names: ["a.example", "b.example"], types: ["A"], provider: "zones" }],
    ["a.example/A/zones", "b.example/A/zones"],
  ],
  [
    "a machine behind the site has AAAA alone",
    [{ name: "nas.example", interfaceId: "::5", provider: "zones" }],
    ["nas.example/AAAA/zones"],
  ],
  [
    "types that are named are taken as they are",
    [{ name: "a.example", types: ["AAAA", "A"], provider: "x" }],
    ["a.example/A/x", "a.example/AAAA/x"],
  ],
] as const)
  test(`records: ${why}`, () => assert.deepEqual(ids(records as unknown as RecordConfig[]), want));

test("a family that is not watched has no records by itself", () => {
  const onlyIpv4 = { ...both, ipv6: [] };
  assert.deepEqual(ids([{ name: "a.example", provider: "zones" }], onlyIpv4), ["a.example/A/zones"]);
});

test("the TTL is in seconds", () => {
  const records = [
    { name: "a.example", types: ["A"], provider: "x", ttl: "5m" },
  ] as unknown as RecordConfig[];
  assert.equal(plannedRecords({ records, address: both, providers: [] })[0]!.ttl, 300);
});
