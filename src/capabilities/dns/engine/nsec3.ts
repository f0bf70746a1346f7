/** Proofs by NSEC3 records. RFC 5155 §7.2. */
import { RRType } from "#protocols/dns/registry.ts";
import { readU16, type ZoneImage } from "../zones/image.ts";
import type { Proofs } from "./denial.ts";
import { DenialChain, placeWildcard } from "./denial-chain.ts";
import { NamePlace } from "./name-place.ts";
import { Nsec3Hash } from "./nsec3-hash.ts";
import type { SectionWriter } from "./section-writer.ts";
import { labelsInZone } from "./zone-walk.ts";

/** RFC 5155 §3.1.2.1. */
const optOutFlag = 1;

export class Nsec3Proofs implements Proofs {
  private readonly chain: DenialChain;
  private readonly hash = new Nsec3Hash();
  private encloserNode = 0;
  private readonly hashedName = new NamePlace();
  private readonly hashedOctets = new Uint8Array(33 + 255);
  private readonly wildcardName = new NamePlace();
  private readonly wildcardOctets = new Uint8Array(2 + 255);

  constructor(sections: SectionWriter) {
    this.chain = new DenialChain(sections, RRType.NSEC3);
  }

  /** RFC 5155 §7.2.2: the closest encloser matched, the next closer name and the wildcard covered. */
  noName(image: ZoneImage, name: NamePlace, nextCloser: number): void {
    const encloser = this.addEncloser(image, name, nextCloser + 1);
    this.addFor(image, name, encloser - 1);
    this.addWildcard(image, name, encloser);
  }

  /** RFC 5155 §7.2.3, §7.2.4: the name matched, or the proof that it lies in a span that opted out. */
  noType(image: ZoneImage, _node: number, name: NamePlace): void {
    this.addEncloserProof(image, name, 0);
  }

  /** RFC 5155 §7.2.6: the next closer name covered. */
  wildcard(image: ZoneImage, name: NamePlace, nextCloser: number): void {
    this.addFor(image, name, this.provableEncloser(image, name, nextCloser + 1) - 1);
  }

  /** RFC 5155 §7.2.5: as if there were no name, but the wildcard is matched. */
  wildcardNoType(image: ZoneImage, _node: number, name: NamePlace, nextCloser: number): void {
    this.noName(image, name, nextCloser);
  }

  /** RFC 5155 §7.2.7. */
  unsignedDelegation(image: ZoneImage, _node: number, name: NamePlace, label: number): void {
    this.addEncloserProof(image, name, label);
  }

  private addEncloserProof(image: ZoneImage, name: NamePlace, label: number): void {
    const encloser = this.addEncloser(image, name, label);
    if (encloser !== label) this.addFor(image, name, encloser - 1);
  }

  private addEncloser(image: ZoneImage, name: NamePlace, label: number): number {
    const encloser = this.provableEncloser(image, name, label);
    this.chain.add(image, this.encloserNode);
    return encloser;
  }

  /**
   * The label at which the closest name begins that is there with a record of its own: names in a span that
   * opted out have none. RFC 5155 §7.2.1. Sets `encloserNode` to the node with the record.
   */
  private provableEncloser(image: ZoneImage, name: NamePlace, label: number): number {
    const apex = labelsInZone(image, name);
    for (let encloser = label; ; encloser++) {
      const node = this.find(image, name, encloser);
      this.encloserNode = node;
      if (node === 0 || encloser === apex || this.chain.matches || !optsOut(image, node)) return encloser;
    }
  }

  private addFor(image: ZoneImage, name: NamePlace, label: number): void {
    this.chain.add(image, this.find(image, name, label));
  }

  private addWildcard(image: ZoneImage, name: NamePlace, encloser: number): void {
    placeWildcard(this.wildcardName, this.wildcardOctets, name, encloser);
    this.addFor(image, this.wildcardName, 0);
  }

  /** The node whose record matches or covers the suffix of `name` that begins at `label`. */
  private find(image: ZoneImage, name: NamePlace, label: number): number {
    const { hashedName, hashedOctets } = this;
    this.hash.writeLabel(image, name, label, hashedOctets);
    hashedOctets.set(image.originOctets, 33);
    hashedName.place(hashedOctets, 0, hashedOctets.length);
    return this.chain.find(image, hashedName);
  }
}

function optsOut(image: ZoneImage, node: number): boolean {
  const at = image.firstRdata(image.rrset(node, RRType.NSEC3));
  return readU16(image.slab, at) > 1 && (image.slab[at + 3]! & optOutFlag) !== 0;
}
