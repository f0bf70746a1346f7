import assert from "node:assert/strict";
import test from "node:test";
import { ProviderConfig } from "../provider-config.ts";
import { serviceCases } from "./services.cases.ts";
import { callOf, noPorts, openStandIn, wanted } from "./stand-in.testing.ts";
import { templateDefinitions } from "./templates.ts";

const definitionOf = (type: string) => templateDefinitions.find((one) => one.type === type)!;

test("each service stands in the site file with the settings of its cases", () => {
  for (const { type } of templateDefinitions) {
    const { settings } = serviceCases[type]!;
    assert.deepEqual(ProviderConfig.parse({ name: "mine", type, ...settings }), {
      name: "mine",
      type,
      ...settings,
    });
  }
});

test("no two services have the same name", () => {
  const types = templateDefinitions.map(({ type }) => type);
  assert.deepEqual([...new Set(types)], types);
});

for (const [why, written] of [
  ["dyndns2 without a server", { type: "dyndns2", user: "me", password: "pw" }],
  ["dyn without a password", { type: "dyn", user: "me" }],
  ["dyn with two passwords", { type: "dyn", user: "me", password: "pw", passwordFile: "pw" }],
  ["duckdns with a user", { type: "duckdns", user: "me", token: "t" }],
  ["a user name with a colon, which Basic has no place for", { type: "dyn", user: "m:e", password: "pw" }],
  ["a server without a scheme", { type: "dyn", user: "me", password: "pw", server: "dyn.example" }],
] as const)
  test(`the schema does not take ${why}`, () => {
    assert.equal(ProviderConfig.safeParse({ name: "mine", ...written }).success, false);
  });

for (const [server, type, want] of [
  ["http://127.0.0.1:8080", "dyn", "http://127.0.0.1:8080/v3/update?hostname=a.example&myip=198.51.100.7"],
  ["http://127.0.0.1:8080/", "dyn", "http://127.0.0.1:8080/v3/update?hostname=a.example&myip=198.51.100.7"],
  ["https://dyn.example/x/y.php", "dyn", "https://dyn.example/x/y.php?hostname=a.example&myip=198.51.100.7"],
  [
    "https://dyn.example",
    "nsupdate-info",
    "https://dyn.example/nic/update?hostname=a.example&myip=2001:db8:7::1",
  ],
] as const)
  test(`${type} at ${server}`, async () => {
    const service = openStandIn({ text: "good" });
    const records = wanted("a.example", [type === "dyn" ? "A" : "AAAA"]);
    const settings = { server, user: "me", password: "pw" };
    assert.deepEqual(definitionOf(type).check!(settings, noPorts), []);
    await definitionOf(type).open(settings, noPorts).publish(records, callOf(service.http));
    assert.equal(/ (\S+)/.exec(service.asked[0]!)![1], want);
  });

for (const server of ["https://me:pw@dyn.example", "https://dyn.example/?a=b", "https://dyn.example/#a"])
  test(`a server is a server and a path, unlike ${server}`, () => {
    const [problem] = definitionOf("dyn").check!({ server }, noPorts);
    assert.deepEqual([problem?.severity, problem?.path], ["error", "server"]);
  });
