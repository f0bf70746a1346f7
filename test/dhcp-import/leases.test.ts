/** Lease files of other servers: what counts of each address, and what is told of the rest. */
import assert from "node:assert/strict";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { test } from "node:test";
import { ExitCode } from "#contracts/command.ts";
import type { ImportedLease } from "../../src/capabilities/dhcp/control.ts";
import { readLeaseFiles } from "../../src/capabilities/dhcp/import/leases/read-leases.ts";
import { runLeaseImport } from "../../src/capabilities/dhcp/import/leases/run-import.ts";

const fixtures = join(import.meta.dirname, "fixtures/leases");
const nowMs = Date.UTC(2026, 10, 24, 12);
const yearMs = 365 * 86_400_000;

const laptop = {
  address: "192.168.9.100",
  hardwareAddress: "52:54:00:12:34:04",
  hardwareType: 1,
  clientIdentifier: "01:52:54:00:12:34:04",
  hostName: "laptop",
  sinceMs: Date.UTC(2026, 10, 24, 10),
  expiresAtMs: Date.UTC(2026, 10, 24, 22),
} satisfies ImportedLease;
const endless = {
  address: "192.168.9.101",
  hardwareAddress: "52:54:00:12:34:02",
  hardwareType: 1,
  clientIdentifier: undefined,
  hostName: undefined,
  sinceMs: nowMs,
  expiresAtMs: nowMs + yearMs,
} satisfies ImportedLease;

const files: readonly (readonly [
  why: string,
  names: readonly string[],
  want: Awaited<ReturnType<typeof readLeaseFiles>>,
])[] = [
  [
    "dhcpd: the last entry of an address counts, strings have escapes and braces",
    ["dhcpd.leases"],
    {
      format: "dhcpd",
      leases: [laptop, { ...endless, sinceMs: Date.UTC(2026, 10, 24, 10) }],
      expired: 1,
      declined: 1,
      broken: [],
      brokenLines: 0,
    },
  ],
  [
    "Kea: older parts count less, in whatever order they are given",
    ["kea-leases4.csv", "kea-leases4.csv.2"],
    {
      format: "kea",
      leases: [{ ...laptop, hostName: "ann, laptop" }, endless],
      expired: 3,
      declined: 1,
      broken: [],
      brokenLines: 0,
    },
  ],
  [
    "dnsmasq: `*` is nothing, 0 is endless, IPv6 is passed over",
    ["dnsmasq.leases"],
    {
      format: "dnsmasq",
      leases: [
        { ...laptop, sinceMs: nowMs },
        endless,
        {
          ...laptop,
          address: "192.168.9.106",
          hardwareAddress: "52:54:00:12:34:07",
          hardwareType: 6,
          clientIdentifier: undefined,
          hostName: undefined,
          sinceMs: nowMs,
        },
      ],
      expired: 1,
      declined: 0,
      broken: [],
      brokenLines: 0,
    },
  ],
];
for (const [why, names, want] of files) {
  test(why, async () => {
    const paths = names.map((name) => join(fixtures, name));
    assert.deepEqual(await readLeaseFiles({ files: paths, format: undefined, nowMs }), want);
  });
}

const csvHead = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n";
const good = "lease 10.0.0.1 { ends epoch 1895525600; hardware ethernet 0:0:0:0:0:1; }\n";
const broken: readonly (readonly [why: string, text: string, want: readonly string[], taken: number])[] = [
  ["an address that is none", `lease x { ends never; }\n${good}`, ["1: x is no IPv4 address"], 1],
  ["a lease without an end", `lease 10.0.0.2 {\n ends never;\n${good}`, ["1: this lease has no end"], 1],
  ["a lease that ends with the file", `${good}lease 10.0.0.2 {\n`, ["2: this lease has no end"], 1],
  ["a lease without a time", `lease 10.0.0.2 { uid "x"; }\n${good}`, ["1: it does not say when it ends"], 1],
  ["a lease of nobody", `lease 10.0.0.2 { ends never; }\n${good}`, ["1: it does not say who has it"], 1],
  ["a string without end", `lease 10.0.0.2 { uid "x; }\n${good}`, ["1: this lease has no end"], 1],
  ["text that is no lease", `${good}what is this\n`, ["2: it is no lease"], 1],
  ["brackets that close nothing", `}}}\n${good}`, ["1: it is no lease"], 1],
  [
    "a lease that goes on for ever",
    `lease 10.0.0.2 {\n${"  set x = 1;\n".repeat(30_000)}}\n${good}`,
    ["1: this lease is too long"],
    1,
  ],
  ["a line of 10 MB", `${"x".repeat(10_000_000)}\n${good}`, ["1: the line is too long"], 1],
  ["binary", `${good}\0\u0001\u0002\n`, ["2: it is no lease"], 1],
  ["a line that is cut short", `${csvHead}10.0.0.1,1:2\n`, ["2: the line is cut short"], 0],
  [
    "a hardware address that is none",
    `${csvHead}10.0.0.1,xyz,,60,1895525600,1,0,0,,0\n`,
    ["2: who has it is not hexadecimal"],
    0,
  ],
  [
    "an identifier that is too long",
    `${csvHead}10.0.0.1,01:02,${"01:".repeat(300)}01,60,1895525600,1,0,0,,0\n`,
    ["2: its client identifier is longer than there are"],
    0,
  ],
  ["times that are none", `${csvHead}10.0.0.1,01:02,,x,y,1,0,0,,0\n`, ["2: its times are no numbers"], 0],
  [
    "a line of dnsmasq that is none",
    "1895525600 00:00:00:00:00:01 10.0.0.1 a *\nx 00:00:00:00:00:01 10.0.0.2 a *\n1 2 3\n",
    ["2: x is no time", "3: 3 is no IPv4 address"],
    1,
  ],
];
for (const [why, text, want, taken] of broken) {
  test(`${why} is told with its line and stops nothing else`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "homeport-leases-"));
    try {
      const file = join(folder, "leases");
      writeFileSync(file, text, "latin1");
      const format = text.startsWith(csvHead) ? "kea" : text.startsWith("1895") ? "dnsmasq" : "dhcpd";
      const read = await readLeaseFiles({ files: [file], format, nowMs });
      assert.deepEqual(
        read?.broken.map(({ line, what }) => `${line}: ${what}`),
        want,
      );
      assert.equal(read?.leases.length, taken);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test("a file of 100 MB is read without holding it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "homeport-leases-"));
  try {
    const file = join(folder, "big.csv");
    const stream = createWriteStream(file);
    stream.write(csvHead);
    const lines = Array.from(
      { length: 10_000 },
      (_, i) =>
        `10.0.${i >> 8}.${i & 255},52:54:00:12:34:56,01:52:54:00:12:34:56,60,1895525600,1,0,0,host,0\n`,
    ).join("");
    for (let octets = 0; octets < 100_000_000; octets += lines.length)
      if (!stream.write(lines)) await new Promise((resolve) => stream.once("drain", resolve));
    stream.end();
    await finished(stream);
    const before = process.memoryUsage().rss;
    const read = await readLeaseFiles({ files: [file], format: undefined, nowMs });
    assert.equal(read?.leases.length, 10_000);
    assert(process.memoryUsage().rss - before < 200_000_000);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

interface Ran {
  readonly code: number;
  readonly printed: string;
  readonly pages: readonly number[];
}

async function ran(names: readonly string[], json: boolean, left: readonly object[] = []): Promise<Ran> {
  const printed: string[] = [];
  const pages: number[] = [];
  const terminal = {
    columns: 80,
    interactive: false,
    print: (text: string) => void printed.push(text),
    printError: (text: string) => void printed.push(text),
  };
  const request = async (method: string, path: string, body?: unknown) => {
    assert.deepEqual([method, path], ["POST", "/api/dhcp/leases/import"]);
    const { leases } = JSON.parse(JSON.stringify(body)) as { leases: unknown[] };
    pages.push(leases.length);
    return { taken: leases.length - left.length, left };
  };
  const call = { arguments: { files: names }, options: {}, json, terminal, api: { request } };
  const code = await runLeaseImport(call, () => nowMs);
  return { code, printed: printed.join("\n"), pages };
}

test("import leases: what counts is given to the running program, the rest is counted", async () => {
  const { code, printed, pages } = await ran([join(fixtures, "dhcpd.leases")], false);
  assert.deepEqual(
    [code, printed, pages],
    [ExitCode.ok, "2 leases of dhcpd taken, 0 left, 1 expired, 1 declined and not taken.", [2]],
  );
});

test("import leases: those that the program leaves are told why", async () => {
  const left = [{ address: "192.168.9.101", why: "no subnet has it" }];
  const { code, printed } = await ran([join(fixtures, "dhcpd.leases")], false, left);
  assert.equal(code, ExitCode.problems);
  assert.match(printed, /^192\.168\.9\.101: left: no subnet has it\n1 lease of dhcpd taken, 1 left/);
});

test("import leases --json prints one document", async () => {
  const { printed } = await ran([join(fixtures, "dnsmasq.leases")], true);
  assert.deepEqual(JSON.parse(printed), {
    format: "dnsmasq",
    expired: 1,
    declined: 0,
    broken: [],
    brokenLines: 0,
    taken: 3,
    left: [],
  });
});

test("import leases: many go in pages that the API takes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "homeport-leases-"));
  try {
    const file = join(folder, "dnsmasq.leases");
    const line = (_: unknown, i: number) => `1895525600 52:54:00:12:34:56 10.0.${i >> 8}.${i & 255} * *\n`;
    writeFileSync(file, Array.from({ length: 2_500 }, line).join(""));
    assert.deepEqual((await ran([file], false)).pages, [1_000, 1_000, 500]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

for (const [why, name, said] of [
  ["there is none", join(fixtures, "nothing"), /ENOENT/],
  [
    "it is none of theirs",
    import.meta.filename,
    /this is no lease file of dhcpd, Kea or dnsmasq; write --format/,
  ],
] as const) {
  test(`import leases: a lease file is refused when ${why}`, async () => {
    const { code, printed, pages } = await ran([name], false);
    assert.deepEqual([code, pages], [ExitCode.failed, []]);
    assert.match(printed, said);
  });
}
