/** What commands call and answer; test/interop/bind9-rndc has more of them, with the real rndc. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ZoneUnchangeableError } from "../journal/zone-writer.ts";
import { SampleTarget } from "./control-target.testing.ts";
import { runCommand } from "./rndc-commands.ts";
import { unsupportedCommands } from "./unsupported-commands.ts";

async function run(text: string, target = new SampleTarget(), readOnly = false) {
  const { result, text: words } = await runCommand(text, target, { readOnly });
  return { result, text: words, calls: target.calls };
}

test("status has named's lines in named's order", async () => {
  assert.deepEqual((await run("status")).text?.split("\n"), [
    "version: Homeport 0.1.0",
    "running on gate: Linux x86_64 6.18.44",
    "boot time: Tue, 24 Nov 2026 19:40:58 GMT",
    "last configured: Tue, 24 Nov 2026 19:41:58 GMT",
    "configuration file: /etc/homeport/site.yaml",
    "CPUs found: 2",
    "worker threads: 1",
    "UDP listeners per interface: 1",
    "number of zones: 4 (0 automatic)",
    "debug level: 0",
    "xfers running: 0",
    "xfers deferred: 0",
    "soa queries in progress: 0",
    "query logging is OFF",
    "recursive clients: 0/0/0",
    "tcp clients: 0/512",
    "TCP high-water: 3",
    "server is up and running",
  ]);
});

const answers: readonly (readonly [
  command: string,
  result: string,
  text: string | undefined,
  calls: string[],
])[] = [
  ["null", "done", undefined, []],
  ["", "failure", undefined, []],
  ["  \t\n", "failure", undefined, []],
  ["\tReLoad\n", "done", "server reload successful", ["reload"]],
  ['"reload"', "unknownCommand", undefined, []],
  ["constructor", "unknownCommand", undefined, []],
  ["__proto__", "unknownCommand", undefined, []],
  ['notify "static.net"', "done", "zone notify queued", ["notify static.net."]],
  ['notify "sta\\"tic.net"', "notFound", `no matching zone 'sta"tic.net' in any view`, []],
  ['notify "static.net" "in" "_default"', "done", "zone notify queued", ["notify static.net."]],
  ['notify "static\n.net"', "unexpectedEnd", "unbalanced quotes", []],
  ["notify static.net ANY", "notFound", "no matching zone 'static.net' in any view", []],
  ["notify static.net XX nope", "unknownClass", undefined, []],
  ["notify nosuch IN nope", "notFound", "no matching view 'nope'", []],
  ["notify größe.example", "notFound", "no matching zone 'größe.example' in any view", []],
  ["notify пример", "badEscape", '"пример." is not ASCII; write its xn-- form', []],
  ['sync "-clean" DYN.net', "done", undefined, ["sync -clean dyn.net."]],
  ["sync -CLEAN", "notFound", "no matching zone '-CLEAN' in any view", []],
  ["thaw dyn.net", "done", undefined, ["thaw dyn.net."]],
  ["flush nope", "notFound", undefined, []],
  ["flushtree .", "done", undefined, ["flushTree ."]],
  ["querylog yes", "done", undefined, ["queryLog true"]],
  ["querylog 0", "syntax", undefined, []],
  ["stop -p", "done", "pid: 4242", []],
];
for (const [command, result, text, calls] of answers) {
  test(`${JSON.stringify(command)} answers ${result}`, async () => {
    assert.deepEqual(await run(command), { result, text, calls });
  });
}

test("stop is done afterwards, with dynamic zones saved, halt without", async () => {
  const target = new SampleTarget();
  for (const command of ["stop", "halt"]) {
    const { afterwards } = await runCommand(command, target, { readOnly: false });
    assert.deepEqual(target.calls.splice(0), []);
    afterwards?.();
    assert.deepEqual(target.calls.splice(0), [command]);
  }
});

test("what Homeport does not do says what does it instead", async () => {
  for (const command of unsupportedCommands.keys()) {
    const { result, text, calls } = await run(`${command} a.example`);
    assert.deepEqual([result, calls], ["notImplemented", []], command);
    assert.ok(text!.length > 30, command);
  }
});

test("a channel that is readOnly shows, and changes nothing", async () => {
  for (const command of ["null", "status", "zonestatus static.net", "showzone static.net"]) {
    assert.equal((await run(command, new SampleTarget(), true)).result, "done", command);
  }
  for (const command of ["reload", "stop", "sync", "tsig-list", "addzone", "nosuch", "RELOAD"]) {
    const { result, text, calls } = await run(command, new SampleTarget(), true);
    assert.deepEqual([result, calls], ["failure", []], command);
    assert.match(text!, /readOnly/);
  }
});

test("mistakes in settings and zone files are told as elsewhere", async () => {
  const target = new SampleTarget();
  target.settingsProblem = 'there is no key "k"';
  const { result, text } = await run("reload", target);
  assert.deepEqual([result, text], ["failure", 'dns.zones[0]: there is no key "k"']);
});

describe("zones that cannot be changed", () => {
  for (const [why, result] of [
    ["unknown", "notFound"],
    ["not-loaded", "notLoaded"],
    ["secondary", "notPrimary"],
    ["frozen", "frozen"],
    ["signed", "notDynamic"],
    ["busy", "failure"],
  ] as const) {
    test(`${why} is ${result}`, async () => {
      const target = new SampleTarget();
      target.sync = () => Promise.reject(new ZoneUnchangeableError(why, "because"));
      assert.deepEqual(await run("sync dyn.net", target), { result, text: "because", calls: [] });
    });
  }
});

test("faults of ours are left to the channel", async () => {
  const target = new SampleTarget();
  target.reload = () => Promise.reject(new TypeError("ours"));
  await assert.rejects(run("reload", target), TypeError);
});

test("any line has an answer", async () => {
  const words = fc.constantFrom(
    "reload",
    "sync",
    "zonestatus",
    "-clean",
    "dyn.net",
    "IN",
    "_default",
    '"',
    "\\",
    "{",
  );
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 100 }),
    fc.array(words, { maxLength: 6 }).map((list) => list.join(" ")),
  );
  await fc.assert(
    fc.asyncProperty(line, async (text) => {
      assert.equal(typeof (await run(text)).result, "string");
    }),
    { numRuns: 1_000 },
  );
});
