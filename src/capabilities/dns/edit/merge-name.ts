/** What becomes of one name that the file changed, beside what others made of it meanwhile. */
import { lowerName, nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import type { RrsetView, ZoneView } from "../journal/zone-writer.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { type Conflict, titleOf } from "./conflict.ts";
import type { PlannedName, PlannedSet } from "./merge-plan.ts";
import { keyOfSet, recordsMerged, recordsWithout, sameSet } from "./record-sets.ts";

export interface NameOutcome {
  readonly changes: readonly ZoneChange[];
  readonly conflicts: readonly Conflict[];
}

/** Types of which the records of two authors make no sense together: one record alone, or one decision. */
const indivisible: ReadonlySet<number> = new Set([
  RRType.CNAME, // RFC 1034 §3.6.2
  RRType.DNAME, // RFC 6672 §2.4
  RRType.CDS, // RFC 8078 §4: a request to delete stands alone
  RRType.CDNSKEY,
]);

/** Types that go with a CNAME. RFC 4034 §3, §4; RFC 2535 §2.3.5. */
const besideCname: ReadonlySet<number> = new Set([
  RRType.RRSIG,
  RRType.NSEC,
  RRType.SIG,
  RRType.KEY,
  RRType.NXT,
]);

export function mergeName({ owner, sets }: PlannedName, view: ZoneView): NameOutcome {
  const present = new Map(view.rrsetsAt(owner).map((set) => [keyOfSet(set), set]));
  const isApex = lowerName(owner) === lowerName(view.origin);
  const decided = sets.map((set) => decideSet(owner, set, present.get(set.key)));
  const kept = decided.map((one) =>
    isApex && leavesNoServers(one) ? keepPresent(one, noServersText(one)) : one,
  );
  const clash = clashOf(kept, present);
  const outcome = clash === undefined ? kept : kept.map((one) => keepPresent(one, clash));
  return {
    changes: outcome.flatMap(changeOf),
    conflicts: outcome.flatMap(({ conflict }) => (conflict === undefined ? [] : [conflict])),
  };
}

interface DecidedSet {
  readonly owner: PlannedName["owner"];
  readonly set: PlannedSet;
  readonly present: RrsetView | undefined;
  readonly result: RrsetView | undefined;
  readonly conflict: Conflict | undefined;
}

function decideSet(owner: PlannedName["owner"], set: PlannedSet, present: RrsetView | undefined): DecidedSet {
  const { type, base, file } = set;
  const decided = { owner, set, present, conflict: undefined };
  if (sameSet(file, present) || sameSet(base, file)) return { ...decided, result: present };
  if (sameSet(base, present)) return { ...decided, result: file };
  const about = { owner, type, base, file, present };
  if (indivisible.has(type) && present !== undefined) {
    const text =
      `${titleOf(owner, type)} was changed in the file and by others; ` +
      "it stays as they left it: delete it, and take the file again";
    return { ...decided, result: present, conflict: { ...about, outcome: "kept", text } };
  }
  const rdata = recordsMerged(
    type,
    present?.rdata ?? [],
    recordsWithout(base, file),
    recordsWithout(file, base),
  );
  const ttl =
    present === undefined || (file !== undefined && file.ttl !== base?.ttl) ? file!.ttl : present.ttl;
  const text =
    `${titleOf(owner, type)} was changed in the file and by others; ` +
    "it has what both added and lacks what either removed";
  const result = rdata.length === 0 ? undefined : { type, ttl, rdata };
  return { ...decided, result, conflict: { ...about, outcome: "merged", text } };
}

/**
 * The whole name stays as it is where both together would be no valid zone. Others win over the file: their
 * update was acknowledged and they will not ask again, while whoever wrote the file is here to read this.
 */
function keepPresent(decided: DecidedSet, text: string): DecidedSet {
  const { owner, set, present, conflict, result } = decided;
  if (conflict === undefined && sameSet(result, present)) return decided;
  const { type, base, file } = set;
  return {
    ...decided,
    result: present,
    conflict: { owner, type, base, file, present, outcome: "kept", text },
  };
}

/** A zone has name servers. RFC 1034 §4.2.1. */
function leavesNoServers({ set, result }: DecidedSet): boolean {
  return set.type === RRType.NS && result === undefined;
}

function noServersText({ owner, set }: DecidedSet): string {
  const title = titleOf(owner, set.type);
  return `${title}: what the file and others removed together would leave none; they stay as they are`;
}

/** A CNAME stands alone. RFC 2181 §10.1. */
function clashOf(
  decided: readonly DecidedSet[],
  present: ReadonlyMap<number, RrsetView>,
): string | undefined {
  const after = new Map(present);
  for (const { set, result } of decided) {
    if (result === undefined) after.delete(set.key);
    else after.set(set.key, result);
  }
  const types = [...after.values()].map(({ type }) => type);
  if (!types.includes(RRType.CNAME)) return undefined;
  const beside = types.find((type) => type !== RRType.CNAME && !besideCname.has(type));
  if (beside === undefined) return undefined;
  const owner = nameToText(decided[0]!.owner);
  return (
    `${owner} would be a CNAME and have ${mnemonicOfType(beside)} records, one from the file and one from ` +
    "others; the name stays as it is: delete what is in the way, and take the file again"
  );
}

function changeOf({ owner, set, present, result }: DecidedSet): ZoneChange[] {
  if (sameSet(present, result)) return [];
  const { type } = set;
  if (result !== undefined) return [{ do: "set", owner, type, ttl: result.ttl, rdata: result.rdata }];
  // "delete" would take signatures of all types.
  if (type !== RRType.RRSIG && type !== RRType.SIG) return [{ do: "delete", owner, type }];
  return (present?.rdata ?? []).map((rdata) => ({ do: "remove", owner, type, rdata }));
}
