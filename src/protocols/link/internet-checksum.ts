/** The checksum of IPv4, UDP and ICMP: words of 16 bits added in ones' complement. RFC 1071. */

/**
 * Adds the octets from `start` to `end` to a sum; an odd last octet counts as if a zero followed. RFC 1071
 * §4.1.
 */
export function addWords(octets: Uint8Array, start: number, end: number, sum = 0): number {
  let at = start;
  for (; at + 1 < end; at += 2) sum += (octets[at]! << 8) | octets[at + 1]!;
  return at < end ? sum + (octets[at]! << 8) : sum;
}

/** Adds a number of 32 bits to a sum. */
export function addLongWord(value: number, sum: number): number {
  return sum + (value >>> 16) + (value & 0xffff);
}

/** The checksum for a sum of words. */
export function checksumOf(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = Math.floor(folded / 0x1_0000) + (folded % 0x1_0000);
  return ~folded & 0xffff;
}
