/** Hashes by which names are found again, without regard to case. */
import { lowerOctet } from "../zones/label-hash.ts";

/** Hash of an uncompressed name. */
export function hashName(octets: Uint8Array, at: number): number {
  return octets[at] === 0 ? 0 : hashSuffix(hashName(octets, at + 1 + octets[at]!), octets, at);
}

/**
 * Hash of a name from the hash of its parent and its first label, without regard to case. The root's is 0.
 */
export function hashSuffix(rest: number, octets: Uint8Array, labelAt: number): number {
  const end = labelAt + octets[labelAt]!;
  let hash = Math.imul(rest ^ octets[labelAt]!, 0x9e3779b1);
  for (let at = labelAt + 1; at <= end; at++) hash = Math.imul(hash ^ lowerOctet[octets[at]!]!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
