/** The records of an NSEC or NSEC3 chain: which one covers a name, and how it is put into a response. */
import { apexNode, type ZoneImage } from "../zones/image.ts";
import { compareLabelsAt } from "../zones/order.ts";
import type { NamePlace } from "./name-place.ts";
import { Section } from "./response-writer.ts";
import type { SectionWriter } from "./section-writer.ts";
import { labelsInZone } from "./zone-walk.ts";

const wildcardOctets = 2;

export class DenialChain {
  /** True when the node found last has the very name looked for. */
  matches = false;
  private readonly sections: SectionWriter;
  private readonly type: number;
  private readonly path = new Uint32Array(128);
  private readonly owner = new Uint8Array(256);

  /** `type`: NSEC or NSEC3. */
  constructor(sections: SectionWriter, type: number) {
    this.sections = sections;
    this.type = type;
  }

  /**
   * The last node of the chain that is not behind `name` in canonical order (RFC 4034 §6.1), which for names
   * before the first is the last one; 0 when the chain is empty.
   */
  find(image: ZoneImage, name: NamePlace): number {
    const { denialNodes } = image;
    const labels = labelsInZone(image, name);
    let low = 0;
    let high = denialNodes.length;
    this.matches = false;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const difference = this.compare(image, name, labels, denialNodes[middle]!);
      if (difference === 0) {
        this.matches = true;
        return denialNodes[middle]!;
      }
      if (difference < 0) high = middle;
      else low = middle + 1;
    }
    return denialNodes.length === 0 ? 0 : denialNodes[(low === 0 ? denialNodes.length : low) - 1]!;
  }

  /** Adds the node's record of the chain with its signatures. */
  add(image: ZoneImage, node: number): void {
    const rrset = node === 0 ? 0 : image.rrset(node, this.type);
    if (rrset === 0) return;
    this.sections.from(image, node, this.ownerOf(image, node), 0);
    this.sections.add(Section.authority, rrset);
  }

  private compare(image: ZoneImage, name: NamePlace, labels: number, node: number): number {
    const { path } = this;
    let depth = 0;
    for (let at = node; at !== apexNode; at = image.parent(at)) path[depth++] = at;
    for (let i = 1; i <= labels && i <= depth; i++) {
      const labelAt = image.labelAt(path[depth - i]!);
      const difference = compareLabelsAt(name.octets, name.labelAts[labels - i]!, image.slab, labelAt);
      if (difference !== 0) return difference;
    }
    return labels - depth;
  }

  private ownerOf(image: ZoneImage, node: number): Uint8Array {
    const { owner } = this;
    const { slab, originOctets } = image;
    let end = 0;
    for (let at = node; at !== apexNode; at = image.parent(at)) {
      const labelAt = image.labelAt(at);
      for (let i = 0; i <= slab[labelAt]!; i++) owner[end++] = slab[labelAt + i]!;
    }
    owner.set(originOctets, end);
    return owner;
  }
}

/** Makes the name of the wildcard below the suffix of `name` that begins at `label`. RFC 4592 §2.1.1. */
export function placeWildcard(made: NamePlace, octets: Uint8Array, name: NamePlace, label: number): void {
  const suffixAt = name.labelAts[label]!;
  octets[0] = 1;
  octets[1] = 0x2a;
  for (let at = suffixAt; at < name.end; at++) octets[wildcardOctets + at - suffixAt] = name.octets[at]!;
  made.place(octets, 0, octets.length);
}
