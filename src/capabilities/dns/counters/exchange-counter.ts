/** Counts what a thread answers from the octets of queries and responses, whoever answered them. */
import type { Transport } from "../engine/engine.ts";
import { DropReason } from "./layout.ts";
import type { WorkerCounters } from "./worker-counters.ts";

const headerOctets = 12;
const responseBit = 0x80;
const truncatedBit = 0x02;
const optType = 41;
/** Counted among the types that have no count of their own. */
const noType = 0xffff;

export class ExchangeCounter {
  readonly counters: WorkerCounters;

  constructor(counters: WorkerCounters) {
    this.counters = counters;
  }

  /** `queryOctets` and `replyOctets`: how much of each is meant; 0 octets of reply are none. */
  count(
    query: Uint8Array,
    queryOctets: number,
    client: Uint8Array,
    transport: Transport,
    reply: Uint8Array,
    replyOctets: number,
  ): void {
    const { counters } = this;
    if (replyOctets === 0) {
      const isResponse = queryOctets >= headerOctets && (query[2]! & responseBit) !== 0;
      counters.drop(isResponse ? DropReason.notQuery : DropReason.malformed);
      return;
    }
    counters.query(transport, questionType(query, queryOctets), queryOctets);
    counters.response(transport, client.length, rcodeOf(reply, replyOctets), replyOctets);
    if ((reply[2]! & truncatedBit) !== 0) counters.truncated();
  }
}

function questionType(query: Uint8Array, octets: number): number {
  const at = countAt(query, 4) === 0 ? octets : questionNameEnd(query, octets);
  return at + 2 > octets ? noType : (query[at]! << 8) | query[at + 1]!;
}

/** With the upper bits, which stand in the OPT record (RFC 6891 §6.1.3). Codes that need them come alone. */
function rcodeOf(reply: Uint8Array, octets: number): number {
  const low = reply[3]! & 15;
  if (countAt(reply, 6) + countAt(reply, 8) > 0 || countAt(reply, 10) === 0) return low;
  const at = countAt(reply, 4) === 0 ? headerOctets : questionNameEnd(reply, octets) + 4;
  const isOpt = at + 6 <= octets && reply[at] === 0 && reply[at + 1] === 0 && reply[at + 2] === optType;
  return isOpt ? (reply[at + 5]! << 4) | low : low;
}

function questionNameEnd(message: Uint8Array, octets: number): number {
  let at = headerOctets;
  while (at < octets && message[at] !== 0) at += 1 + message[at]!;
  return at + 1;
}

function countAt(message: Uint8Array, at: number): number {
  return (message[at]! << 8) | message[at + 1]!;
}
