/**
 * In which order witnesses are asked, and who is left alone: services in turn, none more often than it may
 * be, and not those that do not want to be asked or whose word was outvoted.
 */
import type { AddressFamily } from "#contracts/public-address.ts";
import { limits } from "../limits.ts";
import type { Witness } from "./witness.ts";

export class WitnessRing {
  readonly #monotonicMs: () => number;
  readonly #askedAtMs = new Map<string, number>();
  readonly #aloneUntilMs = new Map<string, number>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Those that cost nobody anything first, as configured, then services, the longest unasked first. */
  order(witnesses: readonly Witness[], family: AddressFamily): readonly Witness[] {
    const nowMs = this.#monotonicMs();
    const free = witnesses.filter((one) => this.#mayAsk(one, family, nowMs));
    const lastAsked = (one: Witness): number =>
      one.pauseMsMin === 0 ? -Infinity : (this.#askedAtMs.get(keyOf(one, family)) ?? -Infinity);
    return free
      .map((witness) => ({ witness, at: lastAsked(witness) }))
      .sort((one, other) => (one.at === other.at ? 0 : one.at - other.at))
      .map(({ witness }) => witness);
  }

  /** After how long the first of them may be asked; 0: now, or there are none. */
  pauseMs(witnesses: readonly Witness[], family: AddressFamily): number {
    const nowMs = this.#monotonicMs();
    const freeAtMs = witnesses.map((one) => this.#freeAtMs(one, family));
    return freeAtMs.length === 0 ? 0 : Math.max(0, Math.min(...freeAtMs) - nowMs);
  }

  asked(witness: Witness, family: AddressFamily): void {
    this.#askedAtMs.set(keyOf(witness, family), this.#monotonicMs());
  }

  /** Not to be asked for a day. Returns false when it was so already. */
  leaveAlone(witness: Witness, family: AddressFamily): boolean {
    const key = keyOf(witness, family);
    const nowMs = this.#monotonicMs();
    const isNews = (this.#aloneUntilMs.get(key) ?? -Infinity) <= nowMs;
    this.#aloneUntilMs.set(key, nowMs + limits.unwillingMs);
    return isNews;
  }

  /** Forgets those that are no longer configured. */
  keep(witnesses: readonly Witness[]): void {
    const titles = new Set(witnesses.map(({ title }) => title));
    for (const map of [this.#askedAtMs, this.#aloneUntilMs]) {
      for (const key of map.keys()) if (!titles.has(key.slice(key.indexOf(" ") + 1))) map.delete(key);
    }
  }

  #mayAsk(witness: Witness, family: AddressFamily, nowMs: number): boolean {
    return this.#freeAtMs(witness, family) <= nowMs;
  }

  #freeAtMs(witness: Witness, family: AddressFamily): number {
    const key = keyOf(witness, family);
    const askedAtMs = this.#askedAtMs.get(key) ?? -Infinity;
    return Math.max(this.#aloneUntilMs.get(key) ?? -Infinity, askedAtMs + witness.pauseMsMin);
  }
}

function keyOf({ title }: Witness, family: AddressFamily): string {
  return `${family} ${title}`;
}
