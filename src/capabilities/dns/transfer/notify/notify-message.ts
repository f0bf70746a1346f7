/** The message that says that a zone has changed, and its response. RFC 1996 §3, §4. */
import { encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { lowerName, type Name, readName } from "#protocols/dns/name.ts";
import { Opcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { WireError, WireReader } from "#protocols/dns/wire.ts";
import { notifyLimits } from "./limits.ts";

/** What there is to say of a zone. */
export interface Announcement {
  readonly zone: Name;
  readonly serial: number;
  /** The SOA record. Seconds. */
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

/** With the SOA record for a hint, by which a secondary that is up to date need not ask. RFC 1996 §3.7. */
export function notifyMessage(id: number, { zone, ttl, rdata }: Announcement): Uint8Array {
  const soa = { name: zone, type: RRType.SOA, class: RRClass.IN, ttl, rdata };
  const bare = queryMessage({
    id,
    question: { name: zone, type: RRType.SOA, class: RRClass.IN },
    opcode: Opcode.NOTIFY,
    isAuthoritative: true, // as BIND, Knot and NSD send it
  });
  const octets = encodeMessage({ ...bare, answers: [soa] });
  return octets.length <= notifyLimits.plainOctetsMax ? octets : encodeMessage(bare);
}

/**
 * What a message and its response have in common: id and zone. Undefined: it is no message. RFC 1996 §3.6.
 */
export function messageKey(octets: Uint8Array): string | undefined {
  try {
    const reader = new WireReader(octets);
    const id = reader.u16("header.id");
    reader.take(10, "header");
    return `${id}/${lowerName(readName(reader, "question.name"))}`;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
