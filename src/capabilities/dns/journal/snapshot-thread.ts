/** Writes and reads snapshots, and compares large zones, beside the thread that changes them. */
import { parentPort } from "node:worker_threads";
import type { Name } from "#protocols/dns/name.ts";
import type { ThreadAnswer, ThreadCall } from "../zones/call-thread.ts";
import { ZoneImage } from "../zones/image.ts";
import { mergeZone, type ZoneMoment } from "../zones/zone-merge.ts";
import { type PackedDifference, packedDifference } from "./snapshot-compare.ts";
import { readSnapshot, SnapshotError, writeSnapshot } from "./snapshot-file.ts";

export type SnapshotCall =
  | { readonly do: "write"; readonly path: string; readonly content: ZoneMoment }
  | { readonly do: "read"; readonly path: string; readonly origin: Name }
  | { readonly do: "compare"; readonly before: ArrayBufferLike; readonly after: ArrayBufferLike };

export type SnapshotAnswer =
  | { readonly did: "write" }
  | { readonly did: "read"; readonly buffer: ArrayBufferLike }
  | ({ readonly did: "compare" } & PackedDifference)
  | {
      readonly did: "fail";
      /** "snapshot": the file is damaged. Else the code of the file system. */
      readonly why: string;
      readonly sentence: string;
    };

function answerTo(call: SnapshotCall): SnapshotAnswer {
  switch (call.do) {
    case "write":
      writeSnapshot(call.path, mergeZone(call.content, { octets: 0, names: 0 }).image);
      return { did: "write" };
    case "read":
      return { did: "read", buffer: readSnapshot(call.path, call.origin).buffer };
    case "compare":
      return { did: "compare", ...packedDifference(new ZoneImage(call.before), new ZoneImage(call.after)) };
  }
}

function failureOf(error: unknown): SnapshotAnswer {
  if (error instanceof SnapshotError) return { did: "fail", why: "snapshot", sentence: error.message };
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return { did: "fail", why: code, sentence: message };
}

parentPort!.on("message", ({ id, request }: ThreadCall<SnapshotCall>) => {
  let answer: SnapshotAnswer;
  try {
    answer = answerTo(request);
  } catch (error) {
    answer = failureOf(error);
  }
  const moved = answer.did === "compare" ? [answer.octets.buffer] : [];
  parentPort!.postMessage({ id, answer } satisfies ThreadAnswer<SnapshotAnswer>, moved);
});
