/** Looks at the public address of each family, and tells when it has become another. */

import type { Log } from "#contracts/log.ts";
import type { AddressChange, AddressFamily, PublicAddress, SiteAddress } from "#contracts/public-address.ts";
import { StoreError } from "#contracts/store.ts";
import { abortAfter } from "#platform/clock/abort-after.ts";
import type { Clock } from "#platform/clock/clock.ts";
import type { LookView } from "../control.ts";
import { limits } from "../limits.ts";
import type { AddressHistory } from "./address-history.ts";
import { type Finding, findAddress } from "./find-address.ts";
import { lookView } from "./look-view.ts";
import type { Sighting, Witness } from "./witness.ts";
import { WitnessRing } from "./witness-ring.ts";

export const families = ["ipv4", "ipv6"] as const satisfies readonly AddressFamily[];

/** What is watched, as the site file has it. */
export interface WatchPlan {
  readonly everyMs: number;
  readonly agree: number;
  readonly witnesses: Readonly<Record<AddressFamily, readonly Witness[]>>;
}

export interface WatcherPorts {
  readonly history: AddressHistory;
  readonly clock: Clock;
  readonly log: Log;
  /** Looks, by what came of them. */
  readonly counters: { same: number; changed: number; couldNotTell: number };
  /** A look has ended. */
  readonly onLook: () => void;
  /** The address has not been seen for long; told once until it is seen again. */
  readonly onLost: (lost: { family: AddressFamily; address: string; sinceMs: number; why: string }) => void;
}

interface FamilyState {
  lastLook: LookView | undefined;
  /** On the clock that never jumps. */
  nextLookAtMs: number;
  /** Looks in a row that could not tell. */
  blindLooks: number;
  /** When the first of them was, on the clock that never jumps. */
  blindSinceMs: number | undefined;
  isLostTold: boolean;
  isSure: boolean;
  /** Looks come one after the other. */
  underWay: Promise<LookView> | undefined;
  /** Something has happened while a look was under way. */
  isAgainDue: boolean;
  /** Ends the look that is under way: what it is told was true before. */
  breakOff: AbortController;
  brokenOffAtMs: number;
}

export class AddressWatcher implements PublicAddress, AsyncDisposable {
  readonly #ports: WatcherPorts;
  readonly #ring: WitnessRing;
  readonly #end = new AbortController();
  readonly #listeners = new Set<(change: AddressChange) => void>();
  readonly #states: Readonly<Record<AddressFamily, FamilyState>> = { ipv4: newState(), ipv6: newState() };
  #plan: WatchPlan;

  constructor(plan: WatchPlan, ports: WatcherPorts) {
    this.#plan = plan;
    this.#ports = ports;
    this.#ring = new WitnessRing(() => ports.clock.monotonicMs());
  }

  /** Another plan: it is looked anew at once. */
  use(plan: WatchPlan): void {
    this.#plan = plan;
    this.#ring.keep([...plan.witnesses.ipv4, ...plan.witnesses.ipv6]);
    this.lookSoon();
  }

  isWatched(family: AddressFamily): boolean {
    return this.#plan.witnesses[family].length > 0;
  }

  current(family: AddressFamily): SiteAddress | undefined {
    const present = this.#ports.history.present(family);
    return present && { family, address: present.address, sinceMs: present.fromMs ?? present.lastSeenMs };
  }

  /** It is looked for, and was seen since the program started. */
  isSure(family: AddressFamily): boolean {
    return this.isWatched(family) && this.#states[family].isSure;
  }

  lastSeenMs(family: AddressFamily): number | undefined {
    return this.#ports.history.present(family)?.lastSeenMs;
  }

  lastLook(family: AddressFamily): LookView | undefined {
    return this.#states[family].lastLook;
  }

  /** On the wall clock. */
  nextLookMs(family: AddressFamily): number | undefined {
    const { clock } = this.#ports;
    if (!this.isWatched(family)) return undefined;
    return clock.nowMs() + Math.max(0, this.#states[family].nextLookAtMs - clock.monotonicMs());
  }

  subscribe(listener: (change: AddressChange) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** The machine's addresses or routes have changed: whatever was planned, look now. */
  lookSoon(): void {
    const nowMs = this.#ports.clock.monotonicMs();
    for (const family of families) {
      const state = this.#states[family];
      state.nextLookAtMs = -Infinity;
      if (state.underWay === undefined) continue;
      state.isAgainDue = true;
      // Not each time: where an interface comes and goes all the time, no look would ever end
      if (nowMs - state.brokenOffAtMs < limits.breakOffPauseMs) continue;
      state.brokenOffAtMs = nowMs;
      state.breakOff.abort();
    }
    this.tick();
  }

  /** Begins what is due; cheap when nothing is. */
  tick(): void {
    const nowMs = this.#ports.clock.monotonicMs();
    for (const family of families) {
      const state = this.#states[family];
      if (state.nextLookAtMs <= nowMs && state.underWay === undefined && this.isWatched(family))
        void this.look(family);
    }
  }

  /** Looks under way. */
  get isBusy(): boolean {
    return families.some((family) => this.#states[family].underWay !== undefined);
  }

  /** Looks now, or joins the look that is under way. Never rejects. */
  look(family: AddressFamily, askAll = false): Promise<LookView> {
    const state = this.#states[family];
    state.underWay ??= this.#look(family, askAll).finally(() => {
      state.underWay = undefined;
      if (state.isAgainDue) {
        state.isAgainDue = false;
        state.nextLookAtMs = -Infinity;
        this.tick();
      }
    });
    return state.underWay;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.all(families.flatMap((family) => this.#states[family].underWay ?? []));
  }

  async #look(family: AddressFamily, askAll: boolean): Promise<LookView> {
    const { history, clock } = this.#ports;
    const { agree, witnesses } = this.#plan;
    const known = history.present(family)?.address;
    const state = this.#states[family];
    const recent = this.#recentLook(family);
    if (recent !== undefined) return recent;
    state.breakOff = new AbortController();
    const finding = await findAddress({
      witnesses: this.#ring.order(witnesses[family], family),
      known,
      agree,
      askAll,
      ask: (witness) => this.#ask(witness, family),
    });
    const written = this.#end.signal.aborted ? "the program ends" : await this.#take(family, finding);
    const look = lookView(family, finding, { atMs: clock.nowMs(), agree, written });
    state.lastLook = look;
    this.#schedule(family, look);
    const { counters, onLook } = this.#ports;
    counters[look.outcome === "could-not-tell" ? "couldNotTell" : look.outcome]++;
    if (look.outcome === "changed") this.#tell(family, finding.address!, known);
    onLook();
    return look;
  }

  /** All were asked a moment ago: what they said then still counts, and they are asked when they may be. */
  #recentLook(family: AddressFamily): LookView | undefined {
    const state = this.#states[family];
    const { lastLook } = state;
    const pauseMs = this.#ring.pauseMs(this.#plan.witnesses[family], family);
    const isRecent = pauseMs > 0 && pauseMs <= limits.servicePauseMs;
    if (!isRecent || lastLook === undefined || lastLook.outcome === "could-not-tell") return undefined;
    state.nextLookAtMs = this.#ports.clock.monotonicMs() + pauseMs;
    return lastLook;
  }

  async #ask(witness: Witness, family: AddressFamily): Promise<Sighting> {
    const others = AbortSignal.any([this.#end.signal, this.#states[family].breakOff.signal]);
    if (others.aborted) return { kind: "unknown", why: "was not asked any more" };
    this.#ring.asked(witness, family);
    using deadline = abortAfter(this.#ports.clock, limits.lookMsMax, others);
    const sighting = await witness.look(family, deadline.signal);
    if (sighting.kind === "unknown" && sighting.isUnwilling === true) this.#ring.leaveAlone(witness, family);
    return sighting;
  }

  /** Undefined: what was found is durable. Else why it does not count. */
  async #take(family: AddressFamily, finding: Finding): Promise<string | undefined> {
    const { history, log } = this.#ports;
    try {
      if (finding.outcome === "same") await history.seen(family);
      if (finding.outcome === "changed") await history.change(family, finding.address!, finding.seenBy);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.error({ code: error.code }, `a new ${family} address cannot be written: ${error.message}`);
      return `it cannot be written: ${error.message}`;
    }
    for (const liar of finding.outvoted) {
      if (!this.#ring.leaveAlone(liar, family)) continue;
      log.warn(
        { family, witness: liar.title, address: finding.address },
        `${liar.title} says another ${family} address than others do, and is not asked for a day`,
      );
    }
    return undefined;
  }

  #schedule(family: AddressFamily, look: LookView): void {
    const { clock, history, onLost } = this.#ports;
    const state = this.#states[family];
    const { everyMs } = this.#plan;
    const isBlind = look.outcome === "could-not-tell";
    const nowMs = clock.monotonicMs();
    state.blindSinceMs = isBlind ? (state.blindSinceMs ?? nowMs) : undefined;
    state.blindLooks = isBlind ? state.blindLooks + 1 : 0;
    const waitMs = isBlind
      ? Math.min(limits.couldNotTellRetryMs * 2 ** Math.min(state.blindLooks - 1, 20), everyMs)
      : everyMs;
    state.nextLookAtMs = nowMs + waitMs;
    if (!isBlind) {
      state.isLostTold = false;
      state.isSure = true;
    }
    const present = history.present(family);
    if (!isBlind || state.isLostTold || present === undefined) return;
    if (nowMs - state.blindSinceMs! < limits.unseenNoticeMs) return;
    state.isLostTold = true;
    const { address, lastSeenMs } = present;
    onLost({ family, address, sinceMs: lastSeenMs, why: look.sentence ?? "" });
  }

  #tell(family: AddressFamily, address: string, before: string | undefined): void {
    const { clock, log } = this.#ports;
    const change: AddressChange = { family, address, before, atMs: clock.nowMs() };
    const from = before === undefined ? "" : `; it was ${before}`;
    log.info({ ...change }, `the site's public ${family} address is ${address}${from}`);
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        log.error({ error: String(error) }, "whoever was told of the new address has a fault");
      }
    }
  }
}

function newState(): FamilyState {
  return {
    lastLook: undefined,
    nextLookAtMs: -Infinity,
    blindLooks: 0,
    blindSinceMs: undefined,
    isLostTold: false,
    isSure: false,
    underWay: undefined,
    isAgainDue: false,
    breakOff: new AbortController(),
    brokenOffAtMs: -Infinity,
  };
}
