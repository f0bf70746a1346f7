/**
 * Hashes of labels, without regard to case. RFC 4343 §3. One seed for the whole process, chosen at its start,
 * so that a label is hashed once for all zones, in whichever thread, and so that nobody outside can choose
 * names that fall together.
 */
import { randomBytes } from "node:crypto";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";

/** A signed 32-bit number. */
export const labelHashSeed: number = sharedSeed();

/** A-Z to a-z, all other octets to themselves. */
export const lowerOctet: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
);

const caseBits = 0x2020;
const prime = 0x01000193;

/**
 * Hash of the label whose length octet is at `labelAt`. Takes two octets at a time with the bit set by which
 * capital and small letters differ: a few other octets fall together too, which whoever compares will see.
 */
export function hashLabel(octets: Uint8Array, labelAt: number): number {
  const end = labelAt + 1 + octets[labelAt]!;
  let hash = labelHashSeed;
  let at = labelAt + 1;
  for (; at + 1 < end; at += 2) {
    hash = Math.imul(hash ^ (octets[at]! | (octets[at + 1]! << 8) | caseBits), prime);
    hash ^= hash >>> 16;
  }
  return at < end ? Math.imul(hash ^ (octets[at]! | caseBits), prime) : hash;
}

/**
 * Hash of a name from that of its first label and from what stands for its parent: the parent's hash in turn
 * (the root's is 0), or its node in a zone.
 */
export function hashChild(parent: number, labelHash: number): number {
  const hash = Math.imul(labelHash ^ Math.imul(parent, 0x9e3779b1), 0x2c1b3c6d);
  return hash ^ (hash >>> 15);
}

/** Hash of an uncompressed name, without regard to case. */
export function hashName(octets: Uint8Array, at: number): number {
  let hash = 0;
  for (let next = at; octets[next] !== 0; next += 1 + octets[next]!) {
    hash = hashChild(hash, hashLabel(octets, next));
  }
  return hash;
}

/** Threads take over the seed of the one that started them. */
function sharedSeed(): number {
  const name = "homeport label hash seed";
  const known = getEnvironmentData(name);
  if (typeof known === "number") return known;
  const seed = randomBytes(4).readInt32LE();
  setEnvironmentData(name, seed);
  return seed;
}
