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

/** Hash of the label whose length octet is at `labelAt`. */
export function hashLabel(octets: Uint8Array, labelAt: number): number {
  const end = labelAt + octets[labelAt]!;
  let hash = labelHashSeed;
  for (let at = labelAt + 1; at <= end; at++) hash = Math.imul(hash ^ lowerOctet[octets[at]!]!, 0x01000193);
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
