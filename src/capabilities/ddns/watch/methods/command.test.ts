import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { commandWitness } from "./command.ts";
import { runProgramIn } from "./run-program.ts";
import { facts, wordsOf } from "./witness-ports.testing.ts";

const alsoPublic = ["203.0.113.0/24"];

function rig(t: TestContext, command: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "command-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const environment = { PATH: process.env["PATH"], HOME: "/nowhere", SECRET: "1" };
  const runProgram = runProgramIn({ folder, environment });
  return { folder, witness: commandWitness(facts, { command, runProgram, alsoPublic }) };
}

suite("a program that prints the address", () => {
  for (const [why, command, want] of [
    ["the address", ["echo", "203.0.113.9"], "203.0.113.9"],
    [
      "what no shell has read",
      ["echo", "$(echo 203.0.113.9)"],
      'says "$(echo 203.0.113.9)", which is not one address',
    ],
    [
      "the family that is asked for",
      ["echo", "an {family} one"],
      'says "an ipv4 one", which is not one address',
    ],
    [
      "its environment",
      ["sh", "-c", 'echo "[$SECRET][$HOME]"'],
      'says "[][/nowhere]", which is not one address',
    ],
    ["nothing", ["true"], "says nothing"],
    ["a private address", ["echo", "10.0.0.1"], "says 10.0.0.1, which is private"],
    ["the address, and fails", ["sh", "-c", "echo 203.0.113.9; exit 3"], "ends with 3"],
    ["why it fails", ["sh", "-c", "printf 'a\\n\\033[2Jb\\n' >&2; exit 1"], "ends with 1: ?[2Jb"],
    ["nothing, and is ended", ["sh", "-c", "kill -TERM $$"], "ends with SIGTERM"],
    ["without end", ["yes"], "prints too much to be an address"],
    ["nothing, for it is not there", ["/nowhere/program"], "cannot be started (ENOENT)"],
    ["nothing, for it cannot be", ["sh", "a\0b"], "cannot be started (ERR_INVALID_ARG_VALUE)"],
    ["the address, and leaves another behind", ["sh", "-c", "sleep 2 & echo 203.0.113.9"], "203.0.113.9"],
  ] as const) {
    test(`prints ${why}`, async (t) => {
      assert.equal(await wordsOf(rig(t, command).witness), want);
    });
  }

  test("that prints too much is ended with all that it started", async (t) => {
    const { witness, folder } = rig(t, ["sh", "-c", "yes 2>/dev/null; sleep 0.2; touch late"]);
    assert.equal(await wordsOf(witness), "prints too much to be an address");
    await wait(400);
    assert.ok(!existsSync(join(folder, "late")));
  });

  test("that takes too long is ended with all that it started", async (t) => {
    const { witness, folder } = rig(t, ["sh", "-c", "touch begun; (sleep 0.3; touch late) & wait"]);
    const end = new AbortController();
    const sighting = witness.look("ipv4", end.signal);
    for (let tries = 0; !existsSync(join(folder, "begun")); tries++) {
      assert.ok(tries < 1_000, "it does not begin");
      await wait(5);
    }
    end.abort();
    assert.deepEqual(await sighting, { kind: "unknown", why: "is not waited for any longer" });
    await wait(500);
    assert.ok(!existsSync(join(folder, "late")));
  });
});
