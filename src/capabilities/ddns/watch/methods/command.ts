/** A program of the operator's that prints the address. */
import type { Witness } from "../witness.ts";
import { boundedWitness, type WitnessFacts } from "./bounded-witness.ts";
import type { RunProgram } from "./run-program.ts";
import { sightingOf } from "./sighting.ts";

export interface CommandMethod {
  /** Program and arguments; {family} becomes ipv4 or ipv6. */
  readonly command: readonly string[];
  readonly runProgram: RunProgram;
  readonly alsoPublic: readonly string[];
}

export function commandWitness(facts: WitnessFacts, method: CommandMethod): Witness {
  const { command, runProgram, alsoPublic } = method;
  return boundedWitness(facts, async (family, signal) => {
    const words = command.map((word) => word.replaceAll("{family}", family));
    return sightingOf(await runProgram(words, signal), { family, alsoPublic });
  });
}
