import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { GCProfiler } from "node:v8";
import { limits } from "../limits.ts";
import { giveBackSoon } from "./old-memory.ts";

/** How often all was collected meanwhile. */
function collections(run: () => void): number {
  const profiler = new GCProfiler();
  profiler.start();
  run();
  const { statistics } = profiler.stop()!;
  return statistics.filter(({ gcType }) => gcType === "MarkSweepCompact").length;
}

/** Octets of each image that is let go of, milliseconds, collections. */
const cases: Readonly<Record<string, readonly (readonly [octets: number[], ms: number, want: number])[]>> = {
  "a large image is given back soon": [[[limits.oldMemoryOctets], limits.oldMemoryMs, 1]],
  "small ones wait until they are many": [
    [[100_000, 100_000], limits.oldMemoryMs * 2, 0],
    [Array<number>(200).fill(100_000), limits.oldMemoryMs, 1],
  ],
  "a few small ones wait no longer than the bound": [
    [[100_000], limits.oldMemoryMsMax - 1, 0],
    [[100_000], 1, 1],
    [[], limits.oldMemoryMsMax * 2, 0],
  ],
  "many large ones are given back at once": [
    [Array<number>(5).fill(limits.oldMemoryOctets), limits.oldMemoryMs, 1],
    [[], limits.oldMemoryMsMax * 2, 0],
  ],
};

for (const [why, steps] of Object.entries(cases))
  test(`images that are no longer served: ${why}`, () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const counted = steps.map(([images, ms]) =>
        collections(() => {
          for (const octets of images) giveBackSoon(octets);
          mock.timers.tick(ms);
        }),
      );
      assert.deepEqual(
        counted,
        steps.map(([, , want]) => want),
      );
    } finally {
      mock.timers.reset();
    }
  });
