/**
 * A decision over zones of which it only turns out in them which others it needs: an address of a name
 * leads to a reverse zone, whose alias leads to another one. It is made anew until it has all in hand.
 */
import type { StoreOperation } from "#contracts/store.ts";
import { lowerName, type Name } from "#protocols/dns/name.ts";
import type { Author } from "../journal/change-set.ts";
import { ZoneUnchangeableError, type ZoneWriter } from "../journal/zone-writer.ts";
import { registryLimits } from "./limits.ts";
import { ZonesInHand } from "./zones-in-hand.ts";

export interface JointDecisionPorts {
  readonly writer: Pick<ZoneWriter, "changeTogether">;
  readonly zoneOf: (name: Name) => Name | undefined;
}

export interface DecisionInHand<Outcome> {
  readonly outcome: Outcome;
  readonly alongside: readonly StoreOperation[];
}

type Attempt<Outcome> = { readonly missing: ReadonlySet<Name> } | { readonly outcome: Outcome };

/**
 * `first`: zones that it will likely need. `decide` may be called several times, and counts the last time
 * only. A zone that cannot be changed now is not in its hands; the others go on.
 * Rejects with ZoneUnchangeableError (busy, invalid), or StoreError; then nothing was done.
 */
export async function decideTogether<Outcome>(
  { writer, zoneOf }: JointDecisionPorts,
  first: Iterable<Name>,
  author: Author,
  decide: (zones: ZonesInHand) => DecisionInHand<Outcome>,
): Promise<Outcome> {
  const wanted = new Set([...first].map(lowerName));
  const unavailable = new Map<Name, string>();
  for (let attempt = 0; attempt < registryLimits.attemptsMax; attempt++) {
    const names = [...wanted].filter((name) => !unavailable.has(name));
    try {
      const done = await writer.changeTogether<Attempt<Outcome>>(names, author, (all) => {
        const views = new Map(names.map((name, index) => [name, all[index]!]));
        const zones = new ZonesInHand({ zoneOf, views, unavailable });
        const { outcome, alongside } = decide(zones);
        if (zones.missing.size > 0) return { changes: [], outcome: { missing: zones.missing } };
        return { changes: names.map((name) => zones.changesOf(name)), outcome: { outcome }, alongside };
      });
      if ("outcome" in done) return done.outcome;
      for (const name of done.missing) wanted.add(name);
    } catch (error) {
      if (!isOfZone(error)) throw error;
      for (const name of names) {
        const why = await whyUnchangeable(writer, name, author);
        if (why !== undefined) unavailable.set(name, why);
      }
    }
  }
  throw new ZoneUnchangeableError("busy", "the zones that this needs change all the time; try again");
}

/** True: one of the zones is not to be had, and the error does not say which. */
function isOfZone(error: unknown): error is ZoneUnchangeableError {
  return error instanceof ZoneUnchangeableError && error.why !== "busy" && error.why !== "invalid";
}

async function whyUnchangeable(
  writer: Pick<ZoneWriter, "changeTogether">,
  name: Name,
  author: Author,
): Promise<string | undefined> {
  try {
    await writer.changeTogether([name], author, () => ({ changes: [], outcome: undefined }));
    return undefined;
  } catch (error) {
    if (!isOfZone(error)) throw error;
    return error.message;
  }
}
