/**
 * The way down a zone towards a name, and what ends it. RFC 1034 §4.3.2 step 3, RFC 4592 §3.3, RFC 6672 §3.2.
 */
import { NodeFlag, type ZoneImage } from "../zones/image.ts";
import { hashLabel } from "../zones/label-hash.ts";
import { isSuffix } from "../zones/zone-index.ts";
import type { NamePlace } from "./name-place.ts";

const wildcardLabel = Uint8Array.of(1, 0x2a);
const wildcardHash = hashLabel(wildcardLabel, 0);

/** What a walk ended with. */
export const Found = { node: 0, wildcard: 1, nothing: 2, cut: 3, dname: 4 } as const;
export type Found = (typeof Found)[keyof typeof Found];

export class ZoneWalk {
  /** Where the walk ended: the name's node, the wildcard's, the cut, the DNAME; 0 when nothing was found. */
  node = 0;
  /**
   * Label of the name at which the owner name of `node` begins; for a wildcard, the label below its parent.
   */
  label = 0;

  /** Walks from the apex. With `forParent`, a cut at the name itself is no end: its DS is the parent's. */
  walk(image: ZoneImage, name: NamePlace, forParent: boolean): Found {
    let node = image.apex;
    for (let label = labelsInZone(image, name); ; label--) {
      const flags = image.flags(node);
      this.label = label;
      this.node = node;
      if ((flags & NodeFlag.cut) !== 0 && !(forParent && label === 0)) return Found.cut;
      if (label === 0) return Found.node;
      if ((flags & NodeFlag.dname) !== 0) return Found.dname;
      const child = image.childHashed(
        image.identity(node),
        name.labelHashes[label - 1]!,
        name.octets,
        name.labelAts[label - 1]!,
      );
      if (child === 0 || (image.flags(child) & NodeFlag.hashed) !== 0) {
        this.label--;
        this.node =
          (flags & NodeFlag.wildcardBelow) === 0
            ? 0
            : image.childHashed(image.identity(node), wildcardHash, wildcardLabel, 0);
        return this.node === 0 ? Found.nothing : Found.wildcard;
      }
      node = child;
    }
  }

  /** The node of a name at or below a cut, or 0: what is there is glue and nothing else. */
  glue(image: ZoneImage, name: NamePlace): number {
    let node = image.apex;
    let flags = 0;
    for (let label = labelsInZone(image, name); label > 0 && node !== 0; label--) {
      node = image.childHashed(
        image.identity(node),
        name.labelHashes[label - 1]!,
        name.octets,
        name.labelAts[label - 1]!,
      );
      if (node !== 0) flags |= image.flags(node);
    }
    return (flags & NodeFlag.cut) === 0 ? 0 : node;
  }
}

/** How many labels of a name that lies in the zone stand before the zone's own. */
export function labelsInZone(image: ZoneImage, name: NamePlace): number {
  const originAt = name.end - image.originOctets.length;
  let labels = 0;
  while (name.labelAts[labels]! < originAt) labels++;
  return labels;
}

export function liesInZone(image: ZoneImage, name: NamePlace): boolean {
  const { originOctets } = image;
  return (
    originOctets.length <= name.length &&
    isSuffix(originOctets, 0, originOctets.length, name, labelsInZone(image, name))
  );
}
