/**
 * Loads zones beside the thread that answers: reading a large zone takes seconds, during which queries go on.
 */
import { parentPort } from "node:worker_threads";
import type { ThreadAnswer, ThreadCall } from "./call-thread.ts";
import { loadZone, type ZoneLoad, type ZoneLoadRequest } from "./load.ts";

export interface LoaderAnswer extends Omit<ZoneLoad, "image"> {
  /** Shared memory: it is handed over, not copied. */
  readonly buffer: ArrayBufferLike | undefined;
}

parentPort!.on("message", ({ id, request }: ThreadCall<ZoneLoadRequest>) => {
  const { image, problems, files } = loadZone(request);
  const answer = { buffer: image?.buffer, problems, files };
  parentPort!.postMessage({ id, answer } satisfies ThreadAnswer<LoaderAnswer>);
});
