/** For tests: witnesses that say what they are told to say. */
import type { AddressFamily } from "#contracts/public-address.ts";
import type { Sighting, Witness } from "./witness.ts";

export interface FakeWitness extends Witness {
  /** What it says; a promise that never ends is a hang. */
  says: string | Sighting | "hang";
  readonly asked: AddressFamily[];
}

export function fakeWitness(
  title: string,
  says: FakeWitness["says"],
  facts: Partial<Witness> = {},
): FakeWitness {
  return {
    title,
    operator: title,
    isTrusted: false,
    pauseMsMin: 0,
    ...facts,
    says,
    asked: [],
    async look(family, signal) {
      this.asked.push(family);
      if (this.says === "hang") {
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        return { kind: "unknown", why: "did not answer in time" };
      }
      return typeof this.says === "string" ? { kind: "address", address: this.says } : this.says;
    },
  };
}
