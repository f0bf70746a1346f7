/** Addresses of the past: from updates.json, a cache, a list; and how the running program is given them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ApiError, ExitCode } from "#contracts/command.ts";
import { importCommands } from "../../src/capabilities/ddns/import/commands.ts";
import { type PastAddress, pastAddresses } from "../../src/capabilities/ddns/import/history/past-address.ts";
import { readHistory } from "../../src/capabilities/ddns/import/history/read-history.ts";
import { routeLimits } from "../../src/capabilities/ddns/routes/limits.ts";
import { configFolder, run } from "./import-of.ts";

const times = [1_767_000_000_000, 1_768_000_000_000, 1_769_000_000_000] as const;
const v4 = (address: string, fromMs?: number, untilMs?: number): PastAddress => ({
  family: "ipv4",
  address,
  ...(fromMs !== undefined && { fromMs }),
  ...(untilMs !== undefined && { untilMs }),
});

test("an address was the site's until another of its family was told, whichever record told it", () => {
  const told = [
    { address: "203.0.113.9", atMs: times[2] },
    { address: "203.0.113.7", atMs: times[0] },
    { address: "2001:db8::1", atMs: times[1] },
    { address: "203.0.113.7", atMs: times[1] },
  ];
  assert.deepEqual(pastAddresses(told), [
    v4("203.0.113.7", times[0], times[2]),
    v4("203.0.113.9", times[2]),
    { family: "ipv6", address: "2001:db8::1", fromMs: times[1] },
  ]);
});

const iso = (ms: number): string => new Date(ms).toISOString();
const updates = {
  records: [
    {
      domain: "example.com",
      owner: "@",
      ips: [
        { ip: "203.0.113.7", time: iso(times[0]) },
        { ip: "::ffff:203.0.113.9", time: iso(times[1]) },
      ],
    },
    { domain: "nas.example.com", host: "@", ips: [{ ip: "2001:db8::72ad", time: iso(times[2]) }] },
    { domain: "new.example.com", owner: "@", ips: null },
  ],
};

const files: readonly (readonly [
  why: string,
  name: string,
  text: string,
  from: string,
  want: readonly PastAddress[],
])[] = [
  [
    "what an import left",
    "address-history.json",
    JSON.stringify({ from: "editdns", addresses: [v4("203.0.113.7")] }),
    "editdns",
    [v4("203.0.113.7")],
  ],
  [
    "updates.json of ddns-updater",
    "updates.json",
    JSON.stringify(updates),
    "ddns-updater",
    [
      v4("203.0.113.7", times[0], times[1]),
      v4("203.0.113.9", times[1]),
      { family: "ipv6", address: "2001:db8::72ad", fromMs: times[2] },
    ],
  ],
  [
    "a ddclient.cache: those without a time come first",
    "ddclient.cache",
    "## ddclient-3.10.0\nip=203.0.113.2,mtime=0 b.example.net\nip=203.0.113.7,mtime=1767000000 a.example.net\n",
    "ddclient",
    [v4("203.0.113.2"), v4("203.0.113.7", times[0])],
  ],
  [
    "previous_ips",
    "previous_ips",
    "203.0.113.7\n203.0.113.90\n",
    "editdns",
    [v4("203.0.113.7"), v4("203.0.113.90")],
  ],
  ["a list of both families", "x", "2001:db8::1\n", "import", [{ family: "ipv6", address: "2001:db8::1" }]],
];

for (const [why, name, text, from, want] of files)
  test(`addresses in ${why}`, () => {
    const read = readHistory(`/somewhere/${name}`, text);
    assert.equal(read?.from, from);
    assert.deepEqual(read.addresses, want);
    assert.equal(read.brokenLines, 0);
  });

test("files without addresses are none, and broken lines are told", () => {
  for (const text of ["", "{", "{}", "hello\n", '{"records": 3}'])
    assert.equal(readHistory("x", text), undefined);
  const read = readHistory("/a/previous_ips", "203.0.113.7\n<html>\n");
  assert.deepEqual(read?.broken, [
    {
      severity: "error",
      file: "previous_ips",
      line: 2,
      what: '"<html>" is no address',
      remedy: "write one address a line, the oldest first",
    },
  ]);
});

test("the history of a record with a suffix is another machine's", async () => {
  using folder = configFolder({
    "config.json": JSON.stringify({
      settings: [
        { provider: "desec", domain: "example.com", token: "t" },
        { provider: "desec", domain: "nas.example.com", host: "@", token: "t", ipv6_suffix: "::72ad/64" },
      ],
    }),
    "updates.json": JSON.stringify(updates),
  });
  const { read, report } = await run("ddns-updater", folder);
  assert.deepEqual((JSON.parse(read("address-history.json")) as { addresses: unknown }).addresses, [
    v4("203.0.113.7", times[0], times[1]),
    v4("203.0.113.9", times[1]),
  ]);
  assert.match(report, /updates\.json:1: 2 addresses: the history/);
});

test("ddclient's cache is read with --cache", async () => {
  using folder = configFolder({
    "ddclient.conf": "use=web\nprotocol=duckdns, password=t, mine\n",
    "ddclient.cache": "## ddclient-3.10.0\nip=203.0.113.7,mtime=1767000000 mine\n",
  });
  const { read } = await run("ddclient", folder, { cache: join(folder.from, "ddclient.cache") });
  assert.match(read("address-history.json"), /"203\.0\.113\.7",\s*"fromMs": 1767000000000/);
});

interface Asked {
  readonly path: string;
  readonly body: { readonly from: string; readonly addresses: readonly PastAddress[] };
}

async function importFile(text: string, answer: (asked: Asked) => unknown, json = false) {
  const folder = mkdtempSync(join(tmpdir(), "homeport-history-"));
  const file = join(folder, "previous_ips");
  writeFileSync(file, text);
  const [printed, errors, asked]: [string[], string[], Asked[]] = [[], [], []];
  try {
    const code = await importCommands
      .find(({ words }) => words[1] === "address-history")!
      .run({
        arguments: { file },
        options: {},
        json,
        terminal: {
          columns: 80,
          interactive: false,
          print: (line) => printed.push(line),
          printError: (line) => errors.push(line),
        },
        api: {
          request: async (_, path, body) => {
            const one = { path, body: body as Asked["body"] };
            asked.push(one);
            return answer(one);
          },
        },
      });
    return { code, printed: printed.join("\n"), errors: errors.join("\n"), asked };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the running program is given the newest page first, because each goes before what it has", async () => {
  const count = routeLimits.importedAddressesMax + 1;
  const list = Array.from({ length: count }, (_, i) => `203.0.${i >> 8}.${i & 255}`);
  const { code, printed, asked } = await importFile(list.join("\n"), ({ body }) => ({
    taken: body.addresses.length - 1,
  }));
  assert.equal(code, ExitCode.ok);
  assert.equal(printed, `${count - 2} addresses of editdns taken, 2 known already.`);
  assert.deepEqual(
    asked.map(({ path, body }) => [path, body.from, body.addresses.length, body.addresses[0]!.address]),
    [
      ["/api/ddns/history/import", "editdns", routeLimits.importedAddressesMax, "203.0.0.1"],
      ["/api/ddns/history/import", "editdns", 1, "203.0.0.0"],
    ],
  );
});

test("broken lines end with 3, a file without addresses with 1", async () => {
  const broken = await importFile("203.0.113.7\n?\n", () => ({ taken: 1 }));
  assert.equal(broken.code, ExitCode.problems);
  assert.match(broken.errors, /previous_ips:2: "\?" is no address; write one address a line/);
  assert.equal(broken.printed, "1 address of editdns taken.");
  const none = await importFile("hello\n", () => assert.fail("nothing is given"));
  assert.equal(none.code, ExitCode.failed);
  assert.match(none.errors, /there is no address in it/);
  const json = await importFile("203.0.113.7\n", () => ({ taken: 0 }), true);
  assert.deepEqual(JSON.parse(json.printed), {
    from: "editdns",
    taken: 0,
    known: 1,
    broken: [],
    brokenLines: 0,
  });
});

test("a site without the section ddns says so", async () => {
  await assert.rejects(
    importFile("203.0.113.7\n", () => {
      throw new ApiError(404, "HP_NO_ROUTE", "there is nothing here");
    }),
    /add a section ddns/,
  );
});
