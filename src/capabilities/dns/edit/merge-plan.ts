/**
 * What a zone file changed, compared with what it or the zone said when its author began. Made from images
 * beside the line of changes; what becomes of it is decided when its turn comes (`merge-file.ts`).
 */
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { ChangeSet } from "../journal/change-set.ts";
import type { RrsetView } from "../journal/zone-writer.ts";
import type { ZoneImage, ZoneRecord } from "../zones/image.ts";
import { diffImages, type ZoneDifference } from "../zones/image-diff.ts";
import { rrsetKey } from "../zones/rrset-draft.ts";
import { netDifference } from "./net-difference.ts";
import { groupByName, keyOfSet, recordsMerged, sameButSerial, setsAt } from "./record-sets.ts";

/** A record set that the file may have changed. */
export interface PlannedSet {
  /** Of `rrsetKey`. */
  readonly key: number;
  readonly type: number;
  readonly base: RrsetView | undefined;
  readonly file: RrsetView | undefined;
}

export interface PlannedName {
  readonly owner: Name;
  readonly sets: readonly PlannedSet[];
}

export interface MergePlan {
  readonly origin: Name;
  /** All but the SOA record, by name in lower case. */
  readonly names: ReadonlyMap<Name, PlannedName>;
  readonly baseSoa: RrsetView | undefined;
  readonly fileSoa: RrsetView;
  /**
   * What the zone has got since `base` from others than the file: at least what may hide records of the file,
   * or be hidden by them.
   */
  readonly othersAdded: readonly ZoneRecord[];
}

export interface MergeSources {
  /** What the file says now. */
  readonly file: ZoneImage;
  /** The zone as it is now. */
  readonly present: ZoneImage;
  /**
   * What the file said when it was last taken; or, where that is not known, the changes that others made
   * since: then it is taken to have said what the zone is now without these. They follow one another, not
   * necessarily up to the present serial.
   */
  readonly base: ZoneImage | { readonly changedSince: readonly ChangeSet[] };
}

export function planMerge({ file, present, base }: MergeSources): MergePlan {
  const fileSoa = soaOf(file)!;
  if ("changedSince" in base) {
    const since = netDifference(base.changedSince);
    const before = new BeforeChanges(present, since);
    const soaChange = base.changedSince.find(changesSoa);
    const changed = diffImages(present, file);
    return {
      origin: present.origin,
      names: plannedNames(changed, (owner) => before.setsAt(owner), file),
      baseSoa: soaChange === undefined ? soaOf(present) : soaIn(soaChange.removed),
      fileSoa,
      othersAdded: since.added.filter(({ type }) => type !== RRType.SOA),
    };
  }
  const names = plannedNames(diffImages(base, file), (owner) => setsAt(base, owner), file);
  // All that others added can be as much as the zone, and matters below a new delegation only.
  const others = makesCut(names, present) ? diffImages(base, present).added : cutsOver(names, base, present);
  return {
    origin: present.origin,
    names,
    baseSoa: soaOf(base),
    fileSoa,
    othersAdded: others.filter(({ type }) => type !== RRType.SOA),
  };
}

/** The file delegates a name, or makes it a DNAME. */
function makesCut(names: MergePlan["names"], { origin }: ZoneImage): boolean {
  const apex = lowerName(origin);
  for (const [lower, { sets }] of names) {
    for (const { type, file } of sets)
      if (file !== undefined && (type === RRType.DNAME || (type === RRType.NS && lower !== apex)))
        return true;
  }
  return false;
}

/** Delegations and DNAMEs of others at or above the names that the file changed. */
function cutsOver(names: MergePlan["names"], base: ZoneImage, present: ZoneImage): ZoneRecord[] {
  const cuts = new Set<Name>();
  for (const lower of names.keys()) {
    const cut = present.occluder(lower);
    if (cut !== undefined && cut !== base.occluder(lower)) cuts.add(cut);
  }
  const isCut = ({ type }: ZoneRecord): boolean => type === RRType.NS || type === RRType.DNAME;
  return [...cuts].flatMap((cut) => [...present.recordsOf(present.find(cut))].filter(isCut));
}

function plannedNames(
  { removed, added }: ZoneDifference,
  baseAt: (owner: Name) => readonly RrsetView[],
  file: ZoneImage,
): Map<Name, PlannedName> {
  const names = new Map<Name, PlannedName>();
  for (const [lower, records] of groupByName([...added, ...removed])) {
    const touched = records.filter(({ type }) => type !== RRType.SOA);
    const keys = new Map(touched.map(({ type, rdata }) => [rrsetKey(type, rdata), type]));
    if (keys.size === 0) continue;
    const baseSets = new Map(baseAt(lower).map((set) => [keyOfSet(set), set]));
    const fileSets = new Map(setsAt(file, lower).map((set) => [keyOfSet(set), set]));
    const sets = [...keys].map(([key, type]) => ({
      key,
      type,
      base: baseSets.get(key),
      file: fileSets.get(key),
    }));
    names.set(lower, { owner: touched[0]!.owner, sets });
  }
  return names;
}

function soaOf(image: ZoneImage): RrsetView | undefined {
  return setsAt(image, image.origin).find(({ type }) => type === RRType.SOA);
}

/** Changes more of it than the serial number. */
function changesSoa({ removed, added }: ChangeSet): boolean {
  return !sameButSerial(soaIn(removed), soaIn(added));
}

function soaIn(records: readonly ZoneRecord[]): RrsetView | undefined {
  const soa = records.find(({ type }) => type === RRType.SOA);
  return soa === undefined ? undefined : { type: soa.type, ttl: soa.ttl, rdata: [soa.rdata] };
}

/** A zone without what was done to it lately, name by name. */
class BeforeChanges {
  private readonly image: ZoneImage;
  private readonly removed: ReadonlyMap<Name, readonly ZoneRecord[]>;
  private readonly added: ReadonlyMap<Name, readonly ZoneRecord[]>;

  constructor(image: ZoneImage, { removed, added }: ZoneDifference) {
    this.image = image;
    this.removed = groupByName(removed);
    this.added = groupByName(added);
  }

  setsAt(lower: Name): RrsetView[] {
    const present = setsAt(this.image, lower);
    const gone = setsOf(this.removed.get(lower));
    const came = setsOf(this.added.get(lower));
    const keys = new Set([...present.map(keyOfSet), ...gone.keys()]);
    return [...keys].flatMap((key) => {
      const now = present.find((set) => keyOfSet(set) === key);
      const then = gone.get(key);
      const { type } = (now ?? then)!;
      const rdata = recordsMerged(type, now?.rdata ?? [], came.get(key)?.rdata ?? [], then?.rdata ?? []);
      return rdata.length === 0 ? [] : [{ type, ttl: (then ?? now)!.ttl, rdata }];
    });
  }
}

function setsOf(
  records: readonly ZoneRecord[] = [],
): Map<number, { type: number; ttl: number; rdata: Uint8Array[] }> {
  const sets = new Map<number, { type: number; ttl: number; rdata: Uint8Array[] }>();
  for (const { type, ttl, rdata } of records) {
    const key = rrsetKey(type, rdata);
    const set = sets.get(key);
    if (set === undefined) sets.set(key, { type, ttl, rdata: [rdata] });
    else set.rdata.push(rdata);
  }
  return sets;
}
