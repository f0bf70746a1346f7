/** The zones that an account was seen to have. */
import { limits } from "./api-limits.ts";
import { zoneCandidates, zoneOf } from "./find-zone.ts";
import type { WantedRecord } from "./provider.ts";
import type { Zone } from "./zone-api.ts";

/** Forgotten after a while: zones come and go, and a new one may be nearer to a name. */
export class KnownZones {
  readonly #zones = new Map<string, Zone>();
  /** Names that were asked for, whether there is such a zone or not. */
  readonly #asked = new Set<string>();
  #sinceMs = 0;

  /** Undefined: there is none, or it is not known whether a nearer one is there. */
  zoneFor(record: WantedRecord, nowMs: number): Zone | undefined {
    this.#forgetOld(nowMs);
    return zoneCandidates(record).every((name) => this.#asked.has(name))
      ? zoneOf(record, this.#zones)
      : undefined;
  }

  /** All that are known now. */
  all(nowMs: number): readonly Zone[] {
    this.#forgetOld(nowMs);
    return [...this.#zones.values()];
  }

  /** @param names that were asked for */
  learn(zones: readonly Zone[], names: readonly string[], nowMs: number): void {
    this.#forgetOld(nowMs);
    if (this.#asked.size === 0) this.#sinceMs = nowMs;
    for (const name of names) this.#asked.add(name);
    for (const zone of zones) this.#zones.set(zone.name, zone);
  }

  forget({ name }: Zone): void {
    this.#zones.delete(name);
    this.#asked.delete(name);
  }

  #forgetOld(nowMs: number): void {
    // A clock that went back must not make them last
    if (nowMs >= this.#sinceMs && nowMs < this.#sinceMs + limits.zonesKnownMs) return;
    this.#zones.clear();
    this.#asked.clear();
  }
}
