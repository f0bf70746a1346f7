/**
 * A zone that its file and others changed at the same time. Record set by record set: what only the file
 * changed is taken, what only others changed stays, and where both did, the set gets what both added and
 * loses what either removed, and the conflict is named. A record of others is never dropped without a word.
 */
import { lowerName, type Name, nameToText, parentName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { laterSerial, serialOfSoa } from "#protocols/dns/serial.ts";
import type { RrsetView, ZoneView } from "../journal/zone-writer.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { type Conflict, titleOf } from "./conflict.ts";
import { mergeName } from "./merge-name.ts";
import { type MergePlan, type MergeSources, planMerge } from "./merge-plan.ts";
import { sameButSerial, soaWithSerial, viewOf } from "./record-sets.ts";

export interface Merge {
  /**
   * To be done to the present zone; none: it is as it should be. The serial number is set only where the
   * file's is later; to raise it with any other change is up to the writer.
   */
  readonly changes: readonly ZoneChange[];
  readonly conflicts: readonly Conflict[];
}

/** Of images at rest. In the line of changes: `planMerge` before, `carryOut` when the turn comes. */
export function mergeFile(sources: MergeSources): Merge {
  return carryOut(planMerge(sources), viewOf(sources.present));
}

/** `view`: the zone when the changes are to be done; it may be further on than when the plan was made. */
export function carryOut(plan: MergePlan, view: ZoneView): Merge {
  const soa = mergeSoa(plan, view);
  const changes: ZoneChange[] = [...soa.changes];
  const conflicts: Conflict[] = [...soa.conflicts];
  for (const name of plan.names.values()) {
    const outcome = mergeName(name, view);
    changes.push(...outcome.changes);
    conflicts.push(...outcome.conflicts);
  }
  conflicts.push(...hiddenRecords(plan, changes, view));
  return { changes, conflicts };
}

/** The later serial number; all else from the file if the file changed it, which is where people set it. */
function mergeSoa({ origin, baseSoa, fileSoa }: MergePlan, view: ZoneView): Merge {
  const present = view.rrset(origin, RRType.SOA);
  const fileChanged = !sameButSerial(baseSoa, fileSoa);
  const source = fileChanged || present === undefined ? fileSoa : present;
  const serial = laterSerial(view.serial, serialOfSoa(fileSoa.rdata[0]!));
  if (sameButSerial(source, present) && serial === view.serial) return { changes: [], conflicts: [] };
  const { type, ttl, rdata } = source;
  const changes: ZoneChange[] = [
    { do: "set", owner: origin, type, ttl, rdata: [soaWithSerial(rdata[0]!, serial)] },
  ];
  const bothChanged = fileChanged && !sameButSerial(baseSoa, present) && !sameButSerial(fileSoa, present);
  if (!bothChanged) return { changes, conflicts: [] };
  const text = `${titleOf(origin, type)} was changed in the file and by others; it is now what the file says`;
  const conflict: Conflict = {
    owner: origin,
    type,
    base: baseSoa,
    file: fileSoa,
    present,
    outcome: "taken",
    text,
  };
  return { changes, conflicts: [conflict] };
}

/** Types that belong to a delegation, or are glue below it. RFC 4035 §2.4. */
const atCut: ReadonlySet<number> = new Set([
  RRType.NS,
  RRType.DS,
  RRType.A,
  RRType.AAAA,
  RRType.RRSIG,
  RRType.NSEC,
]);
const glue: ReadonlySet<number> = new Set([RRType.A, RRType.AAAA]);

/**
 * A delegation or DNAME of one side over records of the other: a valid zone, in which records that somebody
 * was told are there give no answer any more. Both stay, and it is said.
 */
function hiddenRecords(plan: MergePlan, changes: readonly ZoneChange[], view: ZoneView): Conflict[] {
  const origin = lowerName(plan.origin);
  const made = changes.filter((change) => change.do === "set");
  const fileCuts = cutsOf(origin, made);
  const otherCuts = cutsOf(origin, plan.othersAdded);
  const hidden: Conflict[] = [];
  const find = (records: Iterable<{ owner: Name; type: number }>, cuts: Cuts, whose: string): void => {
    if (cuts.size === 0) return;
    for (const { owner, type } of records) {
      const cut = cutOver(lowerName(owner), type, cuts, origin);
      if (cut !== undefined) hidden.push(hiddenConflict(plan, view, { owner, type, cut, whose }));
    }
  };
  find(distinctSets(plan.othersAdded), fileCuts, "the file");
  find(made, otherCuts, "others");
  return hidden;
}

/** By owner in lower case: NS or DNAME. */
type Cuts = ReadonlyMap<Name, number>;

function cutsOf(origin: Name, records: readonly { readonly owner: Name; readonly type: number }[]): Cuts {
  const cuts = new Map<Name, number>();
  for (const { owner, type } of records) {
    const lower = lowerName(owner);
    if ((type === RRType.NS && lower !== origin) || type === RRType.DNAME) cuts.set(lower, type);
  }
  return cuts;
}

function cutOver(lower: Name, type: number, cuts: Cuts, origin: Name): Name | undefined {
  if (cuts.get(lower) === RRType.NS && !atCut.has(type)) return lower;
  for (let at = lower; at.length > origin.length; ) {
    at = parentName(at);
    const cut = cuts.get(at);
    if (cut === RRType.DNAME || (cut === RRType.NS && !glue.has(type))) return at;
  }
  return undefined;
}

function hiddenConflict(
  plan: MergePlan,
  view: ZoneView,
  found: { owner: Name; type: number; cut: Name; whose: string },
): Conflict {
  const { owner, type, cut, whose } = found;
  const planned = plan.names.get(lowerName(owner))?.sets.find((set) => set.type === type);
  const present: RrsetView | undefined = view.rrset(owner, type);
  const text =
    `${titleOf(owner, type)} gives no answer: ${whose} delegated ${nameToText(cut)}, ` +
    "or made it a DNAME; move the record there, or take that back";
  return { owner, type, base: planned?.base, file: planned?.file, present, outcome: "hidden", text };
}

function distinctSets<Item extends { readonly owner: Name; readonly type: number }>(
  records: readonly Item[],
): Item[] {
  return [...new Map(records.map((record) => [`${lowerName(record.owner)}${record.type}`, record])).values()];
}
