/**
 * When which lease ends. A lease stands in one bucket; when that is due and the lease was renewed meanwhile,
 * it moves on: so a renewal costs nothing here.
 */
export class Expiry {
  /** Addresses by second. */
  readonly #buckets = new Map<number, number[]>();
  /** The bucket that an address stands in. */
  readonly #bucketOf = new Map<number, number>();
  #lookedUntil: number;

  constructor(nowSeconds: number) {
    this.#lookedUntil = nowSeconds;
  }

  /** An end later than one noted before is noted when that comes. */
  note(address: number, endsAt: number): void {
    const noted = this.#bucketOf.get(address);
    if (noted !== undefined && noted <= endsAt) return;
    this.#put(address, Math.max(endsAt, this.#lookedUntil + 1));
  }

  /** @param endOf when the lease of an address ends now; undefined: it has none that ends */
  takeDue(nowSeconds: number, endOf: (address: number) => number | undefined): readonly number[] {
    const due: number[] = [];
    const look = (bucket: number): void => {
      const addresses = this.#buckets.get(bucket);
      if (addresses === undefined) return;
      this.#buckets.delete(bucket);
      for (const address of addresses) {
        if (this.#bucketOf.get(address) !== bucket) continue; // it has been noted for an earlier end since
        this.#bucketOf.delete(address);
        const endsAt = endOf(address);
        if (endsAt === undefined) continue;
        if (endsAt <= nowSeconds) due.push(address);
        else this.#put(address, endsAt);
      }
    };
    if (nowSeconds - this.#lookedUntil > this.#buckets.size) {
      for (const bucket of [...this.#buckets.keys()].filter((one) => one <= nowSeconds).sort((a, b) => a - b))
        look(bucket);
    } else {
      for (let bucket = this.#lookedUntil + 1; bucket <= nowSeconds; bucket++) look(bucket);
    }
    this.#lookedUntil = Math.max(this.#lookedUntil, nowSeconds);
    return due;
  }

  #put(address: number, bucket: number): void {
    this.#bucketOf.set(address, bucket);
    const addresses = this.#buckets.get(bucket);
    if (addresses === undefined) this.#buckets.set(bucket, [address]);
    else addresses.push(address);
  }
}
