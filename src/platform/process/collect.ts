/** V8's collector, for memory that it would not give back by itself. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as (options?: {
  readonly type: "minor" | "major";
  readonly execution?: "sync";
  readonly flavor?: "last-resort";
}) => void;

/** Of this thread, at once. `young`: only what was made lately, in well under a millisecond. */
export function collect(what: "all" | "young" = "all"): void {
  if (what === "all") gc();
  else gc({ type: "minor" });
}

/**
 * Of this thread, and gives room that is free back to the system: for once, after a start that has read much.
 * It takes a millisecond for each megabyte that is kept.
 */
export function shrink(): void {
  gc({ type: "major", execution: "sync", flavor: "last-resort" });
}
