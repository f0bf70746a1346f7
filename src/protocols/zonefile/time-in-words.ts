const units: readonly (readonly [string, number])[] = [
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** "1 day" for 86400; nothing for seconds that units do not make easier to read. */
export function timeInWords(seconds: number): string {
  let left = seconds;
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left %= size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return left > 0 || parts.length > 2 ? "" : parts.join(" ");
}
