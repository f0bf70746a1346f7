/**
 * Gives back the memory of zone images that are no longer served. It is shared memory, which V8 does not
 * count when it decides to collect; and in a worker nothing is allocated for a query, so that it never
 * would. Without this, what a thread last knew of an image would never be given back.
 */
import { loadLibc } from "#platform/datagram/libc.ts";
import { collect } from "#platform/process/collect.ts";
import { limits } from "../limits.ts";

/**
 * For a thread that has no event loop and keeps people waiting while it collects. What was young is collected
 * soon, in well under a millisecond, and that is what a zone loaded lately is. The rest, which takes 6 to 25
 * ms, waits until nobody asks anything, though not for ever.
 */
export class OldMemory {
  /** When young memory is to be given back, and when all of it at the latest; 0: not. */
  private youngDueMs = 0;
  private allDueMs = 0;

  /** An image was let go of. */
  letGo(): void {
    const nowMs = performance.now();
    // Not in all threads at the same moment.
    if (this.youngDueMs === 0) this.youngDueMs = nowMs + limits.oldMemoryMs * (1 + Math.random());
    if (this.allDueMs === 0) this.allDueMs = nowMs + limits.oldMemoryMsMax * (1 + Math.random());
  }

  /** To be called between batches. `idle`: nothing came for a while. */
  giveBack(idle: boolean): void {
    if (this.allDueMs === 0) return;
    const nowMs = performance.now();
    const youngIsDue = this.youngDueMs !== 0 && nowMs >= this.youngDueMs;
    if (nowMs >= this.allDueMs || (idle && (youngIsDue || this.youngDueMs === 0))) {
      this.youngDueMs = this.allDueMs = 0;
      collect();
    } else if (youngIsDue) {
      this.youngDueMs = 0;
      collect("young");
    }
  }
}

/** What was let go of and not given back. */
let octetsLeft = 0;
let due: { readonly atMs: number; readonly timer: NodeJS.Timeout } | undefined;

/**
 * For the thread with an event loop, when images of so many octets were let go of. What the threads that load
 * and merge have freed goes back to the system, too: glibc keeps it for other threads, of which there may
 * never be so many. Little waits until it is much, since a zone of some hundred names that changes all the
 * time gets another image several times a second, and everybody waits while this collects.
 */
export function giveBackSoon(octets: number): void {
  octetsLeft += octets;
  const waitMs = octetsLeft >= limits.oldMemoryOctets ? limits.oldMemoryMs : limits.oldMemoryMsMax;
  const atMs = performance.now() + waitMs;
  if (due !== undefined && due.atMs <= atMs) return;
  clearTimeout(due?.timer);
  due = { atMs, timer: setTimeout(giveBack, waitMs).unref() };
}

function giveBack(): void {
  octetsLeft = 0;
  due = undefined;
  collect();
  loadLibc().libc?.mallocTrim(0);
}
