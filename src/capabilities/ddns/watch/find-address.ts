/**
 * What the public address is, by the word of several. One voice is enough to leave all as it is; a change
 * needs as many independent ones as the operator says, or one that is trusted. Pure but for the asking.
 */
import { limits } from "../limits.ts";
import type { Sighting, Witness } from "./witness.ts";

export interface Heard {
  readonly witness: Witness;
  readonly sighting: Sighting;
}

export interface Finding {
  readonly outcome: "same" | "changed" | "could-not-tell";
  /** Undefined when it could not tell. */
  readonly address: string | undefined;
  readonly heard: readonly Heard[];
  /** Those who said so. */
  readonly seenBy: readonly string[];
  /** Those whose word was outvoted. */
  readonly outvoted: readonly Witness[];
}

export interface FindAddress {
  /** In the order in which they are asked. */
  readonly witnesses: readonly Witness[];
  /** The last address known. */
  readonly known: string | undefined;
  /** How many independent voices a change needs. */
  readonly agree: number;
  /** All of them are asked at once. */
  readonly askAll?: boolean;
  readonly ask: (witness: Witness) => Promise<Sighting>;
}

/** Asks in waves: one witness, then as many as may be needed, then the others. */
export async function findAddress({ witnesses, known, agree, askAll, ask }: FindAddress): Promise<Finding> {
  const most = askAll === true ? witnesses : witnesses.slice(0, limits.witnessesPerLookMax);
  const heard: Heard[] = [];
  let size = askAll === true ? most.length : known === undefined ? agree : 1;
  for (let next = 0; next < most.length; next += size, size = heard.length === 1 ? agree : most.length) {
    const wave = most.slice(next, next + size);
    const sightings = await Promise.all(
      wave.map(async (witness) => ({ witness, sighting: await ask(witness) })),
    );
    heard.push(...sightings);
    const address = decide(heard, known, agree);
    if (address !== undefined) return findingOf(address, known, heard);
  }
  return { outcome: "could-not-tell", address: undefined, heard, seenBy: [], outvoted: [] };
}

function decide(heard: readonly Heard[], known: string | undefined, agree: number): string | undefined {
  const voices = new Map<string, Set<string>>();
  for (const { witness, sighting } of heard) {
    if (sighting.kind !== "address") continue;
    if (witness.isTrusted) return sighting.address;
    const operators = voices.get(sighting.address) ?? new Set();
    voices.set(sighting.address, operators.add(witness.operator));
  }
  const [only] = voices.keys();
  if (voices.size === 1 && only === known) return known;
  // Where they differ, the address of before needs as many voices as another
  const ranked = [...voices].sort(([, one], [, other]) => other.size - one.size);
  const [first, second] = ranked;
  if (first === undefined || first[1].size < agree) return undefined;
  return second?.[1].size === first[1].size ? undefined : first[0];
}

function findingOf(address: string, known: string | undefined, heard: readonly Heard[]): Finding {
  const says = ({ sighting }: Heard): boolean => sighting.kind === "address" && sighting.address === address;
  const isLiar = ({ witness, sighting }: Heard): boolean =>
    sighting.kind === "address" && sighting.address !== address && !witness.isTrusted;
  return {
    outcome: address === known ? "same" : "changed",
    address,
    heard,
    seenBy: heard.filter(says).map(({ witness }) => witness.title),
    outvoted: heard.filter(isLiar).map(({ witness }) => witness),
  };
}

/** For people: why it could not be told. */
export function couldNotTell(heard: readonly Heard[], agree: number): string {
  if (heard.length === 0) return "there is nobody to ask now";
  const said = heard.flatMap(({ witness, sighting }) =>
    sighting.kind === "address" ? [`${witness.title} says ${sighting.address}`] : [],
  );
  if (said.length === 0) {
    const [{ witness, sighting }] = heard as [Heard];
    const others = heard.length === 1 ? "" : `, and ${heard.length - 1} more could not tell`;
    return `${witness.title} ${sighting.kind === "unknown" ? sighting.why : ""}${others}`;
  }
  const needed = agree === 1 ? "one voice" : `${agree} independent voices`;
  return `${said.join(", ")}: a change needs ${needed}`;
}
