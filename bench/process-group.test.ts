import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { allowedCores } from "./machine.ts";
import { groupOf, ProcessGroup } from "./process-group.ts";

const stats = [
  ["is the third field after the name", "12 (nsd) S 1 34 34 0 -1", 34],
  ["is found behind a name with blanks and parentheses", "12 (a) (b c) S 1 56 34 0", 56],
  ["is unknown when the process has ended", "", undefined],
  ["is unknown when only its parent has not noticed its end", "12 (nsd) Z 1 34 34 0 -1", undefined],
] as const;
for (const [why, stat, want] of stats) {
  test(`the group of a process ${why}`, () => assert.equal(groupOf(stat), want));
}

/** Two processes: a parent that says so on standard error once it has a busy child. */
const family = [
  process.execPath,
  "-e",
  `const busy = "process.send(1); for (;;);";
   require("node:child_process").fork("-e", [busy], { execArgv: ["-e", busy], stdio: "ignore" })
     .on("message", () => console.error("ready"));`,
];

async function startFamily(): Promise<ProcessGroup> {
  const group = new ProcessGroup(family);
  await once(group.leader.stderr!, "data");
  return group;
}

test("a program and what it has started are counted together, and end together", async () => {
  await using group = await startFamily();
  const members = group.members();
  assert.equal(members.length, 2);
  assert.equal(members[0], group.pid);
  let before = group.cpuNanoseconds();
  const start = before;
  while (before - start < 20_000_000n) before = group.cpuNanoseconds(); // the busy child goes on
  assert.ok(group.residentOctets() > 1_000_000);
  await group[Symbol.asyncDispose]();
  assert.ok(group.ended);
  for (const pid of members)
    assert.ok([undefined, "Z"].includes(stateOf(`/proc/${pid}`)), `${pid} is still there`);
});

test("every thread is kept to a core, whatever it has chosen itself", async () => {
  await using group = await startFamily();
  const [core] = allowedCores();
  group.keepTo(String(core));
  for (const thread of threadsOf(group)) {
    const status = readFileSync(`${thread}/status`, "utf8");
    assert.equal(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)![1], String(core));
  }
});

test("a paused group uses no processor, and ends all the same", async () => {
  await using group = await startFamily();
  group.pause();
  for (const thread of threadsOf(group)) await untilStopped(thread);
  const before = group.cpuNanoseconds();
  for (let i = 0; i < 1e7; i++); // some time for it to be used, if it could be
  assert.equal(group.cpuNanoseconds(), before);
  await group[Symbol.asyncDispose]();
  assert.equal(group.leader.signalCode, "SIGTERM", "it was asked to end, not killed");
  assert.deepEqual(group.members(), []);
});

/** Folders of all threads. */
function threadsOf(group: ProcessGroup): string[] {
  return group
    .members()
    .flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`));
}

/** Of the process or thread of a folder. */
function stateOf(folder: string): string | undefined {
  try {
    return /\) (\S)/.exec(readFileSync(`${folder}/stat`, "latin1"))?.[1];
  } catch {
    return undefined;
  }
}

async function untilStopped(thread: string): Promise<void> {
  while (stateOf(thread) !== "T") await new Promise((resolve) => setImmediate(resolve));
}
