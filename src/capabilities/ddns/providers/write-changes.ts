/** Sends the changes of a zone in portions. */
import { limits } from "./api-limits.ts";
import { endsCall, meaningOf, type Trouble, troubleOf } from "./http-outcome.ts";
import type { PublishResult } from "./provider.ts";
import type { Ask, Change, Zone, ZoneApi } from "./zone-api.ts";

/** Whether a trouble is of the whole zone, whatever record it was asked for. */
export function isOfZone({ dialect }: Pick<ZoneApi, "dialect">, trouble: Trouble): boolean {
  return trouble.outcome === "refused" && meaningOf(trouble.code, dialect)?.means === "zone";
}

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
    const { trouble } = written;
    const isOfRecord = trouble.outcome === "refused" && !endsCall(trouble) && !isOfZone(api, trouble);
    if (isOfRecord && portion.length > 1) {
      portions.unshift(...portionsOf(portion, Math.ceil(portion.length / 2)));
      continue;
    }
    failuresInRow = isOfRecord ? 0 : failuresInRow + 1;
    const isEnd = endsCall(trouble) || isOfZone(api, trouble) || failuresInRow === limits.failuresInRowMax;
    // What nobody sent is not unconfirmed
    const left = isEnd ? portions.splice(0).flat() : [];
    for (const change of portion) results.set(change, trouble);
    for (const change of left) results.set(change, unsent(trouble));
  }
  return results;
}

async function writePortion(
  api: ZoneApi,
  ask: Ask,
  zone: Zone,
  portion: readonly Change[],
): Promise<{ readonly results: readonly PublishResult[] } | { readonly trouble: Trouble }> {
  try {
    const results = await api.write(ask, zone, portion);
    return { results: results ?? portion.map(() => ({ outcome: "changed" })) };
  } catch (error) {
    return { trouble: troubleOf(error) };
  }
}

function unsent(trouble: Trouble): Trouble {
  if (trouble.outcome !== "unconfirmed") return trouble;
  return { outcome: "failed", code: "unreachable", sentence: trouble.sentence };
}

function portionsOf(changes: readonly Change[], most: number): (readonly Change[])[] {
  return Array.from({ length: Math.ceil(changes.length / most) }, (_, index) =>
    changes.slice(index * most, (index + 1) * most),
  );
}
