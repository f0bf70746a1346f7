/** Serial numbers, which go round. RFC 1982 §3.2. */

/** True when `one` comes after `other`. */
export function isLater(one: number, other: number): boolean {
  return ((one - other) | 0) > 0;
}
