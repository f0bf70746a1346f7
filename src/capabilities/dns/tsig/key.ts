/** Keys that sign messages. RFC 8945. */
import type { Name } from "#protocols/dns/name.ts";

export interface TsigKey {
  /** In lower case. */
  readonly name: Name;
  readonly algorithm: TsigAlgorithm;
  readonly secret: Uint8Array;
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
