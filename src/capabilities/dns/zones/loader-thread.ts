/**
 * Loads zones beside the thread that answers: reading a large zone takes seconds, during which queries go on.
 */
import { parentPort } from "node:worker_threads";
import { loadZone, type ZoneLoad, type ZoneLoadRequest } from "./load.ts";

export interface LoaderCall {
  readonly id: number;
  readonly request: ZoneLoadRequest;
}

export interface LoaderAnswer extends Omit<ZoneLoad, "image"> {
  readonly id: number;
  /** Shared memory: it is handed over, not copied. */
  readonly buffer: ArrayBufferLike | undefined;
}

parentPort!.on("message", ({ id, request }: LoaderCall) => {
  const { image, problems, files } = loadZone(request);
  parentPort!.postMessage({ id, buffer: image?.buffer, problems, files } satisfies LoaderAnswer);
});
