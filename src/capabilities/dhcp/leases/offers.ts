/** Addresses that are kept for a while for clients that were offered them. They are not durable. */
import { limits } from "../limits.ts";

export interface Offer {
  readonly address: number;
  readonly client: string;
  readonly hardware: string;
  /** Of a clock that never goes back. */
  readonly madeAtMs: number;
  readonly hostName: string | undefined;
}

export class Offers {
  /** The oldest in front: all of them are kept for the same time. */
  readonly #byAddress = new Map<number, Offer>();
  readonly #byClient = new Map<string, Offer>();

  get size(): number {
    return this.#byAddress.size;
  }

  values(): Iterable<Offer> {
    return this.#byAddress.values();
  }

  at(address: number): Offer | undefined {
    return this.#byAddress.get(address);
  }

  of(client: string): Offer | undefined {
    return this.#byClient.get(client);
  }

  /**
   * A client has one offer, and an address is offered to one: returns another address that the client had.
   */
  make(offer: Offer): number | undefined {
    const before = this.#byClient.get(offer.client);
    if (before !== undefined) this.remove(before.address);
    this.remove(offer.address); // taken back from somebody else
    this.#byAddress.set(offer.address, offer);
    this.#byClient.set(offer.client, offer);
    return before === undefined || before.address === offer.address ? undefined : before.address;
  }

  remove(address: number): void {
    const offer = this.#byAddress.get(address);
    if (offer === undefined) return;
    this.#byAddress.delete(address);
    this.#byClient.delete(offer.client);
  }

  /** Takes away those that nobody took, and returns their addresses. */
  takeOverdue(nowMs: number): readonly number[] {
    const overdue: number[] = [];
    for (const { address, madeAtMs } of this.#byAddress.values()) {
      if (madeAtMs + limits.offerHoldMs > nowMs) break;
      overdue.push(address);
    }
    for (const address of overdue) this.remove(address);
    return overdue;
  }

  /** The oldest one that `allows` lets go, when it has been kept long enough to be taken back. */
  oldest(nowMs: number, allows: (address: number) => boolean): Offer | undefined {
    for (const offer of this.#byAddress.values()) {
      if (offer.madeAtMs + limits.offerStealMs > nowMs) return undefined;
      if (allows(offer.address)) return offer;
    }
    return undefined;
  }
}
