/** Proofs by NSEC records. RFC 4035 §3.1.3. */
import { RRType } from "#protocols/dns/registry.ts";
import type { ZoneImage } from "../zones/image.ts";
import type { Proofs } from "./denial.ts";
import { DenialChain, placeWildcard } from "./denial-chain.ts";
import { NamePlace } from "./name-place.ts";
import type { SectionWriter } from "./section-writer.ts";

export class NsecProofs implements Proofs {
  private readonly chain: DenialChain;
  private readonly wildcardName = new NamePlace();
  private readonly wildcardOctets = new Uint8Array(2 + 255);

  constructor(sections: SectionWriter) {
    this.chain = new DenialChain(sections, RRType.NSEC);
  }

  /** RFC 4035 §3.1.3.2: one record covers the name, one the wildcard; it may be the same. */
  noName(image: ZoneImage, name: NamePlace, nextCloser: number): void {
    this.addFor(image, name);
    placeWildcard(this.wildcardName, this.wildcardOctets, name, nextCloser + 1);
    this.addFor(image, this.wildcardName);
  }

  /** RFC 4035 §3.1.3.1; that of an empty non-terminal is the record that covers it. */
  noType(image: ZoneImage, _node: number, name: NamePlace): void {
    this.addFor(image, name);
  }

  /** RFC 4035 §3.1.3.3. */
  wildcard(image: ZoneImage, name: NamePlace): void {
    this.addFor(image, name);
  }

  /** RFC 4035 §3.1.3.4. */
  wildcardNoType(image: ZoneImage, _node: number, name: NamePlace, nextCloser: number): void {
    this.noName(image, name, nextCloser);
  }

  /** RFC 4035 §3.1.4. */
  unsignedDelegation(image: ZoneImage, node: number): void {
    this.chain.add(image, node);
  }

  private addFor(image: ZoneImage, name: NamePlace): void {
    this.chain.add(image, this.chain.find(image, name));
  }
}
