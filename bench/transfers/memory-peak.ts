/** The most memory that a program had since a moment. proc(5), `clear_refs` and `VmHWM`. */
import { readFileSync, writeFileSync } from "node:fs";
import type { ProcessGroup } from "../process-group.ts";

/** From now on. */
export function forgetPeak(group: ProcessGroup): void {
  for (const pid of group.members()) writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** In octets, of the largest process: pages that a fork shares with its parent are not counted twice. */
export function peakOctets(group: ProcessGroup): number {
  const peaks = group.members().map((pid) => peakIn(readFileSync(`/proc/${pid}/status`, "latin1")));
  return Math.max(...peaks);
}

export function peakIn(status: string): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
