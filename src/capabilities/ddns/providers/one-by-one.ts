/** Changes of which each is a request of its own, though they are finished together. */
import { type Trouble, troubleOf } from "./http-outcome.ts";
import type { PublishResult } from "./provider.ts";
import type { Change } from "./zone-api.ts";

/** One result for each: what is wrong with one record keeps no other back, all else ends it. */
export async function inTurn(
  changes: readonly Change[],
  writeOne: (change: Change) => Promise<void>,
): Promise<readonly PublishResult[]> {
  const results: PublishResult[] = [];
  let end: PublishResult | undefined;
  for (const change of changes) {
    if (end !== undefined) {
      results.push(end);
      continue;
    }
    try {
      await writeOne(change);
      results.push({ outcome: "changed" });
    } catch (error) {
      const { trouble, means } = troubleOf(error);
      // The zone was there when it was read: the record has gone since then, and is made anew at the next try
      results.push(means === "missing" ? forLater(trouble) : trouble);
      if (means !== "record" && means !== "missing") end = forLater(trouble);
    }
  }
  return results;
}

/** Of what was not sent. */
function forLater(trouble: Trouble): PublishResult {
  if (trouble.outcome === "refused" && trouble.scope === "account") return trouble;
  const { sentence } = trouble;
  const wait = "retryAfterMs" in trouble ? { retryAfterMs: trouble.retryAfterMs } : {};
  return { outcome: "failed", code: "code" in trouble ? trouble.code : "unreachable", sentence, ...wait };
}
