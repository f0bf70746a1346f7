/** All leases, as the last request left them: by address, by client, by when they end, and what is free. */
import type { Link, Plan, Pool, Subnet } from "../network/plan.ts";
import { poolOf, subnetOf } from "../network/plan.ts";
import { Expiry } from "./expiry.ts";
import type { Lease } from "./lease.ts";
import { type ClockJump, movedAlong, movesAlong } from "./lease-clock.ts";
import { type Offer, Offers } from "./offers.ts";
import { PoolSpace } from "./pool-space.ts";

export interface PoolCount {
  readonly subnet: Subnet;
  readonly pool: Pool;
  readonly space: PoolSpace;
  used: number;
  declined: number;
}

export class LeaseTable {
  readonly offers = new Offers();
  readonly #byAddress = new Map<number, Lease>();
  /** Of each client its lease, or all of them when it has been in several networks. */
  readonly #byClient = new Map<string, Lease | readonly Lease[]>();
  #expiry: Expiry;
  #plan!: Plan;
  #counts!: ReadonlyMap<Pool, PoolCount>;

  constructor(plan: Plan, nowSeconds: number) {
    this.#expiry = new Expiry(nowSeconds);
    this.usePlan(plan);
  }

  get size(): number {
    return this.#byAddress.size;
  }

  get plan(): Plan {
    return this.#plan;
  }

  get pools(): Iterable<PoolCount> {
    return this.#counts.values();
  }

  /** Lays the pools of another site file out, over the same leases. */
  usePlan(plan: Plan): void {
    this.#plan = plan;
    const counts = new Map<Pool, PoolCount>();
    for (const subnet of plan.subnets) {
      for (const pool of subnet.pools)
        counts.set(pool, { subnet, pool, space: spaceOf(pool, subnet, plan), used: 0, declined: 0 });
    }
    this.#counts = counts;
    for (const lease of inOrderOfEnd(this.#byAddress.values())) this.#count(lease, 1);
    for (const { address } of this.offers.values()) this.countAt(address)?.space.take(address);
  }

  /** No client gets it: it is this machine's own. */
  block(address: number): void {
    const count = this.countAt(address);
    if (count === undefined || count.space.isBlocked(address)) return;
    const lease = this.#byAddress.get(address);
    if (lease !== undefined) this.#count(lease, -1);
    count.space.block(address);
  }

  values(): Iterable<Lease> {
    return this.#byAddress.values();
  }

  at(address: number): Lease | undefined {
    return this.#byAddress.get(address);
  }

  /** What a client has, or had last, at a link. */
  of(client: string, link: Link): Lease | undefined {
    const found = this.#byClient.get(client);
    if (found === undefined) return undefined;
    const leases = Array.isArray(found) ? (found as readonly Lease[]) : [found as Lease];
    let best: Lease | undefined;
    for (const lease of leases) {
      if (lease.state === "declined" || subnetOf(this.#plan, lease.address)?.link !== link) continue;
      if (best === undefined || isLater(lease, best)) best = lease;
    }
    return best;
  }

  /** In place of what the address had. */
  put(lease: Lease): void {
    const before = this.#byAddress.get(lease.address);
    if (before !== undefined) this.#forget(before);
    // Of a lease that ended the address may have been offered already.
    if (lease.state === "bound" || lease.state === "declined") this.offers.remove(lease.address);
    this.#byAddress.set(lease.address, lease);
    const others = this.#byClient.get(lease.client);
    if (others === undefined) this.#byClient.set(lease.client, lease);
    else
      this.#byClient.set(lease.client, Array.isArray(others) ? [...others, lease] : [others as Lease, lease]);
    this.#count(lease, 1);
    this.#noteEnd(lease);
  }

  delete(address: number): void {
    const before = this.#byAddress.get(address);
    if (before === undefined) return;
    this.#forget(before);
    this.#byAddress.delete(address);
    if (this.offers.at(address) === undefined) this.countAt(address)?.space.free(address);
    else this.countAt(address)?.space.take(address);
  }

  offer(offer: Offer): void {
    const other = this.offers.make(offer);
    if (other !== undefined) this.#endOffer(other);
    this.countAt(offer.address)?.space.take(offer.address);
  }

  withdrawOffer(address: number): void {
    this.offers.remove(address);
    this.#endOffer(address);
  }

  /** Ends what is due, and returns bound and declined leases whose time is over, as they are. */
  takeDue(nowSeconds: number, nowMs: number): readonly Lease[] {
    for (const address of this.offers.takeOverdue(nowMs)) this.#endOffer(address);
    const due = this.#expiry.takeDue(nowSeconds, (address) => {
      const lease = this.#byAddress.get(address);
      return lease?.state === "bound" || lease?.state === "declined" ? lease.expiresAt : undefined;
    });
    return due.map((address) => this.#byAddress.get(address)!);
  }

  /**
   * Moves leases along with the clock.
   * @param isBusy of an address that is being written: it is left, for `shiftOne` when that has ended
   */
  shift(
    jump: ClockJump,
    isBusy: (address: number) => boolean,
  ): { readonly moved: readonly Lease[]; readonly left: readonly number[] } {
    const moving = [...this.#byAddress.values()].filter((lease) => movesAlong(lease, jump));
    this.#expiry = new Expiry(jump.toSeconds + jump.bySeconds);
    for (const lease of this.#byAddress.values()) this.#noteEnd(lease);
    const left = moving.filter(({ address }) => isBusy(address)).map(({ address }) => address);
    const moved = moving.filter(({ address }) => !isBusy(address)).map((lease) => movedAlong(lease, jump));
    for (const lease of moved) this.put(lease);
    return { moved, left };
  }

  /** Undefined: it stays. */
  shiftOne(address: number, jump: ClockJump): Lease | undefined {
    const lease = this.#byAddress.get(address);
    if (lease === undefined || !movesAlong(lease, jump)) return undefined;
    const moved = movedAlong(lease, jump);
    this.put(moved);
    return moved;
  }

  countAt(address: number): PoolCount | undefined {
    const subnet = subnetOf(this.#plan, address);
    const pool = subnet && poolOf(subnet, address);
    return pool && this.#counts.get(pool);
  }

  countOf(pool: Pool): PoolCount | undefined {
    return this.#counts.get(pool);
  }

  #noteEnd(lease: Lease): void {
    if (lease.state === "bound" || lease.state === "declined")
      this.#expiry.note(lease.address, lease.expiresAt);
  }

  /** The address is as its lease has it. */
  #endOffer(address: number): void {
    const count = this.countAt(address);
    if (count === undefined) return;
    const lease = this.#byAddress.get(address);
    if (lease === undefined) count.space.free(address);
    else if (lease.state === "released" || lease.state === "expired") count.space.end(address);
  }

  #count(lease: Lease, by: 1 | -1): void {
    const count = this.countAt(lease.address);
    // A host's own address is none of those that the pool has for everybody.
    if (count === undefined || count.space.isBlocked(lease.address)) return;
    if (lease.state === "bound") count.used += by;
    if (lease.state === "declined") count.declined += by;
    if (by === -1) return;
    if (lease.state === "released" || lease.state === "expired") count.space.end(lease.address);
    else count.space.take(lease.address);
  }

  #forget(lease: Lease): void {
    this.#count(lease, -1);
    const others = this.#byClient.get(lease.client);
    if (others === undefined) return;
    const left = (Array.isArray(others) ? (others as readonly Lease[]) : [others as Lease]).filter(
      (one) => one.address !== lease.address,
    );
    if (left.length === 0) this.#byClient.delete(lease.client);
    else this.#byClient.set(lease.client, left.length === 1 ? left[0]! : left);
  }
}

/** Those that ended in the order in which others may have their addresses. */
export function inOrderOfEnd(leases: Iterable<Lease>): readonly Lease[] {
  return [...leases].sort((one, other) => one.expiresAt - other.expiresAt);
}

/** One that counts before one that ended, then the one that asked last. */
function isLater(one: Lease, other: Lease): boolean {
  if ((one.state === "bound") !== (other.state === "bound")) return one.state === "bound";
  return one.renewedAt > other.renewedAt;
}

function spaceOf(pool: Pool, subnet: Subnet, plan: Plan): PoolSpace {
  const space = new PoolSpace(pool.range);
  const block = (address: number | "self" | undefined): void => {
    if (typeof address === "number" && space.has(address)) space.block(address);
  };
  for (const { first, last } of subnet.excluded) {
    for (let at = Math.max(first, pool.range.first); at <= Math.min(last, pool.range.last); at++)
      space.block(at);
  }
  block(subnet.gateway);
  block(subnet.serverAddress);
  for (const { address } of plan.hosts.hosts) block(address);
  return space;
}
