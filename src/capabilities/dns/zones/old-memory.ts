/**
 * Gives back the memory of zone images that are no longer served. It is shared memory, which V8 does not
 * count when it decides to collect; and in a worker nothing is allocated for a query, so that it never
 * would. Without this, what a thread last knew of an image would never be given back.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { loadLibc } from "#platform/datagram/libc.ts";
import { limits } from "../limits.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** For a thread that has no event loop. */
export class OldMemory {
  /** When what was let go of is to be given back, or 0. */
  private dueMs = 0;

  /** An image was let go of. */
  letGo(): void {
    // A collection takes some milliseconds: not in all threads at the same moment.
    if (this.dueMs === 0) this.dueMs = performance.now() + limits.oldMemoryMs * (1 + Math.random());
  }

  /** To be called between batches. */
  giveBack(): void {
    if (this.dueMs === 0 || performance.now() < this.dueMs) return;
    this.dueMs = 0;
    collect();
  }
}

let isDue = false;

/**
 * For the thread with an event loop, when an image was let go of. What the threads that load and merge have
 * freed goes back to the system, too: glibc keeps it for other threads, of which there may never be so many.
 */
export function giveBackSoon(): void {
  if (isDue) return;
  isDue = true;
  const giveBack = (): void => {
    isDue = false;
    collect();
    loadLibc().libc?.mallocTrim(0);
  };
  setTimeout(giveBack, limits.oldMemoryMs).unref();
}
