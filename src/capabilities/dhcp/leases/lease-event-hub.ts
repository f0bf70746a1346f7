/** Tells others of leases, once what happened is durable. */
import type { LeaseEvent, LeaseEventKind, LeaseEvents } from "#contracts/lease-events.ts";
import type { Log } from "#contracts/log.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import type { DhcpCounters } from "../counters.ts";
import { subnetOf } from "../network/plan.ts";
import { hardwareText, isActive, type Lease } from "./lease.ts";
import type { LeaseClock } from "./lease-clock.ts";
import type { LeaseTable } from "./lease-table.ts";

export class LeaseEventHub implements LeaseEvents {
  readonly #table: LeaseTable;
  readonly #clock: LeaseClock;
  readonly #counters: DhcpCounters;
  readonly #log: Log;
  readonly #listeners = new Set<(event: LeaseEvent) => void>();

  constructor(ports: {
    readonly table: LeaseTable;
    readonly clock: LeaseClock;
    readonly counters: DhcpCounters;
    readonly log: Log;
  }) {
    this.#table = ports.table;
    this.#clock = ports.clock;
    this.#counters = ports.counters;
    this.#log = ports.log;
  }

  subscribe(listener: (event: LeaseEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  current(): readonly LeaseEvent[] {
    const now = this.#clock.nowSeconds();
    const active = [...this.#table.values()].filter((lease) => isActive(lease, now));
    return active.map((lease) =>
      this.#eventOf(lease.since === lease.renewedAt ? "granted" : "renewed", lease, lease.renewedAt * 1000),
    );
  }

  tell(kind: LeaseEventKind, lease: Lease): void {
    this.#counters.leases[kind]++;
    if (this.#listeners.size === 0) return;
    const event = this.#eventOf(kind, lease, Math.floor(this.#clock.nowMs()));
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ err: error }, `a listener of lease events failed at ${kind} of ${event.address}`);
      }
    }
  }

  #eventOf(kind: LeaseEventKind, lease: Lease, atMs: number): LeaseEvent {
    return {
      kind,
      address: ipv4ToText(lease.address),
      hardwareAddress: hardwareText(lease.hardware),
      name: lease.name,
      hostName: lease.hostName,
      atMs,
      expiresAtMs: lease.expiresAt * 1000,
      subnet: subnetOf(this.#table.plan, lease.address)?.text ?? "",
    };
  }
}
