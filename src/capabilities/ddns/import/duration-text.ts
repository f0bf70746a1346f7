/** Periods of other programs as site.yaml has them. */
import { durationText } from "#platform/import/duration-text.ts";
import { limits } from "../limits.ts";

/** A period as `every` takes it. */
export function periodText(seconds: number): string {
  return durationText(Math.min(Math.max(seconds, limits.everySecondsMin), limits.everySecondsMax));
}
