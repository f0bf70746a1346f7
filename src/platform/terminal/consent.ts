/** What a person answers to a question of yes or no. */

/** Whoever breaks off has not agreed. */
export function isYes(answer: string | undefined): boolean {
  return /^y(es)?$/i.test(answer ?? "");
}
