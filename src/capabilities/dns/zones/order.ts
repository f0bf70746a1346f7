/** The records of a zone in canonical order (RFC 4034 §6.1), for whoever shows or writes them. */
import { RRType } from "#protocols/dns/registry.ts";
import { nodeHeadOctets, type ZoneImage, type ZoneRecord } from "./image.ts";
import { lowerOctet } from "./label-hash.ts";

/** All records: the apex with SOA and NS first, then name after name. */
export function* recordsByName(image: ZoneImage): Generator<ZoneRecord> {
  const apex = [...image.recordsOf(image.apex)];
  yield* apex.filter(({ type }) => type === RRType.SOA);
  yield* apex.filter(({ type }) => type !== RRType.SOA);
  const nodes = sortedNodes(image);
  for (let i = 1; i < nodes.length; i++) yield* image.recordsOf(nodes[i]!);
}

/** Every node in canonical order, the apex first. */
export function sortedNodes(image: ZoneImage): Uint32Array {
  const { apex } = image;
  const children = new Map<number, number[]>();
  for (const node of image.nodes()) {
    if (node === apex) continue;
    const parent = image.parent(node);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [node]);
    else siblings.push(node);
  }
  const sorted = new Uint32Array(image.nodeCount);
  let end = 0;
  const pending: number[] = [apex];
  while (pending.length > 0) {
    const node = pending.pop()!;
    sorted[end++] = node;
    const below = children.get(image.identity(node))?.sort((one, other) => compareLabels(image, other, one));
    if (below !== undefined) for (const child of below) pending.push(child);
  }
  return sorted;
}

function compareLabels(image: ZoneImage, one: number, other: number): number {
  return compareLabelsAt(image.slab, one + nodeHeadOctets, image.slab, other + nodeHeadOctets);
}

/** Compares two labels, each behind its length, as lower case octets. RFC 4034 §6.1. */
export function compareLabelsAt(one: Uint8Array, oneAt: number, other: Uint8Array, otherAt: number): number {
  const common = Math.min(one[oneAt]!, other[otherAt]!);
  for (let i = 1; i <= common; i++) {
    const difference = lowerOctet[one[oneAt + i]!]! - lowerOctet[other[otherAt + i]!]!;
    if (difference !== 0) return difference;
  }
  return one[oneAt]! - other[otherAt]!;
}
