/**
 * Gives back the memory of zone images that are no longer served. Nothing is allocated for a query, so that the
 * garbage collector of a worker would never run, and what it alone still holds would never be given back.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { limits } from "../limits.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

export class OldMemory {
  /** When something large was let go of first, or 0. */
  private sinceMs = 0;

  /** Something large was let go of. */
  letGo(): void {
    if (this.sinceMs === 0) this.sinceMs = performance.now();
  }

  /** To be called between batches. */
  giveBack(): void {
    if (this.sinceMs === 0 || performance.now() - this.sinceMs < limits.oldMemoryMs) return;
    this.sinceMs = 0;
    collect();
  }
}
