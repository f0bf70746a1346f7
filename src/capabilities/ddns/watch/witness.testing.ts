/** For tests: witnesses that say what they are told to say. */
import type { AddressFamily } from "#contracts/public-address.ts";
import type { Sighting, Witness } from "./witness.ts";

export interface FakeWitness extends Witness {
  /** An address, or all that it says. */
  says: string | Sighting | { readonly kind: "hang" };
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
      if (signal.aborted) return { kind: "unknown", why: "is not waited for" };
      this.asked.push(family);
      const { says: said } = this;
      if (typeof said === "string") return { kind: "address", address: said };
      if (said.kind === "hang") {
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        return { kind: "unknown", why: "did not answer in time" };
      }
      return said;
    },
  };
}
