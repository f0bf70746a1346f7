/** The zones that an account was seen to have. */
import { limits } from "./api-limits.ts";
import type { Zone } from "./zone-api.ts";

/** Forgotten after a while: zones come and go, and a new one may be nearer to a name. */
export class KnownZones {
  #zones: ReadonlyMap<string, Zone> = new Map();
  #sinceMs = 0;

  /** By their names. */
  at(nowMs: number): ReadonlyMap<string, Zone> {
    // A clock that went back must not make them last
    const isFresh = nowMs >= this.#sinceMs && nowMs < this.#sinceMs + limits.zonesKnownMs;
    if (!isFresh) this.#zones = new Map();
    return this.#zones;
  }

  learn(zones: readonly Zone[], nowMs: number): void {
    const known = this.at(nowMs);
    if (known.size === 0) this.#sinceMs = nowMs;
    this.#zones = new Map([...known, ...zones.map((zone) => [zone.name, zone] as const)]);
  }

  forget({ name }: Zone): void {
    this.#zones = new Map([...this.#zones].filter(([known]) => known !== name));
  }
}
