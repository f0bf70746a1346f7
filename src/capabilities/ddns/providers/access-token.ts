/** Tokens that an account gets for a while, in exchange for what it knows. RFC 6749 §4. */
import { troubleOf } from "./http-outcome.ts";
import type { Ask } from "./zone-api.ts";

export interface GivenToken {
  readonly token: string;
  /** From now on. */
  readonly lastsSeconds: number;
}

/** It is given up so long before it ends: a call takes a minute at most. */
const marginMs = 120_000;

export class AccessToken {
  readonly #get: (ask: Ask) => Promise<GivenToken>;
  readonly #nowMs: () => number;
  #token = "";
  #untilMs = 0;

  constructor(get: (ask: Ask) => Promise<GivenToken>, nowMs: () => number) {
    this.#get = get;
    this.#nowMs = nowMs;
  }

  /** Of the requests that are made within `having`. */
  get value(): string {
    return this.#token;
  }

  /** Does what it is given once there is a token. One that may be why that failed is not used again. */
  having<Rest extends readonly unknown[], Outcome>(run: (ask: Ask, ...rest: Rest) => Promise<Outcome>) {
    return async (ask: Ask, ...rest: Rest): Promise<Outcome> => {
      if (this.#nowMs() >= this.#untilMs - marginMs) {
        const { token, lastsSeconds } = await this.#get(ask);
        this.#token = token;
        this.#untilMs = this.#nowMs() + lastsSeconds * 1_000;
      }
      try {
        return await run(ask, ...rest);
      } catch (error) {
        const { means } = troubleOf(error);
        if (means === "account" || means === "later") this.#untilMs = 0;
        throw error;
      }
    };
  }
}
