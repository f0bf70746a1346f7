import assert from "node:assert/strict";
import { test } from "node:test";
import { formatProblem } from "#contracts/configuration.ts";
import { parseName } from "#protocols/dns/name.ts";
import { locateRecords } from "#protocols/zonefile/locate.ts";
import { parseZone, type ZoneSource } from "#protocols/zonefile/zone-file.ts";
import { checkZone, type ZoneCheckOptions } from "./checks.ts";
import { isHostName } from "./checks-names.ts";
import { ZoneImageBuilder } from "./image-builder.ts";

const head = "$TTL 1h\n@ SOA ns hostmaster 1 2h 30m 2w 1h\n@ NS ns\nns A 192.0.2.1\n";

const noAddress = (host: string): string =>
  `which has no address; write an A or AAAA record for ${host}.example.com.`;

const cases: readonly (readonly [why: string, body: string, problems: readonly string[]])[] = [
  ["a zone in which nothing is wrong has no problems", "www A 192.0.2.2\n*.w TXT x\n", []],
  [
    "the line is that of the record that the problem is about",
    "@ MX 10 ns\n@ MX 10 mail\n",
    [`zone:6: warning: example.com. MX names mail.example.com., ${noAddress("mail")}`],
  ],
  [
    "a name server without address is a warning, one that is a CNAME an error",
    "@ NS ns2\n@ NS ns3\nns3 CNAME ns\n",
    [
      `zone:5: warning: example.com. NS names ns2.example.com., ${noAddress("ns2")}`,
      "zone:6: example.com. NS names ns3.example.com., which is a CNAME; write the name that it stands for",
    ],
  ],
  ["names that a wildcard gives an address have one", "@ MX 1 a.b.w\n*.w A 192.0.2.2\n", []],
  ["names below delegations are their own zones' matter", "@ MX 1 m.sub\nsub NS ns\n", []],
  ["glue is not hidden data", "sub NS ns.sub\nns.sub A 192.0.2.2\n", []],
  ["addresses of the global catalog may have their underscore", "gc._msdcs A 192.0.2.2\n", []],
  [
    "a signed zone whose names are hashed too often is no use to validators",
    "@ NSEC3PARAM 1 0 150 -\n@ NSEC3PARAM 1 0 151 -\n",
    [
      "zone:6: warning: example.com. NSEC3PARAM has 151 iterations, with which validators take the zone for " +
        "unsigned; write 0 and sign the zone again",
    ],
  ],
  ["PTR records name hosts in reverse zones only", "b._dns-sd._udp PTR a_b\n", []],
];

for (const [why, body, problems] of cases) test(why, () => assert.deepEqual(check(body), problems));

for (const [checkNames, severity] of [
  ["fail", ["error"]],
  ["warn", ["warning"]],
  ["ignore", []],
] as const) {
  test(`a host name with an underscore under checkNames: ${checkNames}`, () => {
    const problems = checkText("a_b A 192.0.2.2\n", { checkNames });
    assert.deepEqual(
      problems.map((problem) => problem.severity),
      severity,
    );
  });
}

test("lines are looked for once, and only when there is a problem", () => {
  let calls = 0;
  const locate = (): [] => {
    calls++;
    return [];
  };
  checkText("www A 192.0.2.2\n", { locate });
  assert.equal(calls, 0);
  const problems = checkText("a_b A 192.0.2.2\nc_d A 192.0.2.2\n", { locate });
  assert.equal(calls, 1);
  assert.deepEqual(
    problems.map(({ file, line }) => [file, line]),
    [
      ["zone", undefined],
      ["zone", undefined],
    ],
  );
});

test("the first hundred problems are told, the others counted", () => {
  const lines = Array.from({ length: 120 }, (_, i) => `a_${i} A 192.0.2.2\n`).join("");
  const problems = check(lines);
  assert.equal(problems.length, 101);
  assert.equal(problems.at(-1), "zone: warning: and 20 more warnings");
});

test("an error is told however many warnings come before it", () => {
  const warnings = Array.from({ length: 10_100 }, (_, i) => `a_${i} A 192.0.2.2\n`).join("");
  const problems = check(`${warnings}z CNAME ns\nz TXT x\n`);
  assert.ok(
    problems.includes("zone:10106: z.example.com. is a CNAME and has TXT records too; write either of them"),
  );
});

test("a record in an included file is found there", () => {
  const source = sourceOf("zone", `${head}$INCLUDE more sub\nb A 192.0.2.2\n`);
  const include = (path: string): ZoneSource => sourceOf(path, "\na A 192.0.2.2\na A 192.0.2.3\n");
  const origin = parseName("example.com.");
  const places = locateRecords(source, { origin, include }, [
    { owner: parseName("A.SUB.example.com."), type: 1 },
    { owner: parseName("a.sub.example.com."), type: 1, rdata: Uint8Array.of(192, 0, 2, 3) },
    { owner: parseName("b.example.com."), type: 1 },
    { owner: parseName("b.example.com."), type: 16 },
  ]);
  assert.deepEqual(places, [
    { file: "more", line: 2 },
    { file: "more", line: 3 },
    { file: "zone", line: 6 },
    undefined,
  ]);
});

for (const [name, isHost] of [
  ["a.b-c.d1.", true],
  ["1.", true],
  [".", true],
  ["a-.", false],
  ["-a.", false],
  ["a_b.", false],
  ["a.\\.b.", false],
  ["\\228.", false],
] as const) {
  test(`${name} is ${isHost ? "" : "not "}the name of a host`, () => {
    assert.equal(isHostName(parseName(name)), isHost);
  });
}

function check(body: string): string[] {
  return checkText(body, {}).map(formatProblem);
}

function checkText(body: string, options: Partial<ZoneCheckOptions>): ReturnType<typeof checkZone> {
  const origin = parseName("example.com.");
  const source = sourceOf("zone", head + body);
  const include = (): string => "no such file";
  const builder = new ZoneImageBuilder(origin);
  parseZone(source, {
    origin,
    include,
    onProblem: (problem) => assert.fail(formatProblem(problem)),
    sink: {
      record: (...record) => void builder.add(...(record.slice(0, 6) as Parameters<typeof builder.add>)),
    },
  });
  return checkZone(builder.finish(), {
    file: "zone",
    checkNames: "warn",
    locate: (wanted) => locateRecords(source, { origin, include }, wanted),
    ...options,
  });
}

function sourceOf(file: string, text: string): ZoneSource {
  return { file, octets: new TextEncoder().encode(text) };
}
