/** How long nobody answered. */

/** The longest time between two neighbours of an ascending list, from `from` until `until`; both count. */
export function longestGap(times: readonly number[], from: number, until: number): number {
  let longest = 0;
  let last = from;
  for (const time of times) {
    if (time <= from) continue;
    if (time >= until) break;
    longest = Math.max(longest, time - last);
    last = time;
  }
  return Math.max(longest, until - last);
}
