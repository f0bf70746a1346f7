/**
 * Where each counter stands in the memory of a thread's counters. The numbers are float64: they count
 * exactly up to 2^53, add without allocating (a BigInt would), and being aligned to 8 octets they are written
 * and read whole on x86-64 and 64-bit ARM. With one writer for each memory, nothing atomic is needed: a
 * reader sees a count of a moment ago, never half a one.
 */

export const transports = ["udp", "tcp"] as const;
export const families = ["ipv4", "ipv6"] as const;

/** Why a message got no answer. */
export const DropReason = {
  /** Too short, or not to be parsed so far as to answer it. */
  malformed: 0,
  /** A response, which is never answered. */
  notQuery: 1,
  rateLimited: 2,
  /** No room for one more that control should answer, or that waits to be sent. */
  overCapacity: 3,
  /** Control answers it, and counts it. */
  handedOver: 4,
} as const;
export type DropReason = (typeof DropReason)[keyof typeof DropReason];
export const dropReasons = [
  "malformed",
  "not-query",
  "rate-limited",
  "over-capacity",
  "handed-over",
] as const;

/** All types up to WALLET (262), the last that is assigned below TA and DLV; then those of all others. */
export const typePlaces = 264;
/** The last place is for codes above. */
export const rcodePlaces = 32;

/** Largest octets of each bucket: multiples of 16, among them the sizes where answers are cut. */
export const sizeBounds = [
  32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1232, 1456, 2048, 4096, 8192, 16_384, 32_768,
] as const;

/** Four buckets to each power of two, up to 2^24 µs. */
export const latencyPlaces = 4 * 23;

let end = 0;
function place(count: number): number {
  const at = end;
  end += count;
  return at;
}

/** By transport. */
export const queriesAt = place(transports.length * typePlaces);
/** By transport and family. */
export const responsesAt = place(transports.length * families.length * rcodePlaces);
/** By transport: the buckets, those above the last bound, the sum of octets. */
export const sizePlaces = sizeBounds.length + 2;
export const querySizesAt = place(transports.length * sizePlaces);
export const responseSizesAt = place(transports.length * sizePlaces);
export const droppedAt = place(dropReasons.length);
export const truncatedAt = place(1);
export const slippedAt = place(1);
export const batchesAt = place(1);
export const latencyAt = place(latencyPlaces);
/** Microseconds. */
export const latencySumAt = place(1);
export const counterPlaces = end;

/** The bucket of a latency: those in (2^n, 2^(n+1)] µs are parted into four. */
export function latencyPlace(microseconds: number): number {
  const below = Math.min(Math.max((microseconds | 0) - 1, 0), 2 ** 24 - 1);
  if (below < 4) return below;
  const exponent = 31 - Math.clz32(below);
  return (exponent - 1) * 4 + ((below >>> (exponent - 2)) & 3);
}

/** The largest latency of a bucket, µs. */
export function latencyBound(place: number): number {
  const next = place + 1;
  return next < 4 ? next : (4 + (next & 3)) * 2 ** ((next >>> 2) - 1);
}
