/**
 * Changes a zone image while other threads read it. New versions of nodes are written behind all that is
 * there, where nobody looks yet; then the slots are pointed to them, between two steps of the header's
 * version, by which readers notice that what they read may not belong together. Nothing that a reader may be
 * reading is overwritten, but for two flags of which the next comment says why it does no harm.
 */
import type { Name } from "#protocols/dns/name.ts";
import { denialOf } from "./denial-index.ts";
import {
  Header,
  identityOctets,
  NodeFlag,
  nodeHeadOctets,
  retiredVersion,
  writeU16,
  writeU32,
  ZoneImage,
} from "./image.ts";
import { copyOctets } from "./image-layout.ts";
import { ImageMemory } from "./image-memory.ts";
import { zoneLimits } from "./limits.ts";
import type { OffsetMap } from "./offset-map.ts";
import { draftsOf, octetsOfDraft, type RrsetDraft, recordsIn, writeDraft } from "./rrset-draft.ts";
import { type ZoneChange, ZoneFullError, ZoneSignedError } from "./zone-change.ts";
import { roomFor } from "./zone-merge.ts";
import { type NodeDraft, ZoneTransaction } from "./zone-transaction.ts";

/**
 * Say that a search below a node is worth while. They are set in place before the child is there to be found,
 * and cleared after it has gone, so that they are wrong only by sending a reader to look for nothing.
 */
const childFlags = NodeFlag.parent | NodeFlag.wildcardBelow;

/** What the image holds, in the numbers of its header. */
interface Tally {
  nodes: number;
  rrsets: number;
  records: number;
}

export class ZoneEditor {
  readonly image: ZoneImage;
  readonly memory: ImageMemory;
  private readonly slotsMax: number;
  private slotsUsed: number;
  private children: OffsetMap | undefined;
  private garbage = 0;

  /**
   * Over an image that has room. `children`: of its nodes, when somebody has counted them already.
   * @throws ZoneSignedError
   */
  constructor(image: ZoneImage, children?: OffsetMap) {
    if (image.signed) throw new ZoneSignedError("a signed zone cannot be changed in place; build it anew");
    this.image = image;
    this.memory = new ImageMemory(image);
    this.slotsMax = Math.floor(this.memory.slots.length * zoneLimits.slotLoadMax);
    this.slotsUsed = this.memory.slotsUsed();
    this.children = children;
  }

  /**
   * Copies the image into memory with `room` octets behind it, or takes it as it is when it has them.
   * @throws ZoneSignedError
   */
  static open(
    image: ZoneImage,
    { room = roomFor(image.slab.length) }: { readonly room?: number } = {},
  ): ZoneEditor {
    const memory = new ImageMemory(image);
    const hasRoom = memory.slab.length - memory.end >= room;
    return new ZoneEditor(hasRoom || image.signed ? image : withRoom(image, room));
  }

  /** Octets of room that changes have taken. */
  get roomUsed(): number {
    return this.memory.end - this.memory.room;
  }

  get roomOctets(): number {
    return this.memory.slab.length - this.memory.room;
  }

  /** Octets of versions that are no longer the present ones, since this editor was made. */
  get garbageOctets(): number {
    return this.garbage;
  }

  /** Share of the slots that new names may take and that are taken. */
  get slotsLoad(): number {
    return this.slotsUsed / this.slotsMax;
  }

  /** The record set of a name as it is now. */
  rrset(owner: Name, type: number): { readonly ttl: number; readonly rdata: Uint8Array[] } | undefined {
    const { image } = this;
    const node = image.find(owner);
    const rrset = node === 0 ? 0 : image.rrset(node, type);
    return rrset === 0 ? undefined : { ttl: image.ttl(rrset), rdata: image.rdata(rrset) };
  }

  /** Names that its index can take on. */
  get namesLeft(): number {
    return this.slotsMax - this.slotsUsed;
  }

  /**
   * Does all of the changes in one step, or none.
   * @returns false when they change nothing
   * @throws ZoneFullError, ZoneChangeError, ZoneSignedError
   */
  apply(changes: readonly ZoneChange[]): boolean {
    const transaction = new ZoneTransaction(this.memory);
    for (const change of changes) transaction.take(change);
    transaction.settle((identity) => this.childrenOf(identity));
    const nodes = [...transaction.nodes.values()];
    const rewritten = nodes.filter((node) => this.needsVersion(node));
    if (rewritten.length === 0) return false;
    this.reserve(rewritten);
    const end = this.write(rewritten);
    if (transaction.apex.written !== 0) this.refuseSigned(transaction.apex.written);
    this.swap(nodes, rewritten, end);
    return true;
  }

  /** Sends readers to the image that has taken this one's place: from now on it is never current. */
  retire(): void {
    Atomics.store(this.memory.header, Header.version, retiredVersion);
    this.image.begin();
  }

  private needsVersion(node: NodeDraft): boolean {
    if (node.exists !== node.existed) return true;
    if (!node.exists) return false;
    return (
      node.rrsets !== undefined ||
      ((node.flags ^ this.image.flags(node.at)) & ~(childFlags | NodeFlag.moved)) !== 0
    );
  }

  private childrenOf(identity: number): number {
    this.children ??= this.memory.childCounts();
    return this.children.get(identity);
  }

  private reserve(rewritten: readonly NodeDraft[]): void {
    let octets = 0;
    let slots = 0;
    let names = 0;
    for (const node of rewritten) {
      octets += identityOctets + nodeHeadOctets + 1 + node.octets[node.labelAt]!;
      for (const rrset of this.rrsetsOf(node)) octets += octetsOfDraft(this.image, rrset);
      if (node.slot === -1 && node.parent !== undefined) slots++;
      if (node.exists && !node.existed) names++;
    }
    const { memory } = this;
    if (memory.end + octets > memory.slab.length || slots > this.namesLeft)
      throw new ZoneFullError(octets, names);
  }

  private rrsetsOf(node: NodeDraft): readonly RrsetDraft[] {
    return node.exists ? (node.rrsets ?? draftsOf(this.image, node.at)) : [];
  }

  /** Writes the new versions behind the end, parents first. */
  private write(rewritten: readonly NodeDraft[]): number {
    let at = this.memory.end;
    for (const node of rewritten) at = this.writeNode(node, at + identityOctets);
    return at;
  }

  private writeNode(node: NodeDraft, at: number): number {
    const { slab } = this.memory;
    const isFirst = node.identity === 0;
    if (isFirst) node.identity = at;
    node.written = at;
    const rrsets = this.rrsetsOf(node);
    writeU32(slab, at - identityOctets, node.identity);
    writeU32(slab, at, node.parent?.identity ?? 0);
    slab[at + 4] = node.flags | (isFirst ? 0 : NodeFlag.moved);
    writeU16(slab, at + 5, rrsets.length);
    const labelOctets = 1 + node.octets[node.labelAt]!;
    copyOctets(node.octets, node.labelAt, slab, at + nodeHeadOctets, labelOctets);
    let end = at + nodeHeadOctets + labelOctets;
    for (const rrset of rrsets) end = writeDraft(slab, rrset, end);
    return end;
  }

  /** A change of the apex can make a zone signed, which readers take for settled. */
  private refuseSigned(apex: number): void {
    if (denialOf(this.image, apex) !== undefined)
      throw new ZoneSignedError("the change would make a signed zone of it; build the zone anew");
  }

  private swap(nodes: readonly NodeDraft[], rewritten: readonly NodeDraft[], end: number): void {
    const { header, slots } = this.memory;
    const tally = this.tallyAfter(rewritten);
    this.setFlags(nodes, (before, after) => before | (after & childFlags));
    const version = header[Header.version]!;
    Atomics.store(header, Header.version, version + 1);
    for (const node of rewritten) {
      if (node.parent === undefined) Atomics.store(header, Header.apex, node.written);
      else if (node.slot === -1) this.memory.insert(node.written);
      else Atomics.store(slots, node.slot, node.written);
    }
    header[Header.nodes] = tally.nodes;
    header[Header.rrsets] = tally.rrsets;
    header[Header.records] = tally.records;
    header[Header.end] = end;
    Atomics.store(header, Header.version, version + 2);
    this.setFlags(nodes, (_, after) => after);
    this.account(nodes);
    this.image.begin();
  }

  /** Writes the flags of nodes that keep their version. */
  private setFlags(nodes: readonly NodeDraft[], flags: (before: number, after: number) => number): void {
    const { slab } = this.memory;
    for (const { written, at, exists, flags: after } of nodes) {
      if (written !== 0 || !exists) continue;
      const before = slab[at + 4]!;
      const next = flags(before, after | (before & NodeFlag.moved));
      if (next !== before) slab[at + 4] = next;
    }
  }

  private tallyAfter(rewritten: readonly NodeDraft[]): Tally {
    const { image } = this;
    const tally = { nodes: image.nodeCount, rrsets: image.rrsetCount, records: image.recordCount };
    for (const node of rewritten) {
      if (node.existed) {
        const before = draftsOf(image, node.at);
        tally.nodes--;
        tally.rrsets -= before.length;
        for (const rrset of before) tally.records -= recordsIn(image, rrset);
      }
      if (!node.exists) continue;
      const after = this.rrsetsOf(node);
      tally.nodes++;
      tally.rrsets += after.length;
      for (const rrset of after) tally.records += recordsIn(image, rrset);
    }
    return tally;
  }

  private account(nodes: readonly NodeDraft[]): void {
    for (const node of nodes) {
      if (node.written !== 0) {
        if (node.at !== 0) this.garbage += this.memory.octetsOf(node.at);
        if (!node.exists) this.garbage += this.memory.octetsOf(node.written);
        if (node.slot === -1 && node.parent !== undefined) this.slotsUsed++;
      }
      if (node.children !== 0) this.children?.add(node.identity, node.children);
    }
  }
}

function withRoom(image: ZoneImage, room: number): ZoneImage {
  const octets = image.slab.byteOffset + new ImageMemory(image).end;
  const buffer = new SharedArrayBuffer(octets + room);
  new Uint8Array(buffer).set(new Uint8Array(image.buffer, 0, octets));
  return new ZoneImage(buffer);
}
