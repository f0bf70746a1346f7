/** Keys that sign messages. RFC 8945. */
import type { Name } from "#protocols/dns/name.ts";

export interface TsigKey {
  /** In lower case. */
  readonly name: Name;
  readonly algorithm: TsigAlgorithm;
  readonly secret: Uint8Array;
  /**
   * Octets of a MAC that is cut, at least, where the key wants more than RFC 8945 §5.2.2.1 does; BIND writes
   * it behind the algorithm, in bits: hmac-sha256-128.
   */
  readonly macOctetsMin?: number;
}

/** As site.yaml and BIND write them. */
export type TsigAlgorithm =
  | "hmac-md5"
  | "hmac-sha1"
  | "hmac-sha224"
  | "hmac-sha256"
  | "hmac-sha384"
  | "hmac-sha512";

/** By the name of the key in lower case. */
export type Keyring = ReadonlyMap<Name, TsigKey>;
