/** The short form of `changes-lives.ts 50`. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

test("a name server that ends with work under way leaves nothing behind, and nobody waiting", {
  timeout: 60_000,
}, (t) => {
  const script = join(import.meta.dirname, "changes-lives.ts");
  const ran = spawnSync(process.execPath, [script, "15"], { encoding: "utf8", timeout: 50_000 });
  assert.equal(ran.status, 0, `it must end by itself: ${ran.stdout}${ran.stderr}`);
  t.diagnostic(ran.stdout.trim());
  const seen = JSON.parse(ran.stdout) as Record<string, unknown>;
  assert.deepEqual([seen["rounds"], seen["faults"], seen["hung"]], [15, [], 0]);
  assert.ok(Number(seen["slowestMs"]) < 4_000);
});
