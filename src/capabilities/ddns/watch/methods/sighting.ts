/** From what was said to a sighting: nothing counts that is not exactly one public address. */
import type { AddressFamily } from "#contracts/public-address.ts";
import { oneAddress } from "#protocols/public-address/one-address.ts";
import { publicAddressProblem } from "#protocols/public-address/public-address.ts";
import type { Sighting } from "../witness.ts";

export interface SightingOptions {
  readonly family: AddressFamily;
  /** Networks that count as public besides. */
  readonly alsoPublic: readonly string[];
  /** What it means when the address is not public: ": another router is in front of it". */
  readonly whenNotPublic?: string;
}

export function sightingOf(
  text: string,
  { family, alsoPublic, whenNotPublic = "" }: SightingOptions,
): Sighting {
  const one = oneAddress(text, family);
  if (one.kind === "unknown") return one;
  const problem = publicAddressProblem(one.address, family, alsoPublic);
  if (problem === undefined) return one;
  return { kind: "unknown", why: `says ${one.address}, which is ${problem}${whenNotPublic}` };
}
