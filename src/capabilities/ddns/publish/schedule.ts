/** When a record is sent, and what follows from what the provider answered. Pure. */
import { limits } from "../limits.ts";
import type { ProviderDefinition, PublishResult } from "../providers/provider.ts";
import type { PlannedRecord } from "./record-plan.ts";
import type { RecordValue, Trouble } from "./record-value.ts";

const dayMs = 86_400_000;
/** Of the time after which a provider forgets a name. */
export const refreshShare = 0.8;
/** Of a result: the account has asked as often as it may. That is no failure of the record. */
export const budgetCode = "budget";

export interface RecordCase {
  readonly record: PlannedRecord;
  readonly value: RecordValue;
  /** Undefined: no address is known. */
  readonly wanted: string | undefined;
  readonly definition: ProviderDefinition;
  /** Marks the settings that the account has now. */
  readonly settingsMark: string;
  /** Marks where the account is, whatever its secrets are. */
  readonly placeMark: string;
  readonly isAccountStopped: boolean;
}

export type NextStep =
  /** `why`: an address that changed, settings that changed, a try after a failure, the provider's age. */
  | { readonly do: "send"; readonly why: "change" | "retry" | "refresh" }
  | { readonly do: "wait"; readonly untilMs: number; readonly why: "retry" | "refresh" | "pause" }
  | { readonly do: "nothing"; readonly why: "stopped" | "no-address" | "current" };

export function nextStep(one: RecordCase, nowMs: number): NextStep {
  const { value, wanted, definition } = one;
  if (one.isAccountStopped || value.stoppedWith === one.settingsMark)
    return { do: "nothing", why: "stopped" };
  if (wanted === undefined) return { do: "nothing", why: "no-address" };
  const retryAtMs = retryMoment(one, nowMs);
  const isRetry = value.failures > 0 || value.isUnconfirmed === true;
  if (retryAtMs > nowMs) return { do: "wait", untilMs: retryAtMs, why: isRetry ? "retry" : "pause" };
  if (isRetry || value.current !== wanted || value.extras !== extrasOf(one)) {
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
function retryMoment({ value, wanted, settingsMark }: RecordCase, nowMs: number): number {
  if (value.nextTryAtMs === undefined) return 0;
  // What was met with other settings says nothing of these
  if (value.triedWith !== undefined && value.triedWith !== settingsMark) return 0;
  // A clock that was wrong must not stop a record for years, nor one that was set back for hours
  if (value.nextTryAtMs > nowMs + limits.retryAfterMsMax) return 0;
  if ((value.triedAtMs ?? 0) > nowMs + limits.retryMsMin) return 0;
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

/** What is said of a record beside its address, and to whom: another counts as a change. */
export function extrasOf({ record, placeMark }: Pick<RecordCase, "record" | "placeMark">): string {
  const { ttl, proxied, zone } = record;
  return [ttl ?? "", proxied ?? "", zone ?? "", placeMark].join(" ");
}

export interface Moment {
  readonly nowMs: number;
  /** At least 0, below 1. */
  readonly random: number;
}

/** The record after an answer. */
export function afterResult(
  one: RecordCase,
  sent: string,
  result: PublishResult,
  moment: Moment,
): RecordValue {
  switch (result.outcome) {
    case "changed":
    case "same":
      return afterSuccess(one, sent, moment);
    case "refused": {
      const { code, sentence, scope } = result;
      return {
        ...afterFailure(one, sent, { code, sentence }, moment),
        ...(scope === "record" && { stoppedWith: one.settingsMark }),
      };
    }
    case "failed": {
      const { code, sentence, retryAfterMs } = result;
      const { isUnconfirmed, failures, triedAtMs } = one.value;
      const failed = afterFailure(one, sent, { code, sentence }, moment);
      return {
        ...failed,
        ...(code === budgetCode && { failures, triedAtMs }),
        ...waitOf(failed.failures, retryAfterMs, moment),
        ...(isUnconfirmed && { isUnconfirmed: true }),
      };
    }
    case "unconfirmed": {
      const failed = afterFailure(one, sent, { code: "unconfirmed", sentence: result.sentence }, moment);
      return { ...failed, ...waitOf(failed.failures, undefined, moment), isUnconfirmed: true };
    }
  }
}

function afterSuccess(one: RecordCase, sent: string, { nowMs }: Moment): RecordValue {
  const { current, changedAtMs, confirmation, isMissingTold } = one.value;
  return {
    triedAtMs: nowMs,
    triedFor: sent,
    current: sent,
    extras: extrasOf(one),
    takenAtMs: nowMs,
    changedAtMs: current === sent ? (changedAtMs ?? nowMs) : nowMs,
    failures: 0,
    ...(current === sent && confirmation !== undefined && { confirmation }),
    ...(isMissingTold && { isMissingTold }),
  };
}

/** What is known of the record stays. */
function afterFailure(
  { value, settingsMark }: RecordCase,
  sent: string,
  trouble: Omit<Trouble, "atMs">,
  { nowMs }: Moment,
): RecordValue {
  const { nextTryAtMs, isTold, stoppedWith, isUnconfirmed, ...kept } = value;
  return {
    ...kept,
    triedAtMs: nowMs,
    triedFor: sent,
    triedWith: settingsMark,
    failures: value.failures + 1,
    trouble: { ...trouble, atMs: nowMs },
  };
}

function waitOf(
  failures: number,
  toldMs: number | undefined,
  { nowMs, random }: Moment,
): Pick<RecordValue, "nextTryAtMs" | "isTold"> {
  if (toldMs === undefined) return { nextTryAtMs: nowMs + Math.round(backOffMs(failures, random)) };
  const waitMs = Math.min(Math.max(toldMs, limits.retryAfterMsMin), limits.retryAfterMsMax);
  return { nextTryAtMs: nowMs + Math.round(waitMs), isTold: true };
}

/** Five minutes, and twice as long each time, to six hours; up to a fifth longer at random. */
function backOffMs(failures: number, random: number): number {
  const waitMs = Math.min(limits.retryMsMin * 2 ** Math.min(failures - 1, 20), limits.retryMsMax);
  return waitMs * (1 + random * limits.retryJitterShare);
}

/** The record as if it had gone wrong for the first time and long ago: what failed is sent at once. */
export function released(value: RecordValue): RecordValue {
  const { stoppedWith, nextTryAtMs, isTold, triedAtMs, ...kept } = value;
  return { ...kept, failures: Math.min(value.failures, 1) };
}

/** The record as if nobody knew what it is now. */
export function resent(value: RecordValue): RecordValue {
  const { extras, stoppedWith, nextTryAtMs, isTold, triedAtMs, ...kept } = value;
  return kept;
}
