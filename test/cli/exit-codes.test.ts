import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { ExitCode } from "#contracts/command.ts";

test("docs/exit-codes.md lists every exit code by number and name", () => {
  const text = readFileSync(join(import.meta.dirname, "..", "..", "docs", "exit-codes.md"), "utf8");
  const rows = [...text.matchAll(/^\| (\d) \| (\w+) \| \S.*\|$/gm)];
  assert.deepEqual(Object.fromEntries(rows.map(([, code, name]) => [name, Number(code)])), ExitCode);
});
