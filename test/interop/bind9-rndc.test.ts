/** The rndc of BIND 9.18 steers Homeport: what it prints and how it ends, for each command. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import type { MacAlgorithm } from "#protocols/isccc/authentication.ts";
import { parseAddressMatch } from "../../src/capabilities/dns/address-match.ts";
import { sampleKey } from "../../src/capabilities/dns/control-channel/control-client.testing.ts";
import {
  type ControlAccess,
  ControlListener,
} from "../../src/capabilities/dns/control-channel/control-listener.ts";
import { SampleTarget } from "../../src/capabilities/dns/control-channel/control-target.testing.ts";
import { runCommand } from "../../src/capabilities/dns/control-channel/rndc-commands.ts";
import { findProgram, requirePeer } from "../peers.ts";
import { comparedCommands, readOnlyCommands, rndcCases } from "./bind9-rndc.cases.ts";
import { startNamed } from "./named.ts";

const folder = mkdtempSync(join(tmpdir(), "homeport-rndc-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Without its folder's settings, so that only what is given counts. */
function rndc(port: number, keyFile: string, words: readonly string[]): Promise<Ended> {
  const program = findProgram("rndc")!;
  const child = spawn(program, ["-k", keyFile, "-s", "127.0.0.1", "-p", String(port), ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output, errors }));
  });
}

function keyText(algorithm: MacAlgorithm, secret = algorithm as string): string {
  return `key "rndc-key" { algorithm ${algorithm}; secret "${Buffer.from(secret).toString("base64")}"; };\n`;
}

function keyFile(algorithm: MacAlgorithm, secret?: string): string {
  const file = join(folder, `${algorithm}-${secret ?? "right"}.key`);
  writeFileSync(file, keyText(algorithm, secret));
  return file;
}

const algorithms = [
  "hmac-md5",
  "hmac-sha1",
  "hmac-sha224",
  "hmac-sha256",
  "hmac-sha384",
  "hmac-sha512",
] as const;
const allKeys = algorithms.map((algorithm) => sampleKey(algorithm));

async function openChannel(access: Partial<ControlAccess> = {}, clock: Clock = systemClock) {
  const target = new SampleTarget();
  const { log, lines } = collectLog();
  const listener = await ControlListener.open(
    { address: "127.0.0.1", port: 0, family: 4 },
    { allow: parseAddressMatch(["127.0.0.1"]), keys: allKeys, readOnly: false, ...access },
    { execute: (command, options) => runCommand(command, target, options), log, clock },
  );
  return { target, lines, listener, port: listener.local.port };
}

for (const algorithm of algorithms) {
  test(`rndc with a key of ${algorithm} gets its answer`, async (t) => {
    if (!requirePeer(t, "rndc", "bind9-utils")) return;
    const { listener, port } = await openChannel();
    await using _ = listener;
    const { code, output, errors } = await rndc(port, keyFile(algorithm), ["status"]);
    assert.equal(errors, "");
    assert.match(output, /^version: Homeport .*\n(.+\n){16}server is up and running\n$/);
    assert.equal(code, 0);
  });
}

const yesterday: Clock = { ...systemClock, nowMs: () => Date.now() - 86_400_000 };
const refusals: readonly (readonly [
  why: string,
  access: Partial<ControlAccess>,
  options: { secret?: string; clock?: Clock },
])[] = [
  ["a wrong secret", {}, { secret: "guessed" }],
  ["an algorithm that no key has", { keys: [sampleKey("hmac-sha512")] }, {}],
  ["an address that is not allowed", { allow: parseAddressMatch(["192.0.2.1"]) }, {}],
  ["a clock that is a day ahead", {}, { clock: yesterday }],
];
for (const [why, access, { secret, clock }] of refusals) {
  test(`rndc is closed without a word for ${why}`, async (t) => {
    if (!requirePeer(t, "rndc", "bind9-utils")) return;
    const { listener, port, target } = await openChannel(access, clock);
    await using _ = listener;
    const { code, output, errors } = await rndc(port, keyFile("hmac-sha256", secret), ["reload"]);
    assert.equal(output, "");
    assert.match(errors, /connection to remote host closed|connection reset/);
    assert.equal(code, 1);
    assert.deepEqual(target.calls, []);
  });
}

for (const [words, want] of rndcCases) {
  test(`rndc ${words.join(" ")}`, async (t) => {
    if (!requirePeer(t, "rndc", "bind9-utils")) return;
    const { listener, port, target } = await openChannel();
    await using _ = listener;
    for (const before of want.before ?? []) await rndc(port, keyFile("hmac-sha256"), before.split(" "));
    target.calls.length = 0;
    const { code, output, errors } = await rndc(port, keyFile("hmac-sha256"), words);
    assert.equal(errors, want.errors ?? "");
    assert.equal(output, want.output ?? "");
    assert.equal(code, want.errors === undefined ? 0 : 1);
    assert.deepEqual(target.calls, want.calls ?? []);
  });
}

test("rndc takes an answer of a megabyte", async (t) => {
  if (!requirePeer(t, "rndc", "bind9-utils")) return;
  const text = "zone after zone\n".repeat(65_000);
  const { log } = collectLog();
  await using listener = await ControlListener.open(
    { address: "127.0.0.1", port: 0, family: 4 },
    { allow: parseAddressMatch(["any"]), keys: allKeys, readOnly: false },
    { execute: async () => ({ result: "done", text }), log, clock: systemClock },
  );
  const { output } = await rndc(listener.local.port, keyFile("hmac-sha256"), ["zones"]);
  assert.equal(output, `${text}\n`);
});

test("rndc prints of Homeport what it prints of named, with the same exit code", async (t) => {
  if (!requirePeer(t, "rndc", "bind9-utils") || !requirePeer(t, "named", "bind9")) return;
  await using named = await startNamedWithControls();
  const { listener, port } = await openChannel();
  await using _ = listener;
  for (const [command, tolerance] of comparedCommands) {
    const words = command.split(" ");
    const theirs = await rndc(named.controlPort, keyFile("hmac-sha256"), words);
    const ours = await rndc(port, keyFile("hmac-sha256"), words);
    assert.equal(ours.code, theirs.code, `${command}: ${ours.errors} ${theirs.errors}`);
    assert.equal(shape(ours.output), shape(theirs.output), command);
    if (tolerance === "other words") continue;
    assert.equal(firstLine(ours.errors), firstLine(theirs.errors), command);
    if (tolerance !== "more words") assert.equal(ours.errors, theirs.errors, command);
  }
});

test("a readOnly channel refuses what a read-only channel of named does", async (t) => {
  if (!requirePeer(t, "rndc", "bind9-utils") || !requirePeer(t, "named", "bind9")) return;
  await using named = await startNamedWithControls("read-only yes");
  const { listener, port, target } = await openChannel({ readOnly: true });
  await using _ = listener;
  for (const command of readOnlyCommands) {
    const words = command.split(" ");
    const theirs = await rndc(named.controlPort, keyFile("hmac-sha256"), words);
    const ours = await rndc(port, keyFile("hmac-sha256"), words);
    assert.equal(ours.code, theirs.code, command);
    assert.equal(firstLine(ours.errors), firstLine(theirs.errors), command);
  }
  assert.deepEqual(target.calls, []);
});

/** What differs from one server and moment to another stands as what it is. */
function shape(output: string): string {
  return output
    .replace(/^(version|running on|configuration file)(:? ).*$/gm, "$1$2…")
    .replace(/^files: .*\//gm, "files: ")
    .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, "DATE")
    .replace(
      /^(serial|nodes|number of zones|tcp clients|TCP high-water|recursive clients|CPUs found): .*$/gm,
      "$1: N",
    )
    .replace(/^(worker threads|UDP listeners per interface): .*$/gm, "$1: N")
    .replace(/^soa queries in progress: .*$/gm, "soa queries in progress: N")
    .replace(/^(view "_default"; type "static"; key ")(.+\n)+/, "$1…");
}

function firstLine(text: string): string {
  return text.split("\n")[0]!;
}

async function startNamedWithControls(access = "") {
  const zone =
    "$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\nwww A 192.0.2.1\n";
  for (const name of ["static", "dyn"]) writeFileSync(join(folder, `${name}.db`), zone);
  const place = (name: string) => join(folder, `${name}.db`);
  const controlPort = await freePort();
  const statements = `${keyText("hmac-sha256")}
controls { inet 127.0.0.1 port ${controlPort} allow { 127.0.0.1; } keys { rndc-key; } ${access}; };
zone "dyn.net" { type primary; file "${place("dyn")}"; allow-update { key rndc-key; }; };
zone "copy.net" { type secondary; primaries port 9 { 127.0.0.1; }; };
`;
  const zones = [
    { name: "static.net", file: place("static") },
    { name: "broken.net", file: place("missing") },
  ];
  const options = "allow-new-zones no;";
  const named = await startNamed({ zones, options, statements });
  return { controlPort, [Symbol.asyncDispose]: () => named[Symbol.asyncDispose]() };
}

async function freePort(): Promise<number> {
  const { listener, port } = await openChannel();
  await listener[Symbol.asyncDispose]();
  return port;
}
