import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { z } from "zod";
import { ConfigError, formatProblem } from "#contracts/configuration.ts";
import { limits } from "./limits.ts";
import { readSite, type Section, siteJsonSchema } from "./site.ts";

const list = z
  .array(z.string())
  .min(1)
  .describe("Addresses to listen on")
  .meta({ examples: [["127.0.0.1:53"]] });
const zone = z.strictObject({
  name: z.string().describe("Name of the zone"),
  file: z.string().optional(),
  ttl: z.int().min(0).max(86_400).optional(),
  notify: z.boolean().default(true),
  from: z.union([z.string(), z.array(z.string())]).optional(),
  source: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("file"), path: z.string() }),
      z.strictObject({ kind: z.literal("peer"), address: z.ipv4() }),
    ])
    .optional(),
  serial: z
    .number()
    .refine((value) => value !== 13, "13 is not a serial here; write 14")
    .optional(),
});
const sections: readonly Section[] = [
  {
    id: "dns",
    summary: "Names",
    config: async () =>
      z.strictObject({
        listen: list,
        zones: z.array(zone).default([]),
        checkNames: z.enum(["fail", "warn", "ignore"]).default("warn"),
        hosts: z.record(z.string(), z.ipv4()).optional(),
      }),
  },
  { id: "dhcp", summary: "Addresses", config: async () => z.strictObject({ every: z.string() }) },
];

async function siteOf(text: string | Uint8Array) {
  const folder = mkdtempSync(join(tmpdir(), "site-"));
  try {
    writeFileSync(join(folder, "site.yaml"), text);
    return await readSite(join(folder, "site.yaml"), sections);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function problemsOf(text: string | Uint8Array): Promise<string[]> {
  const error = await siteOf(text).then(
    () => assert.fail("no problem was found"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ConfigError, String(error));
  return error.problems.map((problem) => formatProblem({ ...problem, file: "F" }));
}

const dns = (lines: string) => `site: foundry\ndns:\n  listen: ["127.0.0.1:53"]\n${lines}`;

const mistakes: readonly (readonly [why: string, text: string | Uint8Array, want: readonly string[]])[] = [
  ["an empty file", "", ['F:1:1: the file is empty; begin it with "site: NAME"']],
  ["a file that is a list", "- a\n", ['F:1:1: the file has no sections; begin it with "site: NAME"']],
  ["a file that is not UTF-8", Uint8Array.of(0xff, 0xfe), ["F: the file is not UTF-8; save it as UTF-8"]],
  [
    "no name of the site",
    "domain: a.example\n",
    [
      'F:1:1: site: "site" is missing; add the line site: foundry (name of this site: letters, digits and hyphens)',
    ],
  ],
  [
    "a misspelt section is met with the nearest name",
    "site: a\ndnss:\n  listen: []\n",
    ['F:2:1: dnss: there is no "dnss" here; write "dns"'],
  ],
  [
    "a key far from all is told what there is",
    "site: a\ndhcp: {every: 5m, colour: red}\n",
    ['F:2:19: dhcp.colour: there is no "colour" here; remove it'],
  ],
  [
    "a key that stands twice",
    "site: a\nsite: b\n",
    ["F:2:1: this key stands here twice; keep one of the two"],
  ],
  ["a tab as indentation", "site: a\ndns:\n\tlisten: []\n", ["F:3:1: a tab indents this line; write spaces"]],
  [
    "an unclosed bracket",
    "site: [a\n",
    [
      "F:2:1: this line's indentation fits no line above, or a bracket above is still open; " +
        "align it with its neighbours, or close the bracket",
    ],
  ],
  [
    "text in place of a list",
    "site: a\ndns:\n  listen: 127.0.0.1:53\n",
    ['F:3:11: dns.listen: this is text, and a list is wanted; write ["127.0.0.1:53"]'],
  ],
  [
    "an empty list",
    "site: a\ndns:\n  listen: []\n",
    ["F:3:3: dns.listen: an empty list is too little; write 1 entry or more"],
  ],
  [
    "a missing key of the third zone shows that zone",
    dns("  zones:\n    - name: a\n    - name: b\n    - ttl: 5\n"),
    ['F:7:7: dns.zones[2].name: "name" is missing; add the line name: … (name of the zone)'],
  ],
  [
    "a number in place of text",
    dns("  zones:\n    - name: 12\n"),
    ['F:5:13: dns.zones[0].name: this is a number, and text is wanted; put it in quotes, "12"'],
  ],
  [
    "text in place of a number",
    dns("  zones: [{name: a, ttl: '5'}]\n"),
    ["F:4:26: dns.zones[0].ttl: this is text, and a number is wanted; remove the quotes"],
  ],
  [
    "a number out of bounds",
    dns("  zones: [{name: a, ttl: 86401}]\n"),
    ["F:4:26: dns.zones[0].ttl: 86401 is too much; write 86400 or less"],
  ],
  [
    "yes is no boolean in YAML 1.2",
    dns("  zones: [{name: a, notify: yes}]\n"),
    ["F:4:29: dns.zones[0].notify: this is text, and true or false is wanted; write true or false"],
  ],
  [
    "a word that is not among the choices",
    dns("  checkNames: wran\n"),
    ['F:4:15: dns.checkNames: "wran" is not known here; write warn'],
  ],
  [
    "a value that fits no alternative",
    dns("  zones: [{name: a, from: 5}]\n"),
    [
      "F:4:27: dns.zones[0].from: this is a number, and text or a list is wanted; look it up in the documentation",
    ],
  ],
  [
    "a fault inside the alternative that was meant",
    dns("  zones: [{name: a, from: [b, 5]}]\n"),
    ['F:4:31: dns.zones[0].from[1]: this is a number, and text is wanted; put it in quotes, "5"'],
  ],
  [
    "an address with a wrong octet",
    dns("  zones: [{name: a, source: {kind: peer, address: 10.0.0.256}}]\n"),
    [
      'F:4:51: dns.zones[0].source.address: "10.0.0.256" is not an IPv4 address; look it up in the documentation',
    ],
  ],
  [
    "a key that is no plain word",
    dns('  hosts: {"a.b": x}\n'),
    ['F:4:18: dns.hosts["a.b"]: "x" is not an IPv4 address; look it up in the documentation'],
  ],
  [
    "the author of a schema words the rest",
    dns("  zones: [{name: a, serial: 13}]\n"),
    ["F:4:29: dns.zones[0].serial: 13 is not a serial here; write 14"],
  ],
  [
    "all problems of all sections at once",
    "site: a b\ndns: {}\ndhcp:\n",
    [
      'F:1:7: site: "a b" is not of the form that is wanted; write foundry',
      'F:2:1: dns.listen: "listen" is missing; add the line listen: ["127.0.0.1:53"] (addresses to listen on)',
      "F:3:1: dhcp: this is empty, and a section of key: value lines is wanted; " +
        'write "key: value" lines, indented below',
    ],
  ],
];
for (const [why, text, want] of mistakes) {
  test(`site.yaml: ${why}`, async () => assert.deepEqual(await problemsOf(text), want));
}

test("a good file gives the sections that it has, with defaults filled in", async () => {
  const site = await siteOf(`# comment\n${dns("  zones: [{name: a}]\n")}`);
  assert.equal(site.name, "foundry");
  assert.deepEqual([...site.sections.keys()], ["dns"]);
  assert.deepEqual(site.sections.get("dns"), {
    listen: ["127.0.0.1:53"],
    zones: [{ name: "a", notify: true }],
    checkNames: "warn",
  });
});

test("a problem that a capability finds later gets its line from its path", async () => {
  const site = await siteOf(dns("  zones:\n    - name: a\n      file: zones/a.db\n"));
  const what = "there is no such file";
  const [located] = await site.locate([{ severity: "error", path: "dns.zones[0].file", what }]);
  assert.deepEqual(located, {
    severity: "error",
    path: "dns.zones[0].file",
    what,
    file: site.file,
    line: 6,
    column: 13,
  });
});

test("a file that is not there is told so", async () => {
  await assert.rejects(readSite("/nowhere/site.yaml", sections), {
    message: "/nowhere/site.yaml: there is no such file; name another with --site FILE",
  });
});

test("a file too large for this process is parsed beside it, with the same outcome", async () => {
  const zones = Array.from(
    { length: 5_000 },
    (_, index) => `    - name: zone${index}.example\n      file: z${index}\n`,
  );
  const text = dns(`  zones:\n${zones.join("")}`);
  assert.ok(text.length > limits.ownProcessOctetsMin);
  const config = (await siteOf(text)).sections.get("dns") as { zones: readonly { name: string }[] };
  assert.equal(config.zones.length, 5_000);
  assert.deepEqual(await problemsOf(`${text}    - nam: x\n`), [
    'F:10005:7: dns.zones[5000].name: "name" is missing; add the line name: … (name of the zone)',
    'F:10005:7: dns.zones[5000].nam: there is no "nam" here; write "name"',
  ]);
});

test("the JSON Schema names every section and refuses others", async () => {
  const schema = (await siteJsonSchema(sections)) as {
    properties: object;
    required: string[];
    additionalProperties: boolean;
  };
  assert.deepEqual(Object.keys(schema.properties), ["site", "domain", "dns", "dhcp"]);
  assert.deepEqual(schema.required, ["site"]);
  assert.equal(schema.additionalProperties, false);
});
