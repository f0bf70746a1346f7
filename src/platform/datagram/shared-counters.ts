/**
 * Counters of a datagram socket in shared memory: one thread counts, any may read. Numbers of 64 bits that
 * are aligned are written and read whole on x86-64 and 64-bit ARM.
 */
import type { DatagramCounters } from "./datagram.ts";

const names = [
  "received",
  "answered",
  "dropped",
  "sendErrors",
  "malformed",
  "faults",
  "overflowed",
] as const satisfies readonly (keyof DatagramCounters)[];

export class SharedDatagramCounters implements DatagramCounters {
  readonly memory: SharedArrayBuffer;
  readonly #counts: Float64Array;

  constructor(memory = new SharedArrayBuffer(names.length * 8)) {
    this.memory = memory;
    this.#counts = new Float64Array(memory);
  }

  get received(): number {
    return this.#counts[0]!;
  }
  set received(count: number) {
    this.#counts[0] = count;
  }
  get answered(): number {
    return this.#counts[1]!;
  }
  set answered(count: number) {
    this.#counts[1] = count;
  }
  get dropped(): number {
    return this.#counts[2]!;
  }
  set dropped(count: number) {
    this.#counts[2] = count;
  }
  get sendErrors(): number {
    return this.#counts[3]!;
  }
  set sendErrors(count: number) {
    this.#counts[3] = count;
  }
  get malformed(): number {
    return this.#counts[4]!;
  }
  set malformed(count: number) {
    this.#counts[4] = count;
  }
  get faults(): number {
    return this.#counts[5]!;
  }
  set faults(count: number) {
    this.#counts[5] = count;
  }
  get overflowed(): number {
    return this.#counts[6]!;
  }
  set overflowed(count: number) {
    this.#counts[6] = count;
  }
}

export function sumDatagramCounters(all: readonly DatagramCounters[]): DatagramCounters {
  const sum: Record<string, number> = {};
  for (const name of names) sum[name] = all.reduce((total, one) => total + one[name], 0);
  return sum as unknown as DatagramCounters;
}
