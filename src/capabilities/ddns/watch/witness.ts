/** Somebody or something that can say what the public address is. */
import type { AddressFamily } from "#contracts/public-address.ts";

export type Sighting =
  /** `address` is public and in its canonical form. */
  | { readonly kind: "address"; readonly address: string }
  /** It could not tell: no answer, none that is exactly one address, or one that is not public. */
  | {
      readonly kind: "unknown";
      /** A sentence's end after the title: "did not answer in 5 s", "says 192.168.1.2, which is private". */
      readonly why: string;
      /** It does not want to be asked for a while: HTTP 403 or 429. */
      readonly isUnwilling?: boolean;
    };

export interface Witness {
  /** For people and the history: `ipify`, `dns cloudflare`, `interface ppp0`, `upnp 192.168.1.1`. */
  readonly title: string;
  /** Who runs it. Two of one operator are one voice. */
  readonly operator: string;
  /** Its word alone counts. */
  readonly isTrusted: boolean;
  /** What it costs others: of a service of the Internet it is asked this seldom. 0: as often as one likes. */
  readonly pauseMsMin: number;
  /** Never rejects. */
  look(family: AddressFamily, signal: AbortSignal): Promise<Sighting>;
}
