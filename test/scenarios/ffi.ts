/** What tests of the workers do on a machine that has none. */
import type { TestContext } from "node:test";
import { loadLibc } from "#platform/datagram/libc.ts";

/** True when there are workers; else skips the test: `if (!requireFfi(t)) return;` */
export function requireFfi(t: TestContext): boolean {
  const { missing } = loadLibc();
  if (missing === undefined) return true;
  t.skip(`there are no workers here: ${missing}`);
  return false;
}
