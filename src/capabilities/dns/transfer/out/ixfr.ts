/**
 * What to answer to an IXFR request (RFC 1995): the client has the zone already, or gets what was changed
 * since, or has to take all of it. The zone itself is not read for that.
 */

import type { Name } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { isLaterSerial } from "#protocols/dns/serial.ts";
import type { ChangeSet } from "../../journal/change-set.ts";
import type { ZoneHistory } from "../../journal/zone-writer.ts";
import type { ZoneRecord } from "../../zones/image.ts";

export interface IxfrQuestion {
  readonly zone: Name;
  /** Of what the client has. */
  readonly from: number;
  /** Of what is served. */
  readonly to: number;
  /** More differences are not sent. */
  readonly recordsMax: number;
  /** Octets of differences that may be held in memory. */
  readonly octetsMax: number;
}

export type IxfrPlan =
  /** `why`: unless it was asked for. */
  | { readonly kind: "whole"; readonly why?: string }
  /** All differences, in their order. `held`: the same, where they are in memory already. */
  | {
      readonly kind: "differences";
      readonly held?: readonly ChangeSet[];
      readonly pages: AsyncIterable<readonly ChangeSet[]> | Iterable<readonly ChangeSet[]>;
    };

/** Something in the history does not lead from one serial number to the next. */
export class BrokenHistoryError extends Error {
  override readonly name = "BrokenHistoryError";
}

/**
 * True when a client with the serial `held` has no need of `served`: it is the same, or later. RFC 1995 §2,
 * RFC 1982 §3.2; where that leaves it undefined, the client gets the zone.
 */
export function isUpToDate(held: number, served: number): boolean {
  return held === served || isLaterSerial(held, served);
}

export async function planIxfr(history: ZoneHistory, question: IxfrQuestion): Promise<IxfrPlan> {
  const pages = await history.since(question.zone, question.from);
  if (pages === undefined) return { kind: "whole", why: "the differences are not known" };
  const sets: ChangeSet[] = [];
  let records = 0;
  let octets = 0;
  try {
    for await (const set of chain(pages, question)) {
      records += set.removed.length + set.added.length - 2;
      if (records > question.recordsMax)
        return { kind: "whole", why: "the differences are more than the zone" };
      octets += octetsOf(set.removed) + octetsOf(set.added);
      if (octets <= question.octetsMax) sets.push(set);
      else sets.length = 0;
    }
  } catch (error) {
    if (!(error instanceof BrokenHistoryError)) throw error;
    return { kind: "whole", why: error.message };
  }
  if (octets <= question.octetsMax) return { kind: "differences", held: sets, pages: [sets] };
  const again = await history.since(question.zone, question.from);
  if (again === undefined) return { kind: "whole", why: "the differences are not known any longer" };
  return { kind: "differences", pages: pagesOf(chain(again, question)) };
}

/** The records between the SOA records that frame the answer. RFC 1995 §4. */
export function* recordsOf(sets: readonly ChangeSet[]): Generator<ZoneRecord> {
  for (const { removed, added } of sets) {
    yield* removed;
    yield* added;
  }
}

/** The sets up to the one that made the zone what it is served as; later ones may follow it already. */
async function* chain(
  pages: AsyncIterable<readonly ChangeSet[]>,
  { from, to }: IxfrQuestion,
): AsyncGenerator<ChangeSet> {
  let at = from;
  for await (const page of pages) {
    for (const set of page) {
      if (at === to) return;
      if (set.from !== at) throw new BrokenHistoryError(`differences from ${at} on are not known`);
      if (set.removed[0]?.type !== RRType.SOA || set.added[0]?.type !== RRType.SOA)
        throw new BrokenHistoryError(`the differences from ${at} to ${set.to} have no SOA records`);
      yield set;
      at = set.to;
    }
  }
  if (at !== to) throw new BrokenHistoryError(`differences from ${at} on are not known`);
}

async function* pagesOf(sets: AsyncIterable<ChangeSet>): AsyncGenerator<readonly ChangeSet[]> {
  for await (const set of sets) yield [set];
}

/** About what the records take in memory. */
function octetsOf(records: readonly ZoneRecord[]): number {
  let octets = 0;
  for (const { owner, rdata } of records) octets += owner.length + rdata.length + recordOctets;
  return octets;
}

/** Objects and heads. */
const recordOctets = 150;
