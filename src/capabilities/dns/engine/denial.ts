/**
 * Proof of what a signed zone does not have, for clients that asked for it (DO). RFC 4035 §3.1.3, RFC 5155
 * §7.2. Which records prove it depends on the zone: see `nsec.ts` and `nsec3.ts`.
 */
import { limits } from "../limits.ts";
import type { ZoneImage } from "../zones/image.ts";
import { NamePlace } from "./name-place.ts";
import { NsecProofs } from "./nsec.ts";
import { Nsec3Proofs } from "./nsec3.ts";
import type { SectionWriter } from "./section-writer.ts";

/**
 * Adds proofs to the authority section. A `nextCloser` is the label of `name` that, with those behind it,
 * makes the name one label longer than the closest encloser. RFC 5155 §1.3.
 */
export interface Proofs {
  /** Neither the name is there nor a wildcard for it. */
  noName(image: ZoneImage, name: NamePlace, nextCloser: number): void;
  /** The name, of the node given, does not have the type. */
  noType(image: ZoneImage, node: number, name: NamePlace): void;
  /** The name is not there itself: the answer is a wildcard's. */
  wildcard(image: ZoneImage, name: NamePlace, nextCloser: number): void;
  /** The name is not there itself, and the wildcard for it, of the node given, does not have the type. */
  wildcardNoType(image: ZoneImage, node: number, name: NamePlace, nextCloser: number): void;
  /** The delegation of the node given, whose name begins at the label of `name`, has no DS. */
  unsignedDelegation(image: ZoneImage, node: number, name: NamePlace, label: number): void;
}

const nameOctetsMax = 255;
/** Aliases in one answer: the last one leads too far. */
const aliasesMax = limits.aliasChainMax + 1;

export class Denial {
  private readonly nsec: Proofs;
  private readonly nsec3: Proofs;
  /** Names that were aliases by a wildcard, one behind the other, and their next closer labels. */
  private readonly aliases = new Uint8Array(aliasesMax * nameOctetsMax);
  private readonly nextClosers = new Uint8Array(aliasesMax);
  private waiting = 0;
  private readonly alias = new NamePlace();

  constructor(sections: SectionWriter) {
    this.nsec = new NsecProofs(sections);
    this.nsec3 = new Nsec3Proofs(sections);
  }

  begin(): void {
    this.waiting = 0;
  }

  /** Remembers that an alias was a wildcard's: its proof stands behind the rest of the answer section. */
  proveLater(name: NamePlace, nextCloser: number): void {
    const { waiting, aliases } = this;
    if (waiting === aliasesMax) return;
    for (let i = 0; i < name.length; i++) aliases[waiting * nameOctetsMax + i] = name.octets[name.at + i]!;
    this.nextClosers[waiting] = nextCloser;
    this.waiting++;
  }

  /** Adds the proofs of the aliases. */
  proveAliases(image: ZoneImage): void {
    const { alias, aliases } = this;
    for (let i = 0; i < this.waiting; i++) {
      alias.place(aliases, i * nameOctetsMax, aliases.length);
      this.of(image).wildcard(image, alias, this.nextClosers[i]!);
    }
    this.waiting = 0;
  }

  /** How a zone that is signed proves. */
  of(image: ZoneImage): Proofs {
    return image.nsec3Param === 0 ? this.nsec : this.nsec3;
  }
}
