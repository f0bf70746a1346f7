import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import { openBatchedListener } from "./batched.ts";
import { loadLibc } from "./libc.ts";
import { chooseDatagramListener } from "./open-datagram-listener.ts";
import { openDatagramListener } from "./portable.ts";

/** What is missing in a process that is changed before. */
function missingAfter(change: string): string {
  const script = `
    import { registerHooks } from "node:module";
        ${change}
    const { loadLibc } = await import(${JSON.stringify(new URL("./libc.ts", import.meta.url).href)});
    console.log(loadLibc({}).missing);`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  assert.notEqual(stdout, "", stderr);
  return stdout.trim();
}

test("on Linux with the FFI, datagrams go in batches, and nothing is said", (t) => {
  if (!/^linux (x64|arm64)$/.test(`${process.platform} ${process.arch}`))
    return t.skip("not on this machine");
  const { log, lines } = collectLog();
  assert.equal(chooseDatagramListener(log, {}), openBatchedListener);
  assert.deepEqual(lines, []);
});

test("HOMEPORT_NO_FFI=1 takes the portable one, and one line says why", () => {
  const { log, lines } = collectLog();
  assert.equal(chooseDatagramListener(log, { HOMEPORT_NO_FFI: "1" }), openDatagramListener);
  assert.equal(lines.length, 1);
  assert.match(JSON.stringify(lines), /one datagram at a time: HOMEPORT_NO_FFI is 1/);
  assert.equal(loadLibc({ HOMEPORT_NO_FFI: "0" }).missing, loadLibc({}).missing);
});

test("another system has none, which the reason says", () => {
  const change = 'Object.defineProperty(process, "platform", { value: "darwin" });';
  assert.match(missingAfter(change), /^it is for Linux on x64 and arm64, and this machine is darwin /);
});

for (const [why, hides, reason] of [
  [
    "a machine without the package",
    'name === "koffi"',
    /^the package koffi does not load \(hidden: koffi\)$/,
  ],
  [
    "a library that does not load",
    'name.includes("@koromix")',
    /^the package koffi does not load \(hidden: .*@koromix.*\)$/,
  ],
] as const) {
  test(`${why} is a reason, not an error`, () => {
    const hook = `registerHooks({ resolve(name, context, next) {
      if (${hides}) throw new Error("hidden: " + name + "\\nstack");
      return next(name, context);
    } });`;
    assert.match(missingAfter(hook), reason);
  });
}
