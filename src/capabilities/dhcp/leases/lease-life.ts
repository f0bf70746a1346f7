/** How leases end: given back, declined, over in time, taken back by the operator. */
import type { Log } from "#contracts/log.ts";
import { StoreError, type StoreOperation } from "#contracts/store.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { limits } from "../limits.ts";
import type { AddressTurns } from "./address-turns.ts";
import { hardwareText, type Lease, publishedName } from "./lease.ts";
import type { ClockJump, LeaseClock } from "./lease-clock.ts";
import type { LeaseEventHub } from "./lease-event-hub.ts";
import type { LeaseTable } from "./lease-table.ts";
import { leaseKey, leaseName, leaseValueOf } from "./lease-value.ts";
import type { LeaseWriter } from "./lease-writer.ts";
import { pastOperations } from "./past-lease.ts";

/** Takes the name of a lease away, and writes the operations with it. Rejects with StoreError. */
export type EndName = (lease: Lease, operations: readonly StoreOperation[]) => Promise<void>;

export interface LeaseLifePorts {
  readonly table: LeaseTable;
  readonly clock: LeaseClock;
  readonly writer: LeaseWriter;
  readonly events: LeaseEventHub;
  readonly turns: AddressTurns;
  readonly endName: EndName;
  readonly log: Log;
}

export class LeaseLife {
  readonly #ports: LeaseLifePorts;
  /** Addresses of leases that have moved along with the clock, and not yet on the disk. */
  readonly #unwritten = new Set<number>();
  #writing: Promise<void> | undefined;

  constructor(ports: LeaseLifePorts) {
    this.#ports = ports;
  }

  /** Given back; kept for the same client while others are free. */
  async release(lease: Lease): Promise<void> {
    const now = this.#ports.clock.nowSeconds();
    const ended: Lease = {
      ...lease,
      state: "released",
      expiresAt: Math.min(now, lease.expiresAt),
    };
    if (await this.#replace(lease, ended, [putOperation(ended)])) this.#ports.events.tell("released", ended);
  }

  /**
   * Nobody gets the address for a while.
   * @param of whose it was or was to be; the hardware address found there when it was nobody's
   */
  async decline(address: number, of: Pick<Lease, "client" | "hardware" | "hostName">): Promise<void> {
    const { table, clock, events, log } = this.#ports;
    const now = clock.nowSeconds();
    const before = table.at(address);
    const seconds = secondsOf(table.plan.config.declineTime);
    const declined: Lease = {
      address,
      client: of.client,
      hardware: of.hardware,
      state: "declined",
      since: before?.client === of.client ? before.since : now,
      renewedAt: now,
      expiresAt: now + seconds,
      hostName: of.hostName,
      name: undefined,
      nameProblem: undefined,
      agent: before?.agent,
      vendorClass: before?.vendorClass,
    };
    table.withdrawOffer(address);
    const other = before?.client === of.client ? undefined : before;
    const isDone = await this.#replace(before, declined, [
      putOperation(declined),
      ...pastOperations(other, declined, now),
    ]);
    if (!isDone) return;
    const who = hardwareText(of.hardware);
    log.warn(
      { address: ipv4ToText(address), hardwareAddress: who, quarantineSeconds: seconds },
      `${ipv4ToText(address)} is in use by a machine without a lease: nobody gets it for ${seconds} s; homeport lease release ends that`,
    );
    events.tell("declined", declined);
  }

  /** The operator's: it is free for anybody. */
  async free(lease: Lease): Promise<void> {
    const now = this.#ports.clock.nowSeconds();
    const operations: readonly StoreOperation[] = [
      leaseKey.delete(leaseName(lease.address)),
      ...pastOperations(lease, undefined, now),
    ];
    const isDone = await this.#replace(lease, undefined, operations);
    if (isDone && lease.state === "bound")
      this.#ports.events.tell("released", { ...lease, state: "released", expiresAt: now });
  }

  /** Ends what is over, each second. A lease without a name needs no disk for it: its end says it. */
  endDue(): void {
    const { table, clock, turns } = this.#ports;
    for (const lease of table.takeDue(clock.nowSeconds(), clock.monotonicMs())) {
      if (turns.isBusy(lease.address))
        table.put(lease); // and is looked at again the next second
      else if (lease.state === "declined") this.#end(() => this.free(lease), lease);
      else if (publishedName(lease) === undefined) this.#expired({ ...lease, state: "expired" });
      else this.#end(() => this.#expireNamed(lease), lease);
    }
    if (this.#unwritten.size > 0) void this.#writeMoved().catch(keepStoreError);
  }

  /** Moves leases along with a clock that was set. */
  async follow(jump: ClockJump): Promise<void> {
    const { table, turns, log } = this.#ports;
    const { moved, left } = table.shift(jump, (address) => turns.isBusy(address));
    const count = moved.length + left.length;
    log.warn(
      { bySeconds: jump.bySeconds, leases: count },
      `the clock was set by ${jump.bySeconds} s: ${count} leases move along, so that they last as long as their clients count`,
    );
    for (const { address } of moved) this.#unwritten.add(address);
    const late = left.map((address) => this.#shiftLate(address, jump));
    await Promise.all([this.#writeMoved(), ...late]);
    await this.#writeMoved();
  }

  /** One that is being written now moves along when that has ended. */
  async #shiftLate(address: number, jump: ClockJump): Promise<void> {
    const { table, turns } = this.#ports;
    await turns.take(address);
    if (table.shiftOne(address, jump) !== undefined) this.#unwritten.add(address);
    turns.end(address);
  }

  /** What the disk refuses is tried again the next second. */
  #writeMoved(): Promise<void> {
    this.#writing ??= this.#writeAllMoved().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #writeAllMoved(): Promise<void> {
    while (this.#unwritten.size > 0) {
      const page = [...this.#unwritten].slice(0, limits.leasesPerTransaction);
      await Promise.all(page.map((address) => this.#rewrite(address)));
    }
  }

  async #rewrite(address: number): Promise<void> {
    const { table, writer, turns } = this.#ports;
    await turns.take(address);
    try {
      const lease = table.at(address);
      if (lease !== undefined && this.#unwritten.has(address)) await writer.written([putOperation(lease)]);
      this.#unwritten.delete(address);
    } finally {
      turns.end(address);
    }
  }

  /** A lease of another server, whose client keeps its address. False: the address is another's meanwhile. */
  takeOver(lease: Lease): Promise<boolean> {
    const { table, clock } = this.#ports;
    const before = table.at(lease.address);
    const past = pastOperations(before, lease, clock.nowSeconds());
    return this.#replace(before, lease, [putOperation(lease), ...past]);
  }

  async #expireNamed(lease: Lease): Promise<void> {
    const expired: Lease = { ...lease, state: "expired" };
    if (await this.#replace(lease, expired, [putOperation(expired)]))
      this.#ports.events.tell("expired", expired);
  }

  #expired(expired: Lease): void {
    this.#ports.table.put(expired);
    this.#ports.events.tell("expired", expired);
  }

  /** What the disk refuses is tried again the next second. */
  #end(action: () => Promise<void>, lease: Lease): void {
    action().catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      if (this.#ports.table.at(lease.address) === lease) this.#ports.table.put(lease);
    });
  }

  /** False: it has been renewed, or given to another, before its turn came; then nothing is done. */
  async #replace(
    before: Lease | undefined,
    next: Lease | undefined,
    operations: readonly StoreOperation[],
  ): Promise<boolean> {
    const { table, writer, endName, turns } = this.#ports;
    const { address } = (before ?? next)!;
    await turns.take(address);
    try {
      if (table.at(address) !== before) return false;
      if (before === undefined || publishedName(before) === undefined) await writer.written(operations);
      else await endName(before, operations);
      if (next === undefined) table.delete(address);
      else table.put(next);
      return true;
    } finally {
      turns.end(address);
    }
  }
}

/** Whoever asks the store next tells of it. */
function keepStoreError(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}

export function putOperation(lease: Lease): StoreOperation {
  return { do: "put", key: leaseKey.key(leaseName(lease.address)), value: leaseValueOf(lease) };
}
