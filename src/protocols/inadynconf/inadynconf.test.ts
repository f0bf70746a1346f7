/** Statements of inadyn.conf, also damaged ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inadynConfLimits } from "./limits.ts";
import { type InadynStatement, parseInadynConf } from "./statements.ts";

/** `name=value`, `name+={a,b}`, `provider title{…}`, `include(path)`. */
function shownStatement(statement: InadynStatement): string {
  if (statement.kind === "include") return `include(${statement.path})`;
  if (statement.kind === "section")
    return `${statement.name} ${statement.title}{${statement.statements.map(shownStatement).join(" ")}}`;
  const { name, values, appends } = statement;
  return `${name}${appends ? "+" : ""}=${values.length === 1 ? values[0] : `{${values.join(",")}}`}`;
}

const cases: readonly (readonly [why: string, text: string, want: readonly string[]])[] = [
  ["comments of all three kinds say nothing", "# a\n// b\n/* c = d\n e */\n", []],
  ["settings, one a line or several", "period = 300 iface=ppp0\n", ["period=300", "iface=ppp0"]],
  [
    "sections and lists",
    'provider default@no-ip.com:1 {\n  username = me\n  hostname = { a.example.net, "*.b.example.net", }\n}\n',
    ["provider default@no-ip.com:1{username=me hostname={a.example.net,*.b.example.net}}"],
  ],
  ["a # ends a word", "provider x { password = b#c\n}\n", ["provider x{password=b}"]],
  [
    "escapes in double quotes",
    String.raw`provider x { password = "q\"\\\x41\101\tz" }`,
    ['provider x{password=q"\\AA\tz}'],
  ],
  [
    "in single quotes only ' and \\ have one",
    String.raw`provider x { password = 'a\'\\\n' }`,
    ["provider x{password=a'\\\\n}"],
  ],
  [
    "slashes are part of a word",
    "custom x { checkip-path = /cdn/trace//x }",
    ["custom x{checkip-path=/cdn/trace//x}"],
  ],
  ["+= adds to a list", "provider x { hostname += a.example.net }", ["provider x{hostname+=a.example.net}"]],
  [
    "files to include, within a section too",
    'include("/etc/a.conf")\nprovider x { include("~/pw") }',
    ["include(/etc/a.conf)", "provider x{include(~/pw)}"],
  ],
  ["a setting may be called provider", "provider = x", ["provider=x"]],
];

for (const [why, text, want] of cases)
  test(why, () => {
    const { statements, problems } = parseInadynConf("inadyn.conf", text);
    assert.deepEqual(problems, []);
    assert.deepEqual(statements.map(shownStatement), want);
  });

test("each statement knows its line, also behind comments and strings of several lines", () => {
  const text = '/* a\n b */ period = 1\nuser-agent = "x\\\ny"\niface = ppp0\n';
  const { statements } = parseInadynConf("inadyn.conf", text);
  assert.deepEqual(
    statements.map(({ line, column }) => `${line}:${column}`),
    ["2:7", "3:1", "5:1"],
  );
});

const damaged: readonly (readonly [why: string, text: string, line: number, what: RegExp, remedy: RegExp])[] =
  [
    ["a string without end", 'period = 1\niface = "ppp0\n', 2, /has no end/, /close it with "/],
    ["a comment without end", "period = 1\n/* provider x {\n/* }\n", 2, /comment has no end/, /close it/],
    ["a section without end", "provider x {\n username = a\n", 1, /provider x has no end/, /close it with }/],
    [
      "a list without end",
      "provider x {\n hostname = { a, b\n",
      3,
      /list of hostname has no end/,
      /close it with }/,
    ],
    [
      "a value that is missing",
      "provider x {\n password =\n hostname = a\n}",
      3,
      /value of password is missing/,
      /write it/,
    ],
    ["a name without value", "period\n300", 1, /"period" has no value/, /name = value/],
    [
      "a bracket that nobody expects",
      "period = 1\n}\n",
      2,
      /stands where a setting should begin/,
      /name = value/,
    ],
    [
      "a sign that belongs in quotes",
      "provider x { password = a+b }",
      1,
      /stands where|cannot stand/,
      /quotes|name = value/,
    ],
    [
      "version 1",
      "# mine\nusername test\npassword x\n",
      2,
      /before version 2/,
      /provider default@dyndns.org/,
    ],
    ["version 1 with options", "--dyndns_system default@dyndns.org\n", 1, /before version 2/, /version 2/],
    [
      "a file that is no config",
      "x".repeat(inadynConfLimits.fileOctetsMax + 1),
      1,
      /larger than/,
      /is this a config/,
    ],
  ];

test("a file of nothing but damage is read, and told with its first problems", () => {
  for (const text of ["+".repeat(100_000), "/* ".repeat(100_000)])
    assert.ok(parseInadynConf("inadyn.conf", text).problems.length > 0);
});

for (const [why, text, line, what, remedy] of damaged)
  test(`a problem has its line and what to do: ${why}`, () => {
    const [problem] = parseInadynConf("inadyn.conf", text).problems;
    assert.equal(problem?.file, "inadyn.conf");
    assert.equal(problem.line, line, problem.what);
    assert.match(problem.what, what);
    assert.match(problem.remedy ?? "", remedy);
  });
