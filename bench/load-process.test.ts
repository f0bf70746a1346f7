import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { LoadProcess } from "./load-process.ts";

/** A client that counts until it is told to end, or at once when its order says so. */
function counter(t: TestContext): string {
  const file = join(tmpdir(), `homeport-load-${process.pid}.ts`);
  t.after(() => rmSync(file));
  writeFileSync(
    file,
    `import { runAsLoad } from ${JSON.stringify(join(import.meta.dirname, "load-process.ts"))};
     const { most } = JSON.parse(process.argv[2]);
     let ended = false;
     await runAsLoad(async () => ({
       run: async () => {
         let count = 0;
         for (; count < most && !ended; count++) await new Promise((turn) => setImmediate(turn));
         return { count };
       },
       finish: () => { ended = true; },
     }));`,
  );
  return file;
}

test("a load runs when it is told to, and says what came of it and what it cost", async (t) => {
  using load = await LoadProcess.start<{ count: number }>(counter(t), { most: 1_000 });
  load.begin();
  const { count, cpuSeconds } = await load.report();
  assert.equal(count, 1_000);
  assert.ok(cpuSeconds > 0 && cpuSeconds < 10);
});

test("a load can be ended before its time", async (t) => {
  using load = await LoadProcess.start<{ count: number }>(counter(t), { most: Number.MAX_SAFE_INTEGER });
  load.begin();
  load.finish();
  assert.ok((await load.report()).count < Number.MAX_SAFE_INTEGER);
});

test("a load that ends without a word is told of", async () => {
  const script = join(import.meta.dirname, "statistics.ts");
  await assert.rejects(LoadProcess.start(script, {}), /ended without a word/);
});
