import assert from "node:assert/strict";
import test from "node:test";
import { ConfigError } from "#contracts/configuration.ts";
import { DdnsConfig } from "./config.ts";
import { configProblems, refuseErrors } from "./config-problems.ts";

const found = (section: object): string[] =>
  configProblems(DdnsConfig.parse(section), "/nowhere").map(
    ({ severity, path, what, remedy }) => `${severity} ${path}: ${what}; ${remedy}`,
  );

const alone = { method: "https", services: ["ipify"] };
const remedy = "add a method, write `trust: true` into one, or lower `agree`";
const lonely = (count: string) =>
  `error ddns.address.ipv4: 2 independent voices must agree, and there ${count}; ${remedy}`;

for (const [why, address, want] of [
  ["what is there by itself", {}, []],
  ["nobody", { ipv4: [], ipv6: [] }, []],
  ["one service alone counts: it is the only one", { ipv4: [alone] }, []],
  ["one that is trusted", { ipv4: [{ ...alone, trust: true }, { method: "route" }] }, []],
  [
    "three services of two operators",
    { ipv4: [{ method: "https", services: ["cloudflare", "icanhazip"] }, alone] },
    [],
  ],
  [
    "two hosts of one operator are one voice",
    {
      ipv4: [
        { method: "https", services: ["cloudflare"] },
        { method: "https", services: ["icanhazip"] },
      ],
    },
    [lonely("is one")],
  ],
  ["the router asked in two ways is one voice", { ipv4: ["upnp", "pcp"] }, [lonely("is one")]],
  ["as many as must agree", { agree: 3, ipv4: [alone, "upnp", "route"] }, []],
  [
    "fewer than must agree",
    { agree: 3, ipv4: [alone, "upnp"] },
    [`error ddns.address.ipv4: 3 independent voices must agree, and there are 2; ${remedy}`],
  ],
] as const)
  test(`voices that must agree: ${why}`, () => assert.deepEqual(found({ address }), want));

test("a service that nobody knows, a notice whose secret is missing, and a record are told together", () => {
  const problems = found({
    address: { ipv4: [{ method: "https", services: ["ipfy"], trust: true }] },
    notices: [{ ntfy: { url: "https://ntfy.example/home", tokenFile: "token" } }],
    records: [{ name: "a.example", provider: "zones", interfaceId: "::1:0:0:0:5" }],
  });
  const paths = problems.map((problem) => problem.split(": ")[0]);
  assert.deepEqual(paths, [
    "error ddns.address.ipv4[0].services[0]",
    "error ddns.notices[0].ntfy.tokenFile",
    "error ddns.records[0].interfaceId",
  ]);
});

test("errors are refused together, and warnings are not", () => {
  const problems = configProblems(
    DdnsConfig.parse({ address: { agree: 4, ipv4: ["upnp"], ipv6: ["upnp", "pcp"] } }),
    "/nowhere",
  );
  assert.throws(
    () => refuseErrors([{ severity: "warning", what: "mild" }, ...problems]),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual([error.code, error.problems], ["HP_DDNS_CONFIG", problems]);
      return true;
    },
  );
  refuseErrors([{ severity: "warning", what: "mild" }]);
});
