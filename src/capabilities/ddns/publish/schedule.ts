/** When a record is sent, and what follows from what the provider answered. Pure. */
import { limits } from "../limits.ts";
import type { ProviderDefinition, PublishResult } from "../providers/provider.ts";
import type { PlannedRecord } from "./record-plan.ts";
import type { RecordValue } from "./record-value.ts";

const dayMs = 86_400_000;
/** Of the time after which a provider forgets a name. */
export const refreshShare = 0.8;

export interface RecordCase {
  readonly record: PlannedRecord;
  readonly value: RecordValue;
  /** Undefined: no address is known. */
  readonly wanted: string | undefined;
  readonly definition: ProviderDefinition;
  /** Marks the settings that the account has now. */
  readonly settingsMark: string;
  readonly isAccountStopped: boolean;
}

export type NextStep =
  /** `why`: an address that changed, settings that changed, a try after a failure, the provider's age. */
  | { readonly do: "send"; readonly why: "change" | "retry" | "refresh" }
  | { readonly do: "wait"; readonly untilMs: number; readonly why: "retry" | "refresh" | "pause" }
  | { readonly do: "nothing"; readonly why: "stopped" | "no-address" | "current" };

export function nextStep(one: RecordCase, nowMs: number): NextStep {
  const { record, value, wanted, definition } = one;
  if (wanted === undefined) return { do: "nothing", why: "no-address" };
  if (one.isAccountStopped || value.stoppedWith === one.settingsMark)
    return { do: "nothing", why: "stopped" };
  const retryAtMs = retryMoment(one, nowMs);
  if (retryAtMs > nowMs) return { do: "wait", untilMs: retryAtMs, why: "retry" };
  const isRetry = value.failures > 0 || value.isUnconfirmed === true;
  if (isRetry || value.current !== wanted || value.extras !== extrasOf(record)) {
    const pausedUntilMs = believed(value.triedAtMs ?? 0, nowMs) + definition.pauseSecondsMin * 1_000;
    if (pausedUntilMs > nowMs) return { do: "wait", untilMs: pausedUntilMs, why: "pause" };
    return { do: "send", why: isRetry ? "retry" : "change" };
  }
  const refreshAtMs = refreshMoment(one, nowMs);
  if (refreshAtMs === undefined) return { do: "nothing", why: "current" };
  if (refreshAtMs > nowMs) return { do: "wait", untilMs: refreshAtMs, why: "refresh" };
  return { do: "send", why: "refresh" };
}

/** An address that changed is tried once at once; what failed a moment ago is not. */
function retryMoment({ value, wanted }: RecordCase, nowMs: number): number {
  if (value.nextTryAtMs === undefined) return 0;
  // A clock that was wrong must not stop a record for years
  if (value.nextTryAtMs > nowMs + limits.retryAfterMsMax) return 0;
  if (value.isTold === true || value.triedFor === wanted) return value.nextTryAtMs;
  return Math.min(value.nextTryAtMs, believed(value.triedAtMs ?? 0, nowMs) + limits.retryMsMin);
}

function refreshMoment({ value, definition }: RecordCase, nowMs: number): number | undefined {
  if (definition.refreshDays === undefined || nowMs < limits.plausibleMsMin) return undefined;
  const { takenAtMs = 0 } = value;
  // A clock that goes a little back is no reason to send anything
  const isAhead = takenAtMs > nowMs && takenAtMs <= nowMs + dayMs;
  return (isAhead ? nowMs : believed(takenAtMs, nowMs)) + definition.refreshDays * dayMs * refreshShare;
}

/** A moment of the future was written by a wrong clock: it counts as long ago. */
function believed(atMs: number, nowMs: number): number {
  return atMs > nowMs ? 0 : atMs;
}

/** What is said of a record beside its address: another counts as a change. */
export function extrasOf({ ttl, proxied, zone }: PlannedRecord): string {
  return [ttl ?? "", proxied ?? "", zone ?? ""].join(" ");
}

export interface Moment {
  readonly nowMs: number;
  /** At least 0, below 1. */
  readonly random: number;
}

/** The record after an answer. */
export function afterResult(
  { record, value, settingsMark }: RecordCase,
  sent: string,
  result: PublishResult,
  { nowMs, random }: Moment,
): RecordValue {
  const { confirmation, current, changedAtMs, takenAtMs, extras } = value;
  const kept = {
    ...(current !== undefined && { current }),
    ...(extras !== undefined && { extras }),
    ...(changedAtMs !== undefined && { changedAtMs }),
    ...(takenAtMs !== undefined && { takenAtMs }),
    ...(confirmation !== undefined && { confirmation }),
    triedAtMs: nowMs,
    triedFor: sent,
  };
  switch (result.outcome) {
    case "changed":
    case "same":
      return {
        triedAtMs: nowMs,
        triedFor: sent,
        current: sent,
        extras: extrasOf(record),
        takenAtMs: nowMs,
        changedAtMs: current === sent ? (changedAtMs ?? nowMs) : nowMs,
        failures: 0,
        ...(current === sent && confirmation !== undefined && { confirmation }),
      };
    case "refused": {
      const { code, sentence } = result;
      return {
        ...kept,
        failures: value.failures + 1,
        trouble: { code, sentence, atMs: nowMs },
        ...(result.scope === "record" && { stoppedWith: settingsMark }),
      };
    }
    case "failed": {
      const { retryAfterMs, code, sentence } = result;
      const failures = value.failures + 1;
      const waitMs =
        retryAfterMs === undefined
          ? backOffMs(failures, random)
          : Math.min(Math.max(retryAfterMs, limits.retryAfterMsMin), limits.retryAfterMsMax);
      return {
        ...kept,
        failures,
        nextTryAtMs: nowMs + Math.round(waitMs),
        ...(retryAfterMs !== undefined && { isTold: true }),
        trouble: { code, sentence, atMs: nowMs },
        ...(value.isUnconfirmed && { isUnconfirmed: true }),
      };
    }
    case "unconfirmed": {
      const failures = value.failures + 1;
      return {
        ...kept,
        failures,
        nextTryAtMs: nowMs + Math.round(backOffMs(failures, random)),
        trouble: { code: "unconfirmed", sentence: result.sentence, atMs: nowMs },
        isUnconfirmed: true,
      };
    }
  }
}

/** Five minutes, and twice as long each time, to six hours; up to a fifth longer at random. */
function backOffMs(failures: number, random: number): number {
  const waitMs = Math.min(limits.retryMsMin * 2 ** Math.min(failures - 1, 20), limits.retryMsMax);
  return waitMs * (1 + random * limits.retryJitterShare);
}

/** The record as if it had gone wrong for the first time and long ago: it is sent at once. */
export function released(value: RecordValue): RecordValue {
  const { stoppedWith, nextTryAtMs, isTold, triedAtMs, ...kept } = value;
  return { ...kept, failures: 1 };
}

/** The record as if nobody knew what it is now. */
export function resent(value: RecordValue): RecordValue {
  const { extras, stoppedWith, nextTryAtMs, isTold, triedAtMs, ...kept } = value;
  return kept;
}
