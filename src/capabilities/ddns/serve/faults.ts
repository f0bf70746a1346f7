/** Needless updates of a name: who sends too many in a week is blocked until the week is over. */
import type { NameValue } from "./host-value.ts";
import { serveLimits } from "./limits.ts";

type Faults = Pick<NameValue, "faults" | "faultsSinceMs">;

/** What counts at this moment: a week after the first one all are forgotten. */
export function faultsAt(value: Faults, nowMs: number): Faults {
  const isOver = nowMs - value.faultsSinceMs >= serveLimits.faultsMs || nowMs < value.faultsSinceMs;
  return isOver
    ? { faults: 0, faultsSinceMs: 0 }
    : { faults: value.faults, faultsSinceMs: value.faultsSinceMs };
}

/** The first one of a week begins it. */
export function oneMoreFault(value: Faults, nowMs: number): Faults {
  const { faults, faultsSinceMs } = faultsAt(value, nowMs);
  return { faults: faults + 1, faultsSinceMs: faults === 0 ? nowMs : faultsSinceMs };
}

/** More than the bound in one week. */
export function isAbuse(value: Faults, nowMs: number): boolean {
  return faultsAt(value, nowMs).faults > serveLimits.faultsMax;
}

/** The same again, within a day. A clock that was set back makes nobody guilty. */
export function isNeedless(updatedAtMs: number | undefined, nowMs: number): boolean {
  if (updatedAtMs === undefined || nowMs < updatedAtMs) return false;
  return nowMs - updatedAtMs < serveLimits.needlessMs;
}
