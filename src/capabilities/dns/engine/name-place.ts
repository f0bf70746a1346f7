/**
 * An uncompressed name where it lies: in a query, in a zone image, in a scratch buffer. Knows where its
 * labels begin, and their hashes. Placed anew for each name, so that following a name through a zone
 * allocates nothing and reads each octet once.
 */
import { hashChild, hashLabel } from "../zones/label-hash.ts";

export class NamePlace {
  octets: Uint8Array = new Uint8Array(1);
  /** First octet. */
  at = 0;
  /** Behind the root label. */
  end = 1;
  /** Labels without the root. */
  labels = 0;
  /** Where each label begins, from left to right; the root's last. */
  readonly labelAts = new Uint32Array(129);
  readonly labelHashes = new Int32Array(129);
  private readonly suffixHashes = new Int32Array(129);
  /** Suffixes from here on have their hashes. */
  private hashedFrom = 0;

  get length(): number {
    return this.end - this.at;
  }

  /**
   * Takes the name at `at`, which must end before `limit`. False when it is no uncompressed name of at most
   * 255 octets.
   */
  place(octets: Uint8Array, at: number, limit: number): boolean {
    const { labelAts, labelHashes } = this;
    const nameLimit = Math.min(limit, at + 255);
    let next = at;
    let labels = 0;
    for (;;) {
      if (next >= nameLimit) return false;
      const length = octets[next]!;
      labelAts[labels] = next;
      if (length === 0) break;
      if (length > 63 || next + length >= nameLimit) return false;
      labelHashes[labels] = hashLabel(octets, next);
      labels++;
      next += 1 + length;
    }
    this.octets = octets;
    this.at = at;
    this.end = next + 1;
    this.labels = this.hashedFrom = labels;
    this.suffixHashes[labels] = 0;
    return true;
  }

  /** Hash of the name that begins at a label. */
  suffixHash(label: number): number {
    const { suffixHashes, labelHashes } = this;
    for (; this.hashedFrom > label; this.hashedFrom--) {
      const i = this.hashedFrom - 1;
      suffixHashes[i] = hashChild(suffixHashes[i + 1]!, labelHashes[i]!);
    }
    return suffixHashes[label]!;
  }
}
