import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { Workplace } from "./workplace.ts";

const endless = [process.execPath, "-e", "setInterval(() => {}, 1000)"];

test("the folder and the programs go with the workplace", async () => {
  const place = new Workplace("test");
  const group = place.start(endless);
  assert.ok(existsSync(place.newFolder("zones")));
  await place[Symbol.asyncDispose]();
  assert.ok(group.ended);
  assert.ok(!existsSync(place.folder));
  assert.equal(process.listenerCount("SIGINT"), 0);
});

test("output is what a program has said", async () => {
  await using place = new Workplace("test");
  const output = place.openOutput("said");
  const group = place.start([process.execPath, "-e", "console.log(7)"], { stdout: output.descriptor });
  output.close();
  assert.equal(await group.end(), 0);
  assert.equal(readFileSync(output.file, "utf8"), "7\n");
});

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  test(`after ${signal} there is no folder and no program left, not even one that stands still`, async (t) => {
    const script = `
      import { Workplace } from ${JSON.stringify(join(import.meta.dirname, "workplace.ts"))};
      const place = new Workplace("test");
      const group = place.start(${JSON.stringify(endless)});
      group.pause();
      console.log(JSON.stringify([place.folder, group.pid]));
      setInterval(() => {}, 1000);`;
    const words = ["--input-type=module", "-e", script];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    const [folder, pid] = JSON.parse(said.toString()) as [string, number];
    t.after(() => isRunning(pid) && process.kill(pid, "SIGKILL"));
    child.kill(signal);
    const [ended] = (await once(child, "exit")) as [number];
    assert.equal(ended, code);
    assert.ok(!existsSync(folder));
    const patience = performance.now() + 5_000; // one that was killed takes a moment to go
    while (isRunning(pid) && performance.now() < patience) await new Promise(setImmediate);
    assert.ok(!isRunning(pid), "the program goes on");
  });
}

function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
