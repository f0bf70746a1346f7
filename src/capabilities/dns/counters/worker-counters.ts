/** What one thread has answered, counted in memory that others may read at any time. */
import type { Transport } from "../engine/transport.ts";
import {
  batchesAt,
  counterPlaces,
  type DropReason,
  droppedAt,
  families,
  latencyAt,
  latencyPlace,
  latencySumAt,
  queriesAt,
  querySizesAt,
  rcodePlaces,
  responseSizesAt,
  responsesAt,
  sizeBounds,
  sizePlaces,
  slippedAt,
  truncatedAt,
  typePlaces,
} from "./layout.ts";

/** The bucket of a size, by its number of begun sixteens. */
const sizeBucket = Uint8Array.from({ length: 4097 }, (_, sixteens) => {
  const bucket = sizeBounds.findIndex((bound) => sixteens * 16 <= bound);
  return bucket === -1 ? sizeBounds.length : bucket;
});

/** Memory for `WorkerCounters`. When a thread dies, its replacement goes on in the same. */
export function countersMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(counterPlaces * 8);
}

/** One thread writes; see `readCounters` for the others. */
export class WorkerCounters {
  private readonly counts: Float64Array;

  constructor(memory: SharedArrayBuffer = countersMemory()) {
    this.counts = new Float64Array(memory);
  }

  get memory(): SharedArrayBuffer {
    return this.counts.buffer as SharedArrayBuffer;
  }

  /** A query that could be parsed. */
  query(transport: Transport, type: number, octets: number): void {
    const { counts } = this;
    counts[queriesAt + transport * typePlaces + Math.min(type, typePlaces - 1)]!++;
    this.size(querySizesAt, transport, octets);
  }

  /** A response that is sent. `addressOctets`: 4 or 16, of the client. */
  response(transport: Transport, addressOctets: number, rcode: number, octets: number): void {
    const group = transport * families.length + (addressOctets === 4 ? 0 : 1);
    this.counts[responsesAt + group * rcodePlaces + Math.min(rcode, rcodePlaces - 1)]!++;
    this.size(responseSizesAt, transport, octets);
  }

  /** Of the responses. */
  truncated(): void {
    this.counts[truncatedAt]!++;
  }

  /** Of the responses: sent truncated instead of being held back. */
  slipped(): void {
    this.counts[slippedAt]!++;
  }

  drop(reason: DropReason): void {
    this.counts[droppedAt + reason]!++;
  }

  /** So many messages were answered at once: the time from arrival to when the kernel has the answers. */
  batch(messages: number, microseconds: number): void {
    const { counts } = this;
    counts[batchesAt]!++;
    counts[latencyAt + latencyPlace(microseconds)]! += messages;
    counts[latencySumAt]! += messages * microseconds;
  }

  private size(at: number, transport: Transport, octets: number): void {
    const { counts } = this;
    const first = at + transport * sizePlaces;
    counts[first + sizeBucket[(octets + 15) >>> 4]!]!++;
    counts[first + sizeBounds.length + 1]! += octets;
  }
}
