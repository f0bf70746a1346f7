/** What the thread that copies zones is asked, what it answers, and how the questions to a primary look. */

import type { TsigKey } from "#platform/tsig/key.ts";
import { encodeMessage, type MessageRecord, queryMessage } from "#protocols/dns/message.ts";
import type { Name } from "#protocols/dns/name.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import type { ChangeSet } from "../../journal/change-set.ts";
import type { ServerAddress } from "../../server-address.ts";
import type { ZoneImage } from "../../zones/image.ts";
import type { ZoneBounds } from "./arrived-zone.ts";
import type { TransferFaultCode } from "./transfer-fault.ts";

export interface TransferRequest {
  readonly zone: Name;
  readonly server: ServerAddress;
  /** That signs both ways; the server's own when it is configured with one. */
  readonly key: TsigKey | undefined;
  /** What we have, for IXFR and so that the serial number goes forward. */
  readonly present: { readonly buffer: ArrayBufferLike } | undefined;
  /** Ask for what changed since, rather than for all of it. */
  readonly incremental: boolean;
  /** Take the zone whatever its serial number: `rndc retransfer`. */
  readonly anySerial: boolean;
  readonly bounds: ZoneBounds;
}

export interface TransferTally {
  readonly messages: number;
  readonly records: number;
  /** Of the messages as they arrived. */
  readonly octets: number;
  readonly elapsedMs: number;
  /** Records left out since their names do not lie in the zone. */
  readonly outside: number;
}

export interface TransferFailure {
  readonly kind: "failed";
  readonly why: TransferFaultCode;
  /** Follows the name of the primary. */
  readonly sentence: string;
  /** False: the same content would be refused again. */
  readonly retryable: boolean;
  /** True: asking for the whole zone may help. */
  readonly notIncremental: boolean;
  /** True: the primary does not know IXFR at all. */
  readonly noIncrementalHere: boolean;
}

export type TransferResult =
  /** Our serial number is the primary's. */
  | { readonly kind: "current"; readonly serial: number }
  | { readonly kind: "sets"; readonly sets: readonly ChangeSet[]; readonly tally: TransferTally }
  | { readonly kind: "zone"; readonly image: ZoneImage; readonly tally: TransferTally }
  | TransferFailure;

/** For answers that say more than a header can; a few old servers want to hear nothing of it. RFC 6891 §7. */
const edns = { udpSize: 1232, version: 0, dnssecOk: false, options: [] };

export interface Question {
  readonly id: number;
  readonly zone: Name;
  readonly withEdns: boolean;
}

export function serialQuestion({ id, zone, withEdns }: Question): Uint8Array {
  return question(id, zone, RRType.SOA, withEdns, []);
}

export function zoneQuestion({ id, zone, withEdns }: Question): Uint8Array {
  return question(id, zone, RRType.AXFR, withEdns, []);
}

/** RFC 1995 §3: the SOA record of what we have stands in the authority section. */
export function changesQuestion({ id, zone, withEdns }: Question, soa: Uint8Array): Uint8Array {
  const record: MessageRecord = { name: zone, type: RRType.SOA, class: RRClass.IN, ttl: 0, rdata: soa };
  return question(id, zone, RRType.IXFR, withEdns, [record]);
}

function question(
  id: number,
  name: Name,
  type: number,
  withEdns: boolean,
  authorities: readonly MessageRecord[],
): Uint8Array {
  const asked = { name, type, class: RRClass.IN };
  return encodeMessage(queryMessage({ id, question: asked, authorities, ...(withEdns ? { edns } : {}) }));
}
