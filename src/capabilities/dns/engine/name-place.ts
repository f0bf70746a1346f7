/**
 * An uncompressed name where it lies: in a query, in a zone image, in a scratch buffer. Knows where its
 * labels begin. Placed anew for each name, so that following a name through a zone allocates nothing.
 */
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

  get length(): number {
    return this.end - this.at;
  }

  /**
   * Takes the name at `at`, which must end before `limit`. False when it is no uncompressed name of at most
   * 255 octets.
   */
  place(octets: Uint8Array, at: number, limit: number): boolean {
    const { labelAts } = this;
    let next = at;
    let labels = 0;
    for (;;) {
      if (next >= limit || next - at > 254) return false;
      const length = octets[next]!;
      labelAts[labels] = next;
      if (length === 0) break;
      if (length > 63) return false;
      labels++;
      next += 1 + length;
    }
    this.octets = octets;
    this.at = at;
    this.end = next + 1;
    this.labels = labels;
    return true;
  }
}
