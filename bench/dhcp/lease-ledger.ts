/** What clients were told, held against what their server says that it has leased. */

export interface Lease {
  readonly client: number;
  readonly address: number;
}

export class LeaseLedger {
  /** Acknowledgements: a client that asks again counts again. */
  acknowledged = 0;
  /** Told to a client although another one had been told before. */
  readonly twice: Lease[] = [];
  /** Clients that asked again and were told another address. */
  readonly moved: Lease[] = [];
  private readonly addressOf = new Map<number, number>();
  private readonly clientOf = new Map<number, number>();

  get clients(): number {
    return this.addressOf.size;
  }

  note(lease: Lease): void {
    const { client, address } = lease;
    this.acknowledged++;
    if ((this.clientOf.get(address) ?? client) !== client) this.twice.push(lease);
    if ((this.addressOf.get(client) ?? address) !== address) this.moved.push(lease);
    this.clientOf.set(address, client);
    this.addressOf.set(client, address);
  }

  compare(held: readonly Lease[]): LedgerComparison {
    const holderOf = new Map<number, number>();
    const twice: Lease[] = [];
    let untold = 0;
    for (const lease of held) {
      if (holderOf.has(lease.address)) twice.push(lease);
      holderOf.set(lease.address, lease.client);
      if (!this.addressOf.has(lease.client)) untold++;
    }
    const lost = [...this.addressOf]
      .filter(([client, address]) => holderOf.get(address) !== client)
      .map(([client, address]) => ({ client, address }));
    return { lost, twice, untold };
  }
}

export interface LedgerComparison {
  /** Acknowledged, and not held by the client. */
  readonly lost: readonly Lease[];
  /** Addresses with more than one holder. */
  readonly twice: readonly Lease[];
  /** Held by clients that have heard nothing: their ACK was under way. */
  readonly untold: number;
}
