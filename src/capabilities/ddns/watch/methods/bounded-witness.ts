/** What all witnesses have in common: an end in time, and a reason instead of an exception. */
import type { AddressFamily } from "#contracts/public-address.ts";
import { limits } from "../../limits.ts";
import type { Sighting, Witness } from "../witness.ts";

export type WitnessFacts = Pick<Witness, "title" | "operator" | "isTrusted" | "pauseMsMin">;

/** Why nothing can be said about the address, in words that follow the witness's title. */
export class CouldNotTell extends Error {
  override readonly name = "CouldNotTell";
}

/** `look` may reject, with any error whose message follows the title; `signal` ends with the time it has. */
export function boundedWitness(
  facts: WitnessFacts,
  look: (family: AddressFamily, signal: AbortSignal) => Promise<Sighting>,
  lookMsMax: number = limits.lookMsMax,
): Witness {
  return {
    ...facts,
    async look(family, signal) {
      const overtime = AbortSignal.timeout(lookMsMax);
      const both = AbortSignal.any([signal, overtime]);
      const end = Promise.withResolvers<Sighting>();
      const breakOff = (): void => end.resolve(unknown(endOf(signal, lookMsMax)));
      both.addEventListener("abort", breakOff);
      if (both.aborted) return unknown(endOf(signal, lookMsMax));
      try {
        return await Promise.race([look(family, both), end.promise]);
      } catch (error) {
        // An error that the end of its time brought about is no news
        return unknown(both.aborted ? endOf(signal, lookMsMax) : (error as Error).message);
      } finally {
        both.removeEventListener("abort", breakOff);
      }
    },
  };
}

export function unknown(why: string): Sighting {
  return { kind: "unknown", why };
}

function endOf(signal: AbortSignal, lookMsMax: number): string {
  return signal.aborted ? "is not waited for any longer" : `did not answer within ${lookMsMax / 1000} s`;
}
