/** Looks for the highest rate that still goes well, in few tries. */

export interface Tried<Outcome> {
  readonly rate: number;
  readonly outcome: Outcome;
}

/** Ascending, in steps of a tenth or so where fast servers are. */
export const rates: readonly number[] = [
  [25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 600, 750, 1_000, 1_250, 1_500, 1_750],
  Array.from({ length: 33 }, (_, index) => 2_000 + index * 500),
].flat();

/**
 * The highest of `steps` (ascending) whose outcome is well, found by halving; undefined when not even the
 * lowest is. What fails is tried once more: a neighbour on the machine fails it too, and only ever so.
 */
export async function highestRate<Outcome>(
  steps: readonly number[],
  attempt: (rate: number) => Promise<Outcome>,
  isWell: (outcome: Outcome) => boolean,
): Promise<Tried<Outcome> | undefined> {
  let best: Tried<Outcome> | undefined;
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const rate = steps[middle]!;
    let outcome = await attempt(rate);
    if (!isWell(outcome)) outcome = await attempt(rate);
    if (isWell(outcome)) {
      best = { rate, outcome };
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return best;
}
