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

/** Of one try: "perhaps" is tried again, since a neighbour on the machine can spoil it. */
export type Verdict = "well" | "perhaps" | "hopeless";

const triesMax = 3;

/**
 * The highest of `steps` (ascending) whose outcome is well, found by halving; undefined when not even the
 * lowest is.
 */
export async function highestRate<Outcome>(
  steps: readonly number[],
  attempt: (rate: number) => Promise<Outcome>,
  judge: (outcome: Outcome) => Verdict,
): Promise<Tried<Outcome> | undefined> {
  let best: Tried<Outcome> | undefined;
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const rate = steps[middle]!;
    let outcome = await attempt(rate);
    for (let tries = 1; tries < triesMax && judge(outcome) === "perhaps"; tries++)
      outcome = await attempt(rate);
    if (judge(outcome) === "well") {
      best = { rate, outcome };
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return best;
}
