/** What TSIG's algorithms are called, and how long their MACs are. RFC 8945 §6, IANA tsig-algorithm-names. */
import type { Name } from "#protocols/dns/name.ts";
import type { TsigAlgorithm } from "./key.ts";

interface AlgorithmFacts {
  /** In the record. */
  readonly name: Name;
  /** For `node:crypto`. */
  readonly hash: string;
  /** Octets of a whole MAC. */
  readonly macOctets: number;
  /** Octets of a block of the hash, to which keys are filled up. RFC 2104 §2. */
  readonly blockOctets: number;
}

export const algorithmFacts: Readonly<Record<TsigAlgorithm, AlgorithmFacts>> = {
  // RFC 8945 §6: of the oldest algorithm alone the name has more than one label
  "hmac-md5": {
    name: "\x08hmac-md5\x07sig-alg\x03reg\x03int\0" as Name,
    hash: "md5",
    macOctets: 16,
    blockOctets: 64,
  },
  "hmac-sha1": { name: "\x09hmac-sha1\0" as Name, hash: "sha1", macOctets: 20, blockOctets: 64 },
  "hmac-sha224": { name: "\x0bhmac-sha224\0" as Name, hash: "sha224", macOctets: 28, blockOctets: 64 },
  "hmac-sha256": { name: "\x0bhmac-sha256\0" as Name, hash: "sha256", macOctets: 32, blockOctets: 64 },
  "hmac-sha384": { name: "\x0bhmac-sha384\0" as Name, hash: "sha384", macOctets: 48, blockOctets: 128 },
  "hmac-sha512": { name: "\x0bhmac-sha512\0" as Name, hash: "sha512", macOctets: 64, blockOctets: 128 },
};

/**
 * Octets to which a MAC may be cut: half of it, and 10 at least. RFC 8945 §5.2.2.1.
 */
export function macOctetsLeast(algorithm: TsigAlgorithm): number {
  return Math.max(10, algorithmFacts[algorithm].macOctets / 2);
}
