/** Copies zones beside the thread that answers and changes them: several at a time, as octets come in. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort } from "node:worker_threads";
import { systemClock } from "#platform/clock/clock.ts";
import type { ThreadAnswer, ThreadCall } from "../../zones/call-thread.ts";
import { transferZone } from "./transfer-client.ts";
import type { TransferRequest, TransferResult } from "./transfer-request.ts";

export interface ThreadRequest {
  readonly request: TransferRequest;
  /** Certificates in PEM of authorities besides the machine's. */
  readonly authorities: readonly string[];
}

/** An image is handed over as its memory, which is shared. */
export type ThreadResult =
  | Exclude<TransferResult, { readonly kind: "zone" }>
  | (Omit<Extract<TransferResult, { readonly kind: "zone" }>, "image"> & {
      readonly buffer: ArrayBufferLike;
    });

setFlagsFromString("--expose-gc");
/** Shared memory weighs nothing to the collector, which would let old images stand as long as this thread. */
const collectGarbage = runInNewContext("gc") as () => void;

async function answer({ id, request }: ThreadCall<ThreadRequest>): Promise<void> {
  const { authorities } = request;
  const result = await transferZone(request.request, { clock: systemClock, authorities });
  parentPort!.postMessage({ id, answer: forThread(result) } satisfies ThreadAnswer<ThreadResult>);
  if (result.kind === "zone") setImmediate(collectGarbage);
}

function forThread(result: TransferResult): ThreadResult {
  if (result.kind !== "zone") return result;
  const { image, ...rest } = result;
  return { ...rest, buffer: image.buffer };
}

parentPort!.on("message", (call: ThreadCall<ThreadRequest>) => void answer(call));
