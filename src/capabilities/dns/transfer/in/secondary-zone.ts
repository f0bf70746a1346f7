/**
 * The life of one zone that is copied from other servers, as a function: when to look for a new version, at
 * which primary, in which form to fetch it, and when to give the zone up. RFC 1034 §4.3.5, RFC 1996 §3.7.
 *
 *     resting ── due, NOTIFY, refresh ──► asking ── later serial ──► transferring ──► taking ──► resting
 *        ▲                                  │ current                    │ failed: next primary, or
 *        └──────────────────────────────────┴────────────────────────────┘ resting until the retry
 *
 * Times are milliseconds of a clock that never goes back, so that a machine whose clock is set does not lose
 * its zones.
 */

import { isLaterSerial } from "#protocols/dns/serial.ts";
import { limits } from "./limits.ts";
import type {
  Moment,
  SecondaryEffect,
  SecondaryEvent,
  SecondaryState,
  Step,
  WantedRound,
  ZoneError,
} from "./secondary-state.ts";
import type { SoaTimers } from "./soa-timers.ts";
import type { TransferFailure } from "./transfer-request.ts";

/**
 * A zone at start. With content from before, that is served at once, and looked for soon; `expiresInMs` is
 * what is left of its time.
 */
export function newSecondary(
  { primaries, timers, expiresInMs }: { primaries: number; timers?: SoaTimers; expiresInMs?: number },
  { nowMs }: Moment,
): SecondaryState {
  return {
    phase: "resting",
    timers,
    isExpired: false,
    dueMs: nowMs,
    expiresMs:
      timers === undefined
        ? Number.POSITIVE_INFINITY
        : nowMs + Math.min(expiresInMs ?? timers.expireMs, timers.expireMs),
    confirmedMs: undefined,
    checkedMs: undefined,
    primaries,
    primary: 0,
    left: [],
    failures: 0,
    metBadContent: false,
    wanted: undefined,
    whole: false,
    incremental: false,
    noIncremental: new Map(),
    refused: new Map(),
    offered: undefined,
    error: undefined,
  };
}

export function step(state: SecondaryState, event: SecondaryEvent, moment: Moment): Step {
  switch (event.on) {
    case "tick":
      return tick(state, moment);
    case "refresh":
      return want({ ...state, refused: new Map() }, { primary: -1, whole: false }, moment);
    case "retransfer":
      return want({ ...state, refused: new Map() }, { primary: -1, whole: true }, moment);
    case "notify":
      return notified(state, event.primary, event.serial, moment);
    case "serial":
      return compared({ ...state, offered: event.serial }, event.serial, moment);
    case "failed":
      return failed(state, event.failure, moment);
    case "current":
      return rest(confirmed(state, moment), moment, [{ do: "confirm" }]);
    case "arrived":
      return { state: { ...state, phase: "taking" }, effects: [] };
    case "taken":
      return taken(state, event.timers, moment);
  }
}

function tick(state: SecondaryState, moment: Moment): Step {
  const { nowMs } = moment;
  const { phase } = state;
  // What is just being fetched may come in time; how long that takes is bounded
  if (nowMs >= state.expiresMs && (phase === "resting" || phase === "asking")) {
    const expired = { ...state, timers: undefined, isExpired: true, expiresMs: Number.POSITIVE_INFINITY };
    return { state: expired, effects: [{ do: "expire" }] };
  }
  if (phase !== "resting" || nowMs < state.dueMs) return { state, effects: [] };
  return begin(state, state.wanted, moment);
}

function notified(state: SecondaryState, primary: number, serial: number | undefined, moment: Moment): Step {
  const { timers } = state;
  // RFC 1996 §3.7: a hint from a primary that we have it already needs no question
  if (serial !== undefined && timers !== undefined && !isLaterSerial(serial, timers.serial))
    return { state, effects: [] };
  const wanted = { primary, whole: false };
  if (state.phase !== "resting") return { state: { ...state, wanted: state.wanted ?? wanted }, effects: [] };
  if (moment.nowMs >= soonestMs(state)) return begin(state, wanted, moment);
  return { state: soon({ ...state, wanted: state.wanted ?? wanted }, moment), effects: [] };
}

/** Now, or when what is under way is over. */
function want(state: SecondaryState, wanted: WantedRound, moment: Moment): Step {
  if (state.phase !== "resting") return { state: { ...state, wanted }, effects: [] };
  return begin(state, wanted, moment);
}

/** A round: all primaries in order, from the one that is said to have news. */
function begin(state: SecondaryState, wanted: WantedRound | undefined, { nowMs }: Moment): Step {
  const order = Array.from({ length: state.primaries }, (_, index) => index);
  const first = wanted?.primary ?? -1;
  if (first > 0) order.unshift(...order.splice(first, 1));
  const begun: SecondaryState = {
    ...state,
    checkedMs: nowMs,
    metBadContent: false,
    wanted: undefined,
    whole: wanted?.whole ?? false,
  };
  return turnTo(begun, order, wanted !== undefined);
}

function turnTo(state: SecondaryState, order: readonly number[], urgent: boolean): Step {
  const [primary = 0, ...left] = order;
  const next = { ...state, primary, left, offered: undefined };
  if (state.whole) return transfer({ ...next, incremental: false });
  return { state: { ...next, phase: "asking" }, effects: [{ do: "ask", primary, urgent }] };
}

function compared(state: SecondaryState, serial: number, moment: Moment): Step {
  const { timers } = state;
  const refused = state.refused.get(state.primary);
  if (timers !== undefined && serial === timers.serial)
    return rest(confirmed(state, moment), moment, [{ do: "confirm" }]);
  if (timers !== undefined && !isLaterSerial(serial, timers.serial)) {
    const sentence = `has serial ${serial}, which is older than ours, ${timers.serial}`;
    return nextPrimary(state, { code: "serial", sentence }, moment);
  }
  if (refused?.serial === serial && moment.nowMs < refused.untilMs) {
    const sentence = state.error?.sentence ?? `still offers serial ${serial}, which was refused`;
    return nextPrimary({ ...state, metBadContent: true }, { code: "bad-zone", sentence }, moment);
  }
  const unableUntilMs = state.noIncremental.get(state.primary) ?? 0;
  return transfer({ ...state, incremental: timers !== undefined && moment.nowMs >= unableUntilMs });
}

function transfer(state: SecondaryState): Step {
  const { primary, incremental, whole } = state;
  return {
    state: { ...state, phase: "transferring" },
    effects: [{ do: "transfer", primary, incremental, anySerial: whole }],
  };
}

function failed(state: SecondaryState, failure: TransferFailure, moment: Moment): Step {
  const { nowMs } = moment;
  if (failure.notIncremental && state.incremental) {
    const noIncremental = new Map(state.noIncremental);
    if (failure.noIncrementalHere) noIncremental.set(state.primary, nowMs + limits.noIncrementalMs);
    const { state: next, effects } = transfer({ ...state, noIncremental, incremental: false });
    const error = errorOf(state, { code: failure.why, sentence: failure.sentence }, moment);
    return { state: next, effects: [...effects, { do: "tell-whole", error }] };
  }
  if (failure.retryable) return nextPrimary(state, { code: failure.why, sentence: failure.sentence }, moment);
  const refused = new Map(state.refused);
  const untilMs = nowMs + badContentDelayMs(state.failures);
  if (state.offered !== undefined) refused.set(state.primary, { serial: state.offered, untilMs });
  const met = { ...state, refused, metBadContent: true };
  return nextPrimary(met, { code: failure.why, sentence: failure.sentence }, moment);
}

function nextPrimary(
  state: SecondaryState,
  { code, sentence }: { code: string; sentence: string },
  moment: Moment,
): Step {
  const error = errorOf(state, { code, sentence }, moment);
  const isNews = state.error?.code !== code || state.error.sentence !== sentence;
  const effects: SecondaryEffect[] = isNews ? [{ do: "tell-failure", error }] : [];
  const noted = { ...state, error };
  if (state.left.length > 0) {
    const turned = turnTo(noted, state.left, false);
    return { state: turned.state, effects: [...effects, ...turned.effects] };
  }
  const failures = state.failures + 1;
  const spent = { ...noted, failures };
  return rest({ ...spent, dueMs: moment.nowMs + retryDelayMs(spent, moment) }, moment, effects);
}

function errorOf(
  { primary }: SecondaryState,
  { code, sentence }: { code: string; sentence: string },
  { nowMs }: Moment,
): ZoneError {
  return { atMs: nowMs, primary, code, sentence };
}

function retryDelayMs(state: SecondaryState, { random }: Moment): number {
  const { timers, failures, metBadContent } = state;
  const bad = metBadContent ? badContentDelayMs(failures - 1) : 0;
  const usual =
    timers === undefined
      ? Math.min(limits.emptyRetryMsMin * 2 ** Math.min(failures - 1, 30), limits.emptyRetryMsMax)
      : timers.retryMs;
  return early(Math.max(usual, bad), random);
}

function badContentDelayMs(failuresBefore: number): number {
  return Math.min(limits.badContentMsMin * 2 ** Math.min(failuresBefore, 30), limits.badContentMsMax);
}

function confirmed(state: SecondaryState, { nowMs, random }: Moment): SecondaryState {
  const { timers } = state;
  if (timers === undefined) return { ...state, dueMs: nowMs + limits.emptyRetryMsMin };
  return {
    ...state,
    confirmedMs: nowMs,
    dueMs: nowMs + early(timers.refreshMs, random),
    expiresMs: nowMs + timers.expireMs,
    failures: 0,
    refused: new Map(),
    error: undefined,
  };
}

function taken(state: SecondaryState, timers: SoaTimers, moment: Moment): Step {
  const next = confirmed({ ...state, timers, isExpired: false }, moment);
  return rest(next, moment, [{ do: "confirm" }]);
}

/** The round is over; another one follows soon when it was asked for meanwhile. */
function rest(state: SecondaryState, moment: Moment, effects: readonly SecondaryEffect[]): Step {
  const resting: SecondaryState = { ...state, phase: "resting", left: [], incremental: false, whole: false };
  return { state: state.wanted === undefined ? resting : soon(resting, moment), effects };
}

/** Due as soon as checks may follow one another. */
function soon(state: SecondaryState, { nowMs }: Moment): SecondaryState {
  return { ...state, dueMs: Math.min(state.dueMs, Math.max(nowMs, soonestMs(state))) };
}

function soonestMs({ checkedMs = Number.NEGATIVE_INFINITY }: SecondaryState): number {
  return checkedMs + limits.notifySpacingMs;
}

/** Up to a quarter sooner, so that zones do not come together. */
function early(delayMs: number, random: number): number {
  return delayMs - Math.floor(delayMs * limits.jitterShare * random);
}
