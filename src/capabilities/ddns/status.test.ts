import assert from "node:assert/strict";
import test from "node:test";
import type { FamilyView, ProviderView, RecordView } from "./control.ts";
import { summaryOf, troubles } from "./status.ts";

const ipv4: FamilyView = {
  family: "ipv4",
  isWatched: true,
  address: "198.51.100.1",
  sinceMs: 0,
  lastSeenMs: 0,
  prefix: undefined,
  lastLook: undefined,
  nextLookMs: undefined,
};
const ipv6: FamilyView = { ...ipv4, family: "ipv6", isWatched: false, address: undefined };
const blind = {
  atMs: 0,
  family: "ipv4",
  outcome: "could-not-tell",
  address: undefined,
  sentence: "ipify did not answer within 10 s",
  witnesses: [],
} as const;

function record(name: string, more: Partial<RecordView> = {}): RecordView {
  return {
    id: `${name}/A/dyn`,
    name,
    type: "A",
    provider: "dyn",
    state: "current",
    current: "198.51.100.1",
    wanted: "198.51.100.1",
    changedAtMs: 0,
    checkedAtMs: 0,
    nextTryMs: undefined,
    failures: 0,
    error: undefined,
    confirmation: { outcome: "not-asked", sentence: undefined, atMs: undefined },
    ...more,
  };
}

const site = (
  families: readonly FamilyView[],
  records: readonly RecordView[] = [],
  providers: readonly ProviderView[] = [],
) => ({ families: () => families, records: () => records, providers: () => providers });

for (const [why, control, want] of [
  [
    "an address and its records",
    site([ipv4, ipv6], [record("a"), record("b", { state: "failed" })]),
    "198.51.100.1; 2 records, 1 current",
  ],
  ["one record", site([ipv4, ipv6], [record("a")]), "198.51.100.1; 1 record, 1 current"],
  ["no records", site([ipv4, ipv6]), "198.51.100.1; no records"],
  [
    "both families",
    site([ipv4, { ...ipv6, isWatched: true, address: "2001:db8::1" }]),
    "198.51.100.1 and 2001:db8::1; no records",
  ],
  [
    "an address that was looked for in vain",
    site([{ ...ipv4, address: undefined, lastLook: blind }]),
    "IPv4 not known; no records",
  ],
  [
    "an address before the first look has ended",
    site([{ ...ipv4, address: undefined }]),
    "IPv4 being looked for; no records",
  ],
  ["nothing is watched", site([{ ...ipv4, isWatched: false }]), "no address is looked for; no records"],
] as const)
  test(`in one sentence: ${why}`, () => assert.equal(summaryOf(control), want));

test("in one sentence: hosts of the update server", () => {
  assert.equal(summaryOf(site([ipv4]), 1), "198.51.100.1; no records; update server with 1 host");
  assert.equal(summaryOf(site([ipv4]), 0), "198.51.100.1; no records; update server with 0 hosts");
});

test("a quiet site has no troubles", () => assert.deepEqual(troubles(site([ipv4, ipv6], [record("a")])), []));

test("an address that cannot be told is a warning that says what stays", () => {
  const [trouble] = troubles(site([{ ...ipv4, lastLook: blind }]));
  assert.equal(trouble?.severity, "warning");
  assert.match(trouble.what, /cannot be told now: ipify did not answer/);
  assert.match(trouble.remedy!, /records stay at 198\.51\.100\.1/);
});

test("records with one trouble are one line, and those of a stopped account none", () => {
  const error = { code: "nohost", sentence: "the account has no such name", atMs: 0 };
  const stopped = ["a", "b", "c", "d", "e"].map((name) => record(name, { state: "stopped", error }));
  const found = troubles(site([ipv4], stopped));
  assert.equal(found.length, 1);
  assert.equal(found[0]!.severity, "error");
  assert.match(
    found[0]!.what,
    /^a, b, c and 2 more: refused, and not sent any more: the account has no such name$/,
  );
  const provider = {
    name: "dyn",
    type: "dyn",
    title: "Dyn",
    records: 5,
    requestsThisHour: 0,
    requestsPerHourMax: 9,
  };
  const all = troubles(site([ipv4], stopped, [{ ...provider, stopped: "the password is wrong" }]));
  assert.equal(all.length, 1);
  assert.match(all[0]!.what, /the password is wrong/);
});
