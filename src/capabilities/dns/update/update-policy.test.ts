import assert from "node:assert/strict";
import { test } from "node:test";
import { parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { matchAny, parseAddressMatch } from "../address-match.ts";
import type { Client } from "../client.ts";
import { Transport } from "../engine/transport.ts";
import { UpdateRule } from "../zone-config.ts";
import { type UpdatePolicy, updatePolicy } from "./update-policy.ts";

const origin = parseName("example.");
const by = (key: string | undefined, address = Uint8Array.of(192, 0, 2, 1)): Client => ({
  address,
  text: address.join("."),
  transport: Transport.udp,
  encrypted: false,
  key: key === undefined ? undefined : parseName(`${key}.`),
});

function granted(...rules: readonly object[]): UpdatePolicy {
  return updatePolicy({ origin, grant: rules.map((rule) => UpdateRule.parse(rule)) });
}

/** Which of the names the key may give addresses. */
function namesOf(policy: UpdatePolicy, key: string): string {
  const may = policy.mayChange(by(key))!;
  const names = ["example", "www.example", "a.www.example", "host.example", "a.host.example"];
  return names.filter((name) => may(parseName(`${name}.`), RRType.A)).join(" ");
}

for (const [rule, names] of [
  [{ key: "host.example", names: "name", name: "WWW.example" }, "www.example"],
  [{ key: "host.example", names: "subdomain", name: "www.example" }, "www.example a.www.example"],
  [{ key: "host.example", names: "wildcard", name: "*.www.example" }, "a.www.example"],
  [{ key: "host.example", names: "self" }, "host.example"],
  [{ key: "host.example", names: "selfsub" }, "host.example a.host.example"],
  [{ key: "host.example", names: "selfwild" }, "a.host.example"],
  [{ key: "*", names: "self" }, "host.example"],
  [{ key: "*.example", names: "self" }, "host.example"],
  [{ key: "other.example", names: "zonesub" }, ""],
  [{ key: "host.example", names: "zonesub", types: ["TXT"] }, ""],
  [
    { key: "host.example", names: "zonesub", types: ["ANY"] },
    "example www.example a.www.example host.example a.host.example",
  ],
] as const) {
  test(`${JSON.stringify(rule)} is ${names === "" ? "nothing" : names}`, () => {
    assert.equal(namesOf(granted(rule), "host.example"), names);
  });
}

test("the first rule that fits decides", () => {
  const policy = granted(
    { key: "host.example", names: "name", name: "www.example", deny: true },
    { key: "host.example", names: "zonesub" },
  );
  assert.equal(namesOf(policy, "host.example"), "example a.www.example host.example a.host.example");
});

test("without types, a rule leaves out what the zone lives by", () => {
  const may = granted({ key: "alpha", names: "zonesub" }).mayChange(by("alpha"))!;
  const types = [RRType.A, RRType.KEY, RRType.NS, RRType.SOA, RRType.RRSIG, RRType.NSEC, RRType.NSEC3];
  assert.deepEqual(
    types.filter((type) => may(origin, type)),
    [RRType.A, RRType.KEY],
  );
});

test("nobody is admitted whom no rule grants anything", () => {
  const policy = granted({ key: "alpha", names: "zonesub" }, { key: "beta", names: "zonesub", deny: true });
  assert.deepEqual(
    ["alpha", "beta", "gamma", undefined].map((key) => policy.admits(by(key))),
    [true, false, false, false],
  );
});

test("allowUpdate is about addresses and keys, and then about everything", () => {
  const policy = updatePolicy({ origin, allowUpdate: parseAddressMatch(["192.0.2.0/25", "key alpha"]) });
  const far = Uint8Array.of(198, 51, 100, 1);
  assert.deepEqual(
    [by(undefined), by("beta"), by(undefined, far), by("beta", far), by("alpha", far)].map((one) =>
      policy.admits(one),
    ),
    [true, true, false, false, true],
  );
  assert.equal(policy.mayChange(by("alpha")), undefined);
});

test("a zone of which nothing is said is nobody's to change", () => {
  assert.equal(updatePolicy({ origin }).admits(by("alpha")), false);
  assert.equal(updatePolicy({ origin, allowUpdate: matchAny }).admits(by(undefined)), true);
});
