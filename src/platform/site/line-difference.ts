/** What is another between two texts, line by line. Pure. */
import { limits } from "./limits.ts";

/** For each line of one text the line of the other that it is, or -1. Lines do not cross. */
export type LineMatches = Int32Array;

/** After Myers, "An O(ND) Difference Algorithm and Its Variations": the fewest lines that differ. */
export function matchLines(before: readonly string[], after: readonly string[]): LineMatches {
  const matches = new Int32Array(before.length).fill(-1);
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start])
    matches[start] = start++;
  let [endBefore, endAfter] = [before.length, after.length];
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1])
    matches[--endBefore] = --endAfter;
  for (const [x, y] of diagonals(before.slice(start, endBefore), after.slice(start, endAfter)))
    matches[start + x] = start + y;
  return matches;
}

/** The pairs of equal lines on the shortest way from one text to the other, from the end on. */
function diagonals(before: readonly string[], after: readonly string[]): [number, number][] {
  const steps = furthestSteps(before, after);
  const pairs: [number, number][] = [];
  let [x, y] = [before.length, after.length];
  for (let depth = (steps?.length ?? 0) - 1; depth >= 0; depth--) {
    const reached = steps![depth]!;
    const diagonal = x - y;
    const isDown = depth > 0 && comesFromAbove(reached, diagonal, depth);
    const from = depth === 0 ? 0 : diagonal + (isDown ? 1 : -1);
    const beginX = depth === 0 ? 0 : reached.get(from)!;
    while (x > (depth === 0 ? 0 : isDown ? beginX : beginX + 1) && y > 0) pairs.push([--x, --y]);
    if (depth > 0) [x, y] = [beginX, beginX - from];
  }
  return pairs;
}

/** What each number of changes had reached before it, by diagonal; undefined: too many changes. */
function furthestSteps(
  before: readonly string[],
  after: readonly string[],
): ReadonlyMap<number, number>[] | undefined {
  const steps: ReadonlyMap<number, number>[] = [];
  const furthest = new Map<number, number>();
  for (let depth = 0; depth <= limits.changedLinesMax; depth++) {
    steps.push(new Map(furthest));
    for (let diagonal = -depth; diagonal <= depth; diagonal += 2) {
      let x = 0;
      if (depth > 0)
        x = comesFromAbove(furthest, diagonal, depth)
          ? furthest.get(diagonal + 1)!
          : furthest.get(diagonal - 1)! + 1;
      let y = x - diagonal;
      while (x < before.length && y < after.length && before[x] === after[y]) {
        x++;
        y++;
      }
      furthest.set(diagonal, x);
      if (x >= before.length && y >= after.length) return steps;
    }
  }
  return undefined;
}

/** A line came rather than went. */
function comesFromAbove(furthest: ReadonlyMap<number, number>, diagonal: number, depth: number): boolean {
  if (diagonal === -depth) return true;
  return diagonal !== depth && furthest.get(diagonal - 1)! < furthest.get(diagonal + 1)!;
}

/** `-` and `+` before what went and came, a blank before the lines around, `…` where others are left out. */
export function differenceLines(before: string, after: string, around = 2): string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const matches = matchLines(old, now);
  const all: string[] = [];
  let y = 0;
  for (const [x, line] of old.entries()) {
    const match = matches[x]!;
    if (match === -1) {
      all.push(`-${line}`);
      continue;
    }
    for (; y < match; y++) all.push(`+${now[y]}`);
    all.push(` ${line}`);
    y++;
  }
  for (; y < now.length; y++) all.push(`+${now[y]}`);
  return withoutDistant(all, around);
}

function withoutDistant(lines: readonly string[], around: number): string[] {
  const isNear = lines.map(() => false);
  for (const [at, line] of lines.entries()) {
    if (!line.startsWith(" ")) isNear.fill(true, Math.max(0, at - around), at + around + 1);
  }
  const isFirstLeftOut = (at: number): boolean => !isNear[at] && isNear[at - 1] !== false;
  return isNear.includes(true)
    ? lines.flatMap((line, at) => (isNear[at] ? [line] : isFirstLeftOut(at) ? ["…"] : []))
    : [];
}

/** Without the empty one behind the last line end. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
