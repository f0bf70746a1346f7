/** Whether a request for a transfer is granted, and what is said where it is not: named's answers. */
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { ExtendedError, Rcode } from "#protocols/dns/registry.ts";
import type { AddressMatch } from "../../address-match.ts";
import type { Client } from "../../client.ts";
import { Transport } from "../../engine/transport.ts";
import type { ZoneImage } from "../../zones/image.ts";
import type { TransferCounters } from "./counters.ts";
import { isUpToDate } from "./ixfr.ts";
import type { TransferRequest } from "./transfer-request.ts";

/** A zone as whoever asks for a transfer meets it. */
export interface TransferredZone {
  /** As it is now; undefined: not loaded. */
  readonly image: ZoneImage | undefined;
  readonly allowTransfer: AddressMatch;
}

export interface Refusal {
  readonly rcode: number;
  /** INFO-CODE. RFC 8914. */
  readonly extendedError?: number;
  readonly counter: keyof TransferCounters;
}

export type Decision =
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** The client has the zone already. */
  | { readonly kind: "up-to-date"; readonly image: ZoneImage }
  | { readonly kind: "granted"; readonly image: ZoneImage };

const refused = (refusal: Refusal): Decision => ({ kind: "refused", refusal });

const notAuthoritative = refused({
  rcode: Rcode.NOTAUTH,
  extendedError: ExtendedError.notAuthoritative,
  counter: "notAuthoritative",
});
const notLoaded = refused({
  rcode: Rcode.SERVFAIL,
  extendedError: ExtendedError.notReady,
  counter: "notLoaded",
});
const prohibited = refused({
  rcode: Rcode.REFUSED,
  extendedError: ExtendedError.prohibited,
  counter: "refused",
});
const malformed = refused({ rcode: Rcode.FORMERR, counter: "malformed" });
/** BIND's answer when transfers-out is reached. */
export const tooManyTransfers = refused({
  rcode: Rcode.SERVFAIL,
  extendedError: ExtendedError.notReady,
  counter: "busy",
});

/** In the order in which named looks at what may be wrong. `zoneOf`: by the name in lower case. */
export function decideTransfer(
  request: TransferRequest,
  client: Client,
  zoneOf: (name: Name) => TransferredZone | undefined,
): Decision {
  if (request.rcode === Rcode.NOTAUTH) return notAuthoritative;
  if (request.rcode !== Rcode.NOERROR) return refused({ rcode: request.rcode, counter: "malformed" });
  const zone = zoneOf(lowerName(request.zone));
  if (zone === undefined) return notAuthoritative; // RFC 5936 §2.2.1
  const { image, allowTransfer } = zone;
  if (image === undefined) return notLoaded;
  if (!allowTransfer.allows(client.address, client.key)) return prohibited;
  if (request.type === "IXFR" && request.serial === undefined) return malformed; // RFC 1995 §3
  // There is no AXFR over UDP. RFC 5936 §4.2.
  if (request.type === "AXFR" && client.transport === Transport.udp) return malformed;
  image.begin();
  const { serial } = request;
  const kind = serial !== undefined && isUpToDate(serial, image.serial()) ? "up-to-date" : "granted";
  return { kind, image };
}
