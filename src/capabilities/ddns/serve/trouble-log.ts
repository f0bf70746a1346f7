/** Troubles of names in the log: each when it begins or changes, and then once in a while. */
import type { Log } from "#contracts/log.ts";
import { serveLimits as limits } from "./limits.ts";

/** Holds back what was said lately. */
export class TroubleLog {
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #said = new Map<string, { readonly text: string; readonly atMs: number }>();

  constructor(log: Log, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** `about`: what has the trouble; of the same the same is not said again soon. */
  say(about: string, facts: object, sentence: string): void {
    const nowMs = this.#nowMs();
    const last = this.#said.get(about);
    const text = JSON.stringify([sentence, facts]);
    const pauseMs = last?.text === text ? limits.troubleLogMs : limits.otherTroubleLogMs;
    if (last !== undefined && nowMs - last.atMs < pauseMs) return;
    this.#said.delete(about);
    this.#said.set(about, { text, atMs: nowMs });
    if (this.#said.size > limits.clientsMax) {
      const [oldest] = this.#said.keys();
      if (oldest !== undefined) this.#said.delete(oldest);
    }
    this.#log.warn(facts, sentence);
  }

  over(about: string): void {
    this.#said.delete(about);
  }
}
