/** Merges zones, and makes room in them, beside the thread that changes them. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort } from "node:worker_threads";
import type { ThreadAnswer, ThreadCall } from "./call-thread.ts";
import { ZoneImage } from "./image.ts";
import { ImageMemory } from "./image-memory.ts";
import type { OffsetMapData } from "./offset-map.ts";
import { ZoneEditor } from "./zone-editor.ts";
import { type MergedZone, type MergeRoom, mergeZone, type ZoneMoment } from "./zone-merge.ts";

export type MergeCall =
  /** An image that has not changed yet, to be copied with room behind it. */
  { readonly open: ArrayBufferLike } | { readonly merge: ZoneMoment; readonly room: MergeRoom };

export interface MergeAnswer {
  readonly buffer: ArrayBufferLike;
  readonly children: OffsetMapData;
}

setFlagsFromString("--expose-gc");
/** Shared memory weighs nothing to the collector, which would let old images stand as long as this thread. */
const collectGarbage = runInNewContext("gc") as () => void;

function answerTo(request: MergeCall): MergedZone {
  if ("merge" in request) return mergeZone(request.merge, request.room);
  const { image } = ZoneEditor.open(new ZoneImage(request.open));
  return { image, children: new ImageMemory(image).childCounts() };
}

parentPort!.on("message", ({ id, request }: ThreadCall<MergeCall>) => {
  const { image, children } = answerTo(request);
  const answer = { buffer: image.buffer, children: children.data };
  parentPort!.postMessage({ id, answer } satisfies ThreadAnswer<MergeAnswer>, [children.data.words.buffer]);
  setImmediate(collectGarbage);
});
