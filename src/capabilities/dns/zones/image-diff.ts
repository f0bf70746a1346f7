/**
 * What two contents of a zone differ in. A million names are compared in well under a second: nodes are
 * found in the other image by their labels where they lie, and their record sets compared octet by octet;
 * nothing is decoded, and no name made, before something differs.
 */
import { RRType } from "#protocols/dns/registry.ts";
import { apexNode, NodeFlag, type ZoneImage, type ZoneRecord } from "./image.ts";
import { draftsOf, type RrsetDraft, rdataKey } from "./rrset-draft.ts";
import type { ZoneChange } from "./zone-change.ts";

/**
 * What was lost and what came. Where the SOA record differs, it comes first in both lists; else it is in
 * neither.
 */
export interface ZoneDifference {
  readonly removed: readonly ZoneRecord[];
  readonly added: readonly ZoneRecord[];
}

/**
 * Compares two images of one zone as they are now, also such as were changed in place. Names are the same in
 * any case, and so are RDATA that mean the same (RFC 4034 §6.2). A set whose TTL differs is lost and came as
 * a whole (RFC 2181 §5.2: the TTL belongs to the set).
 */
export function diffImages(before: ZoneImage, after: ZoneImage): ZoneDifference {
  const differing: Differing = { removed: [], added: [] };
  const shared = compareWith(before, after, differing);
  // When every name of the one is a name of the other, and there are as many, none is new.
  if (shared < after.nodeCount) addNewNames(after, before, differing.added);
  return { removed: soaFirst(differing.removed), added: soaFirst(differing.added) };
}

/**
 * The changes that bring a zone from before to after the difference. The SOA record is set, whatever it was;
 * without one in `added` it stays.
 */
export function changesOf({ removed, added }: ZoneDifference): ZoneChange[] {
  const changes: ZoneChange[] = [];
  for (const { owner, type, rdata } of removed)
    if (type !== RRType.SOA) changes.push({ do: "remove", owner, type, rdata });
  for (const { owner, type, ttl, rdata } of added) {
    if (type === RRType.SOA) changes.push({ do: "set", owner, type, ttl, rdata: [rdata] });
    else changes.push({ do: "add", owner, type, ttl, rdata });
  }
  return changes;
}

interface Differing {
  readonly removed: ZoneRecord[];
  readonly added: ZoneRecord[];
}

/** Returns how many names both have. */
function compareWith(before: ZoneImage, after: ZoneImage, differing: Differing): number {
  const counterparts = new Counterparts(after);
  let shared = 0;
  for (const node of before.nodes()) {
    const other = counterparts.find(before, node);
    if (other === 0) {
      for (const record of before.recordsOf(node)) differing.removed.push(record);
    } else {
      shared++;
      if (!sameOctets(before, node, after, other)) compareSets(before, node, after, other, differing);
    }
  }
  return shared;
}

function addNewNames(after: ZoneImage, before: ZoneImage, added: ZoneRecord[]): void {
  const counterparts = new Counterparts(before);
  for (const node of after.nodes())
    if (counterparts.find(after, node) === 0) for (const record of after.recordsOf(node)) added.push(record);
}

/** Finds the nodes of another image. To be asked for parents before their children. */
class Counterparts {
  private readonly other: ZoneImage;
  /** Of nodes with children: their identity here, and there. 0: not there. */
  private readonly parents = new Map<number, number>();
  private lastParent = 0;
  private lastOther = 0;

  constructor(other: ZoneImage) {
    this.other = other;
  }

  find(image: ZoneImage, node: number): number {
    const { other } = this;
    const identity = image.identity(node);
    const found = identity === apexNode ? other.present(apexNode) : this.below(image, node);
    if ((image.flags(node) & NodeFlag.parent) !== 0)
      this.parents.set(identity, found === 0 ? 0 : other.identity(found));
    return found;
  }

  private below(image: ZoneImage, node: number): number {
    const parent = image.parent(node);
    if (parent !== this.lastParent) {
      this.lastParent = parent;
      this.lastOther = this.parents.get(parent) ?? 0;
    }
    return this.lastOther === 0 ? 0 : this.other.child(this.lastOther, image.slab, image.labelAt(node));
  }
}

/** True when the record sets of both nodes are the same octets. */
function sameOctets(before: ZoneImage, node: number, after: ZoneImage, other: number): boolean {
  if (before.rrsetsAt(node) !== after.rrsetsAt(other)) return false;
  const from = before.firstRrset(node);
  const otherFrom = after.firstRrset(other);
  const octets = before.nodeEnd(node) - from;
  if (octets !== after.nodeEnd(other) - otherFrom) return false;
  const { slab } = before;
  const otherSlab = after.slab;
  for (let i = 0; i < octets; i++) if (slab[from + i] !== otherSlab[otherFrom + i]) return false;
  return true;
}

/** Both nodes have their sets in the order of their keys. */
function compareSets(
  before: ZoneImage,
  node: number,
  after: ZoneImage,
  other: number,
  { removed, added }: Differing,
): void {
  const old = draftsOf(before, node);
  const present = draftsOf(after, other);
  const lose = (set: RrsetDraft): void => void removed.push(...recordsIn(before, node, set));
  const gain = (set: RrsetDraft): void => void added.push(...recordsIn(after, other, set));
  let i = 0;
  let j = 0;
  while (i < old.length || j < present.length) {
    const one = old[i];
    const two = present[j];
    if (two === undefined || (one !== undefined && one.key < two.key)) {
      lose(one!);
      i++;
    } else if (one === undefined || two.key < one.key) {
      gain(two);
      j++;
    } else {
      if (one.ttl === two.ttl) {
        const left = recordsIn(before, node, one);
        const right = recordsIn(after, other, two);
        removed.push(...without(left, right));
        added.push(...without(right, left));
      } else {
        lose(one);
        gain(two);
      }
      i++;
      j++;
    }
  }
}

function recordsIn(image: ZoneImage, node: number, { type, ttl, at }: RrsetDraft): ZoneRecord[] {
  const owner = image.nodeName(node);
  return image.rdata(at).map((rdata) => ({ owner, type, ttl, rdata }));
}

/** The records of one set that another does not have. */
function without(records: readonly ZoneRecord[], others: readonly ZoneRecord[]): ZoneRecord[] {
  const known = new Set(others.map(({ type, rdata }) => rdataKey(type, rdata)));
  return records.filter(({ type, rdata }) => !known.has(rdataKey(type, rdata)));
}

function soaFirst(records: readonly ZoneRecord[]): readonly ZoneRecord[] {
  const at = records.findIndex(({ type }) => type === RRType.SOA);
  return at <= 0 ? records : [records[at]!, ...records.slice(0, at), ...records.slice(at + 1)];
}
