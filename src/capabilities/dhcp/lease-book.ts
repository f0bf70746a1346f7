/** The leases for people and programs: `DhcpControl` over the running server. */
import { RouteError } from "#contracts/route.ts";
import type { Store } from "#contracts/store.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type {
  DhcpControl,
  FoundServer,
  ImportedLease,
  ImportOutcome,
  LeaseView,
  PastLeaseView,
  PoolView,
} from "./control.ts";
import { type LeaseViewPorts, LeaseViews, pastView } from "./lease-views.ts";
import { importLeases } from "./leases/import-leases.ts";
import { isActive, type Lease } from "./leases/lease.ts";
import type { LeaseLife } from "./leases/lease-life.ts";
import { leaseName, pastLeaseKey } from "./leases/lease-value.ts";
import type { LeaseWriter } from "./leases/lease-writer.ts";
import { isAbout, isOfMachine, plainQuestion } from "./machine-question.ts";
import { rangeText } from "./network/range.ts";

export interface LeaseBookPorts extends LeaseViewPorts {
  readonly writer: LeaseWriter;
  readonly life: LeaseLife;
  readonly store: Store;
  readonly search: (interfaceName: string | undefined) => Promise<readonly FoundServer[]>;
}

const historyMax = 1_000;
const pageKeys = 1_000;

export class LeaseBook implements DhcpControl {
  readonly #ports: LeaseBookPorts;
  readonly #views: LeaseViews;

  constructor(ports: LeaseBookPorts) {
    this.#ports = ports;
    this.#views = new LeaseViews(ports);
  }

  leases(): readonly LeaseView[] {
    const { table } = this.#ports;
    const views = new Map<number, LeaseView>();
    for (const lease of table.values()) views.set(lease.address, this.#views.of(lease));
    for (const offer of table.offers.values()) views.set(offer.address, this.#views.ofOffer(offer));
    for (const host of table.plan.hosts.hosts) {
      if (host.address !== undefined && !views.has(host.address))
        views.set(host.address, this.#views.ofHost(host, host.address));
    }
    return [...views].sort(([one], [other]) => one - other).map(([, view]) => view);
  }

  find(question: string): readonly LeaseView[] {
    const address = parseIpv4(question);
    if (address !== -1) {
      const { table } = this.#ports;
      const lease = table.at(address);
      const offer = table.offers.at(address);
      const host = table.plan.hosts.at(address);
      if (offer !== undefined) return [this.#views.ofOffer(offer)];
      if (lease !== undefined) return [this.#views.of(lease)];
      return host === undefined ? [] : [this.#views.ofHost(host, address)];
    }
    return this.#findMachine(plainQuestion(question));
  }

  /** Views are made only of what is found: of 60,000 leases that takes a tenth of the time. */
  #findMachine(wanted: string): readonly LeaseView[] {
    const { table } = this.#ports;
    const found = new Map<number, LeaseView>();
    if (wanted === "") return [];
    for (const lease of table.values())
      if (
        isOfMachine(lease, wanted) ||
        plainQuestion(this.#views.reservationOf(lease)?.title ?? "") === wanted
      )
        found.set(lease.address, this.#views.of(lease));
    for (const offer of table.offers.values())
      if (isOfMachine(offer, wanted)) found.set(offer.address, this.#views.ofOffer(offer));
    for (const host of table.plan.hosts.hosts) {
      if (host.address === undefined || found.has(host.address) || table.at(host.address) !== undefined)
        continue;
      const view = this.#views.ofHost(host, host.address);
      if (isAbout(view, wanted)) found.set(host.address, view);
    }
    return [...found].sort(([one], [other]) => one - other).map(([, view]) => view);
  }

  async release(address: string): Promise<"freed" | "held" | undefined> {
    const { table, life, clock } = this.#ports;
    const lease = table.at(parseIpv4(address));
    if (lease === undefined) return undefined;
    // Its machine may still use the address: others get it only when nothing else is left, and nobody
    // answers at it.
    const isHeld = isActive(lease, clock.nowSeconds());
    await (isHeld ? life.release(lease) : life.free(lease));
    return isHeld ? "held" : "freed";
  }

  async history(question: Parameters<DhcpControl["history"]>[0]): Promise<readonly PastLeaseView[]> {
    const { address, machine, atMs, limit = historyMax } = question;
    const found: PastLeaseView[] = [];
    const wanted = machine === undefined ? undefined : plainQuestion(machine);
    const take = (view: PastLeaseView): void => {
      if (wanted !== undefined && !isAbout(view, wanted)) return;
      if (atMs === undefined || (view.sinceMs <= atMs && (view.untilMs === undefined || view.untilMs > atMs)))
        found.push(view);
    };
    for (const lease of this.#presentOf(address)) take(this.#views.ofPresent(lease));
    await this.#past(address, take);
    return found.sort((one, other) => other.sinceMs - one.sinceMs).slice(0, limit);
  }

  pools(): readonly PoolView[] {
    return [...this.#ports.table.pools].map(({ subnet, pool, space, used, declined }) => ({
      subnet: subnet.text,
      range: rangeText(pool.range),
      size: space.size,
      used,
      free: Math.max(0, space.size - used - declined),
      declined,
      percent: space.size === 0 ? 0 : Math.min(100, Math.round((used / space.size) * 1000) / 10),
    }));
  }

  searchServers(interfaceName?: string): Promise<readonly FoundServer[]> {
    if (interfaceName === undefined || this.#ports.table.plan.interfaces.includes(interfaceName))
      return this.#ports.search(interfaceName);
    const served = this.#ports.table.plan.interfaces.join(", ");
    const others = served === "" ? "no interface is" : `those are: ${served}`;
    const sentence = `${interfaceName} is not served; ${others}`;
    return Promise.reject(new RouteError(400, "HP_DHCP_INTERFACE", sentence));
  }

  importLeases(leases: readonly ImportedLease[]): Promise<ImportOutcome> {
    return importLeases(leases, this.#ports);
  }

  #presentOf(address: string | undefined): Iterable<Lease> {
    const { table } = this.#ports;
    if (address === undefined) return table.values();
    const lease = table.at(parseIpv4(address));
    return lease === undefined ? [] : [lease];
  }

  async #past(address: string | undefined, take: (view: PastLeaseView) => void): Promise<void> {
    const { store } = this.#ports;
    const prefix =
      address === undefined ? pastLeaseKey.prefix : `${pastLeaseKey.prefix}${leaseName(parseIpv4(address))}/`;
    let after: string | undefined;
    for (;;) {
      const page = await store.list(prefix, { limit: pageKeys, ...(after !== undefined && { after }) });
      for (const { key, value } of page) {
        const name = key.slice(pastLeaseKey.prefix.length);
        take(pastView(name.slice(0, name.indexOf("/")), pastLeaseKey.parse(value)));
      }
      if (page.length < pageKeys) return;
      after = page.at(-1)!.key;
    }
  }
}
