/** Dynamic updates as messages. RFC 2136 §2. */
import { encodeMessage, type MessageRecord, queryMessage } from "#protocols/dns/message.ts";
import type { Name } from "#protocols/dns/name.ts";
import { Opcode, RRClass, RRType } from "#protocols/dns/registry.ts";

/** What one update asks: nothing of it is done unless all prerequisites hold. */
export interface Update {
  readonly prerequisites: readonly MessageRecord[];
  readonly changes: readonly MessageRecord[];
}

/** A record without its class and TTL. */
export interface RecordData {
  readonly name: Name;
  readonly type: number;
  readonly rdata: Uint8Array;
}

const noRdata = new Uint8Array(0);

/** RFC 2136 §2.4.5. */
export function nameIsNotInUse(name: Name): MessageRecord {
  return { name, type: RRType.ANY, class: RRClass.NONE, ttl: 0, rdata: noRdata };
}

/** RFC 2136 §2.4.4. */
export function nameIsInUse(name: Name): MessageRecord {
  return { name, type: RRType.ANY, class: RRClass.ANY, ttl: 0, rdata: noRdata };
}

/** There is this record of its type, and no other. RFC 2136 §2.4.2. */
export function isAlone(record: RecordData): MessageRecord {
  return { ...record, class: RRClass.IN, ttl: 0 };
}

/** RFC 2136 §2.4.3. */
export function hasNone(name: Name, type: number): MessageRecord {
  return { name, type, class: RRClass.NONE, ttl: 0, rdata: noRdata };
}

/** RFC 2136 §2.5.1. */
export function add(record: RecordData, ttl: number): MessageRecord {
  return { ...record, class: RRClass.IN, ttl };
}

/** RFC 2136 §2.5.2. */
export function removeAll(name: Name, type: number): MessageRecord {
  return { name, type, class: RRClass.ANY, ttl: 0, rdata: noRdata };
}

/** RFC 2136 §2.5.4. */
export function remove(record: RecordData): MessageRecord {
  return { ...record, class: RRClass.NONE, ttl: 0 };
}

export function updateMessage(zone: Name, { prerequisites, changes }: Update, id: number): Uint8Array {
  const question = { name: zone, type: RRType.SOA, class: RRClass.IN };
  return encodeMessage(
    queryMessage({ id, question, opcode: Opcode.UPDATE, answers: prerequisites, authorities: changes }),
  );
}
