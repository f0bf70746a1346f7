/** Sends the changes of a zone in portions. */
import { limits } from "./api-limits.ts";
import { endsCall, type ProviderTrouble, type Trouble, troubleOf } from "./http-outcome.ts";
import type { PublishResult } from "./provider.ts";
import type { Ask, Change, Zone, ZoneApi } from "./zone-api.ts";

/**
 * One result for each. A portion is taken whole or not at all: one that is refused is halved, so that a bad
 * record does not keep the good ones back. What concerns all, and what fails again and again, ends it.
 */
export async function writeChanges(
  api: ZoneApi,
  ask: Ask,
  zone: Zone,
  changes: readonly Change[],
): Promise<ReadonlyMap<Change, PublishResult>> {
  const results = new Map<Change, PublishResult>();
  const portions = portionsOf(changes, api.changesPerWriteMax);
  let failuresInRow = 0;
  for (let portion = portions.shift(); portion !== undefined; portion = portions.shift()) {
    const written = await writePortion(api, ask, zone, portion);
    if ("results" in written) {
      for (const [index, change] of portion.entries()) results.set(change, written.results[index]!);
      failuresInRow = 0;
      continue;
    }
    const { trouble, means } = written.error;
    if (means === "record" && portion.length > 1) {
      portions.unshift(...portionsOf(portion, Math.ceil(portion.length / 2)));
      continue;
    }
    failuresInRow = means === "record" || means === "missing" ? 0 : failuresInRow + 1;
    const isEnd = means === "zone" || endsCall(trouble) || failuresInRow === limits.failuresInRowMax;
    const left = isEnd ? portions.splice(0).flat() : [];
    // The zone was there when it was read: the record has gone since then, and is made anew at the next try
    for (const change of portion) results.set(change, means === "missing" ? forLater(trouble) : trouble);
    // What nobody sent is not unconfirmed
    for (const change of left)
      results.set(change, trouble.outcome === "unconfirmed" ? forLater(trouble) : trouble);
  }
  return results;
}

async function writePortion(
  api: ZoneApi,
  ask: Ask,
  zone: Zone,
  portion: readonly Change[],
): Promise<{ readonly results: readonly PublishResult[] } | { readonly error: ProviderTrouble }> {
  try {
    const results = await api.write(ask, zone, portion);
    return { results: results ?? portion.map(() => ({ outcome: "changed" })) };
  } catch (error) {
    return { error: troubleOf(error) };
  }
}

function forLater(trouble: Trouble): PublishResult {
  const { sentence } = trouble;
  return { outcome: "failed", code: "code" in trouble ? trouble.code : "unreachable", sentence };
}

function portionsOf(changes: readonly Change[], most: number): (readonly Change[])[] {
  return Array.from({ length: Math.ceil(changes.length / most) }, (_, index) =>
    changes.slice(index * most, (index + 1) * most),
  );
}
