/**
 * Keys that begin with a prefix are those from the prefix up to this: no key holds U+10FFFF, so it sorts
 * behind all.
 */
export function endOfPrefix(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
