/**
 * What a transaction makes of the names it touches, worked out beside the image: their record sets, and
 * which names appear and vanish with them (RFC 4592 §2.2.2: a name is there while it, or one below it, has
 * records).
 */
import { lowerName, type Name, nameToText, parentName } from "#protocols/dns/name.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import { apexNode, NodeFlag, nodeHeadOctets } from "./image.ts";
import type { ImageMemory } from "./image-memory.ts";
import {
  draftOf,
  draftsEqual,
  draftsOf,
  type RrsetDraft,
  rdataKey,
  rdataOf,
  recordsIn,
} from "./rrset-draft.ts";
import { type ZoneChange, ZoneChangeError } from "./zone-change.ts";

/** A name that the transaction touches, or that lies above one. */
export interface NodeDraft {
  /** Undefined: the apex. */
  readonly parent: NodeDraft | undefined;
  /** Octets that have the label at `labelAt`, as whoever changes it writes it. */
  readonly octets: Uint8Array;
  readonly labelAt: number;
  /** -1: it was never a name of the zone. The apex has none either. */
  readonly slot: number;
  /** The version before, a removed one too; 0 when there is none. */
  readonly at: number;
  /** 0 until its first version is written. */
  identity: number;
  readonly existed: boolean;
  exists: boolean;
  /** By how many its children become more. */
  children: number;
  /** What becomes of its child `*`. */
  wildcard: "appears" | "vanishes" | undefined;
  /** In the order of their keys; undefined: as they were. */
  rrsets: RrsetDraft[] | undefined;
  /** Its new flags, and where its new version is; 0: the version before stays. */
  flags: number;
  written: number;
}

const noOctets = new Uint8Array(1);

export class ZoneTransaction {
  /** Each behind its parent. */
  readonly nodes = new Map<Name, NodeDraft>();
  private readonly memory: ImageMemory;
  private readonly origin: Name;

  constructor(memory: ImageMemory) {
    this.memory = memory;
    const { image } = memory;
    this.origin = lowerName(image.origin);
    this.nodes.set(this.origin, {
      parent: undefined,
      octets: noOctets,
      labelAt: 0,
      slot: -1,
      at: image.apex,
      identity: apexNode,
      existed: true,
      exists: true,
      children: 0,
      wildcard: undefined,
      rrsets: undefined,
      flags: image.flags(image.apex) & ~NodeFlag.moved,
      written: 0,
    });
  }

  get apex(): NodeDraft {
    return this.nodes.get(this.origin)!;
  }

  take(change: ZoneChange): void {
    const node = this.nodeOf(lowerName(change.owner), change.owner);
    switch (change.do) {
      case "set":
        if (change.rdata.length === 0) this.keep(node, ({ type }) => type !== change.type);
        else this.put(node, draftOf(change.type, change.ttl, change.rdata));
        break;
      case "delete":
        this.keep(node, ({ type }) => type !== change.type);
        break;
      case "delete-name":
        this.keep(node, () => false);
        break;
      case "add":
        this.add(node, draftOf(change.type, change.ttl, [change.rdata]));
        break;
      case "remove":
        this.remove(node, draftOf(change.type, 0, [change.rdata]));
        break;
    }
  }

  /**
   * Makes names appear and vanish as their record sets demand, and works out all flags.
   * `childrenOf`: how many children the node with an identity has in the image.
   */
  settle(childrenOf: (identity: number) => number): void {
    const changed = [...this.nodes.values()].filter((node) => node.rrsets !== undefined);
    for (const node of changed) if (node.rrsets!.length > 0) appear(node);
    for (const node of changed) this.vanishIfEmpty(node, childrenOf);
    for (const node of this.nodes.values()) node.flags = this.flagsOf(node, childrenOf);
    this.checkApex();
  }

  /** The record sets of a node as the transaction has them so far. */
  rrsetsOf(node: NodeDraft): readonly RrsetDraft[] {
    return node.rrsets ?? (node.existed ? draftsOf(this.memory.image, node.at) : []);
  }

  private nodeOf(lower: Name, name: Name): NodeDraft {
    const known = this.nodes.get(lower);
    if (known !== undefined) return known;
    if (lower.length <= this.origin.length)
      throw new ZoneChangeError(`${nameToText(name)} does not lie in ${nameToText(this.origin)}`);
    const parent = this.nodeOf(parentName(lower), parentName(name));
    const octets = Buffer.from(name.slice(0, 1 + name.charCodeAt(0)), "latin1");
    const { memory } = this;
    const slot = parent.identity === 0 ? -1 : memory.locate(parent.identity, octets, 0);
    const at = slot === -1 ? 0 : memory.slots[slot]!;
    const flags = at === 0 ? 0 : memory.slab[at + 4]!;
    const existed = at !== 0 && (flags & NodeFlag.removed) === 0;
    const node: NodeDraft = {
      parent,
      octets: existed ? memory.slab : octets,
      labelAt: existed ? at + nodeHeadOctets : 0,
      slot,
      at,
      identity: at === 0 ? 0 : memory.image.identity(at),
      existed,
      exists: existed,
      children: 0,
      wildcard: undefined,
      rrsets: undefined,
      flags: existed ? flags & ~NodeFlag.moved : 0,
      written: 0,
    };
    this.nodes.set(lower, node);
    return node;
  }

  private put(node: NodeDraft, draft: RrsetDraft): void {
    const rrsets = this.rrsetsOf(node);
    const before = rrsets.findIndex(({ key }) => key >= draft.key);
    const place = before === -1 ? rrsets.length : before;
    const replaces = rrsets[place]?.key === draft.key;
    if (replaces && draftsEqual(this.memory.image, rrsets[place]!, draft)) return;
    node.rrsets = rrsets.toSpliced(place, replaces ? 1 : 0, draft);
  }

  private keep(node: NodeDraft, wanted: (rrset: RrsetDraft) => boolean): void {
    const rrsets = this.rrsetsOf(node);
    const kept = rrsets.filter(wanted);
    if (kept.length < rrsets.length) node.rrsets = kept;
  }

  private add(node: NodeDraft, draft: RrsetDraft): void {
    const present = this.rrsetsOf(node).find(({ key }) => key === draft.key);
    const rdata = present === undefined ? [] : rdataOf(this.memory.image, present);
    this.put(node, draftOf(draft.type, draft.ttl, [...rdata, ...draft.rdata]));
  }

  private remove(node: NodeDraft, draft: RrsetDraft): void {
    const present = this.rrsetsOf(node).find(({ key }) => key === draft.key);
    if (present === undefined) return;
    const removed = rdataKey(draft.type, draft.rdata[0]!);
    const rdata = rdataOf(this.memory.image, present);
    const left = rdata.filter((octets) => rdataKey(draft.type, octets) !== removed);
    if (left.length === 0) this.keep(node, (rrset) => rrset !== present && rrset.key !== draft.key);
    else if (left.length < rdata.length) this.put(node, draftOf(draft.type, present.ttl, left));
  }

  private vanishIfEmpty(node: NodeDraft, childrenOf: (identity: number) => number): void {
    const { parent } = node;
    if (!node.exists || parent === undefined || this.rrsetCount(node) > 0) return;
    if (this.childCount(node, childrenOf) > 0) return;
    node.exists = false;
    parent.children--;
    if (isWildcard(node)) parent.wildcard = "vanishes";
    this.vanishIfEmpty(parent, childrenOf);
  }

  private rrsetCount(node: NodeDraft): number {
    return node.rrsets?.length ?? this.memory.image.rrsetsAt(node.at);
  }

  private childCount(node: NodeDraft, childrenOf: (identity: number) => number): number {
    const had = node.existed && (this.memory.image.flags(node.at) & NodeFlag.parent) !== 0;
    return (had ? childrenOf(node.identity) : 0) + node.children;
  }

  private flagsOf(node: NodeDraft, childrenOf: (identity: number) => number): number {
    if (!node.exists) return NodeFlag.removed;
    let flags = node.flags & (NodeFlag.wildcardBelow | NodeFlag.parent);
    if (node.wildcard === "appears") flags |= NodeFlag.wildcardBelow;
    else if (node.wildcard === "vanishes") flags &= ~NodeFlag.wildcardBelow;
    if (node.children > 0) flags |= NodeFlag.parent;
    else if (node.children < 0 && this.childCount(node, childrenOf) === 0) flags &= ~NodeFlag.parent;
    // Whether a name is hashed depends on its children too; the apex never is.
    if (node.rrsets !== undefined || (node.children !== 0 && node.parent !== undefined))
      return flags | this.flagsOfRrsets(node, (flags & NodeFlag.parent) !== 0);
    return flags | (node.flags & ~(NodeFlag.wildcardBelow | NodeFlag.parent));
  }

  private flagsOfRrsets(node: NodeDraft, isParent: boolean): number {
    let flags = 0;
    let isName = isParent;
    for (const { type } of this.rrsetsOf(node)) {
      if (type === RRType.NS && node.parent !== undefined) flags |= NodeFlag.cut;
      else if (type === RRType.DNAME) flags |= NodeFlag.dname;
      else if (type === RRType.CNAME) flags |= NodeFlag.cname;
      else if (type === RRType.NSEC3) flags |= NodeFlag.hashed;
      isName ||= type !== RRType.NSEC3 && type !== RRType.RRSIG;
    }
    return isName ? flags & ~NodeFlag.hashed : flags;
  }

  /** A zone has one SOA record, at its apex. RFC 2181 §6.1, RFC 1035 §5.2. */
  private checkApex(): void {
    const { apex } = this;
    if (apex.rrsets === undefined) return;
    const soa = apex.rrsets.find(({ type }) => type === RRType.SOA);
    const records = soa === undefined ? 0 : recordsIn(this.memory.image, soa);
    if (records !== 1)
      throw new ZoneChangeError(
        `${nameToText(this.origin)} would have ${records} ${mnemonicOfType(RRType.SOA)} records; leave one`,
      );
  }
}

function appear(node: NodeDraft): void {
  if (node.exists) return;
  node.exists = true;
  const { parent } = node;
  if (parent === undefined) return;
  parent.children++;
  if (isWildcard(node)) parent.wildcard = "appears";
  appear(parent);
}

function isWildcard({ octets, labelAt }: NodeDraft): boolean {
  return octets[labelAt] === 1 && octets[labelAt + 1] === 0x2a;
}
