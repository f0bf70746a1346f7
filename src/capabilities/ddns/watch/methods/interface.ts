/** The public address of an interface of this machine. */
import type { Witness } from "../witness.ts";
import { boundedWitness, type WitnessFacts } from "./bounded-witness.ts";
import { publicAddressOfInterface } from "./interface-addresses.ts";
import type { MachineFacts } from "./witness-ports.ts";

export interface InterfaceMethod {
  readonly interface: string;
  readonly facts: MachineFacts;
  readonly alsoPublic: readonly string[];
}

export function interfaceWitness(witness: WitnessFacts, method: InterfaceMethod): Witness {
  return boundedWitness(witness, async (family) =>
    publicAddressOfInterface(method.interface, family, method),
  );
}
