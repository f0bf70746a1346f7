/**
 * Rebuilds a changed image from what the zone is at one moment: each node in its present version, in a fresh
 * index, with room for changes again. Runs beside the writer, since no version is ever overwritten: to hold
 * on to the moment it takes a copy of the slots.
 */
import { apexNode, Header, headerWords, identityOctets, NodeFlag, ZoneImage } from "./image.ts";
import { ImageLayout } from "./image-layout.ts";
import type { ImageMemory } from "./image-memory.ts";
import { zoneLimits } from "./limits.ts";
import { OffsetMap } from "./offset-map.ts";

/** What a zone is at one moment. */
export interface ZoneMoment {
  readonly buffer: ArrayBufferLike;
  readonly slots: Uint32Array;
  readonly apex: number;
  /** What is written from here on came later. */
  readonly end: number;
}

export interface MergedZone {
  readonly image: ZoneImage;
  /** How many children its nodes have. */
  readonly children: OffsetMap;
}

/** Room that the new image is to have. */
export interface MergeRoom {
  /** For changes, beside what suits a zone of its size. */
  readonly octets: number;
  /** Names that its index must be able to take on. */
  readonly names: number;
}

/** To be merged in this turn, before anything changes. */
export function presentMoment({ image, slots, end }: ImageMemory): ZoneMoment {
  return { buffer: image.buffer, slots, apex: image.apex, end };
}

/** To be merged while changes go on. */
export function keptMoment(memory: ImageMemory): ZoneMoment {
  return { ...presentMoment(memory), slots: new Uint32Array(memory.slots) };
}

export function mergeZone(moment: ZoneMoment, room: MergeRoom): MergedZone {
  const image = new ZoneImage(moment.buffer);
  const survey = surveyOf(image, moment);
  const origin = image.originOctets;
  const slotCount = slotsFor(survey.nodes, room.names);
  const slabAt = headerWords * 4 + slotCount * 4 + origin.length;
  const layout = new ImageLayout(slotCount, slabAt, survey.octets, 0, roomFor(survey.octets) + room.octets);
  layout.octets.set(origin, slabAt - origin.length);
  const children = new OffsetMap();
  const parents = new OffsetMap();
  let nodes = 0;
  for (const identity of identities(image, moment.end)) {
    const version = identity === apexNode ? moment.apex : survey.moved.get(identity) || identity;
    if ((image.flags(version) & NodeFlag.removed) !== 0) continue;
    const parent = identity === apexNode ? 0 : parents.get(image.parent(identity));
    const node = layout.copy(image, version, parent);
    nodes++;
    const below = survey.children.get(identity);
    if (below === 0) continue;
    parents.set(identity, node);
    children.set(node, below);
  }
  return { image: layout.finish(origin.length, nodes), children };
}

/** Octets of room for changes that suit a zone of so many octets. */
export function roomFor(octets: number): number {
  return Math.max(zoneLimits.roomOctetsMin, Math.ceil(octets * zoneLimits.roomShare));
}

interface Survey {
  /** Of the slab that the present versions fill. */
  octets: number;
  nodes: number;
  /** Where the nodes are now that are not where they first were, removed ones included. By identity. */
  readonly moved: OffsetMap;
  readonly children: OffsetMap;
}

function surveyOf(image: ZoneImage, { slots, apex }: ZoneMoment): Survey {
  const octets = apexNode + image.nodeEnd(apex) - apex;
  const survey: Survey = { octets, nodes: 1, moved: new OffsetMap(), children: new OffsetMap() };
  for (const node of slots) {
    if (node === 0) continue;
    const flags = image.flags(node);
    if ((flags & NodeFlag.moved) !== 0) survey.moved.set(image.identity(node), node);
    if ((flags & NodeFlag.removed) !== 0) continue;
    survey.octets += image.nodeEnd(node) - node;
    survey.nodes++;
    survey.children.add(image.parent(node), 1);
  }
  return survey;
}

/** The first version of each node there ever was before `end`, parents before children. */
function* identities(image: ZoneImage, end: number): Generator<number> {
  const header = new Int32Array(image.buffer, 0, headerWords);
  const slabOctets = header[Header.slabOctets]! >>> 0;
  for (let at = apexNode; at < slabOctets; at = image.nodeEnd(at)) yield at;
  for (let at = header[Header.room]! >>> 0; at < end; ) {
    const node = at + identityOctets;
    at = image.nodeEnd(node);
    if ((image.flags(node) & NodeFlag.moved) === 0) yield node;
  }
}

/** At most half full, and with space for so many names more before the index counts as full. */
function slotsFor(nodes: number, names: number): number {
  const wanted = Math.max(nodes * 2, (nodes + names) / zoneLimits.slotLoadMax);
  let slots = 4;
  while (slots < wanted) slots *= 2;
  return slots;
}
