/** One address and port that all workers of a pool answer on: a descriptor for each of them. */
import type { Log } from "#contracts/log.ts";
import { type DatagramCounters, noDatagramsYet } from "#platform/datagram/datagram.ts";
import {
  closeDescriptor,
  type Descriptor,
  openDescriptor,
  openDescriptors,
  overflowOf,
} from "#platform/datagram/descriptor.ts";
import type { Libc } from "#platform/datagram/libc.ts";
import { SharedDatagramCounters, sumDatagramCounters } from "#platform/datagram/shared-counters.ts";
import { stepAside } from "#platform/datagram/step-aside.ts";
import type { Endpoint } from "#platform/listen/endpoint.ts";

/** One worker's part of an endpoint. It belongs to control, so that it outlives the worker. */
export interface Lane {
  readonly id: number;
  readonly descriptor: Descriptor;
  readonly counters: SharedDatagramCounters;
}

let lastId = 0;

export class ServedEndpoint {
  readonly local: Endpoint;
  /** Answers that control gave for the workers. */
  readonly late: DatagramCounters = noDatagramsYet();
  private readonly libc: Libc;
  private readonly log: Log;
  private readonly lanes: Lane[];
  /** Of lanes that are closed. */
  private past: DatagramCounters = noDatagramsYet();

  /** Throws ConfigError when the address cannot be used. */
  constructor(libc: Libc, log: Log, { address, port }: Endpoint, workers: number) {
    this.libc = libc;
    this.log = log;
    this.lanes = openDescriptors({ libc, address, port, log }, workers).map(laneOf);
    this.local = this.lanes[0]!.descriptor.local;
  }

  get counters(): DatagramCounters {
    return sumDatagramCounters([this.past, this.late, ...this.lanes.map((lane) => this.countersOf(lane))]);
  }

  /** Of the worker with that index. */
  lane(index: number): Lane {
    return this.lanes[index]!;
  }

  laneById(id: number): Lane | undefined {
    return this.lanes.find((lane) => lane.id === id);
  }

  /** Has as many workers as told. Throws ConfigError, and then has as many as before. */
  widen(workers: number): void {
    const { libc, log, local, lanes } = this;
    const before = lanes.length;
    try {
      while (lanes.length < workers) {
        const { address, port } = local;
        lanes.push(laneOf(openDescriptor({ libc, address, port, log, sharing: "join" })));
      }
    } catch (error) {
      this.narrow(before);
      throw error;
    }
  }

  /** New datagrams go to the first `workers` only; what waits for the others can still be received. */
  stepAside(workers: number): void {
    for (const { descriptor } of this.lanes.slice(workers)) stepAside(this.libc, descriptor);
  }

  /** Closes the descriptors of the workers behind the first so many. Nobody may use them any more. */
  narrow(workers: number): void {
    for (const lane of this.lanes.splice(workers)) {
      this.past = sumDatagramCounters([this.past, this.countersOf(lane)]);
      closeDescriptor(this.libc, lane.descriptor);
    }
  }

  private countersOf({ descriptor, counters }: Lane): DatagramCounters {
    return { ...sumDatagramCounters([counters]), overflowed: overflowOf(this.libc, descriptor) };
  }
}

function laneOf(descriptor: Descriptor): Lane {
  return { id: ++lastId, descriptor, counters: new SharedDatagramCounters() };
}
