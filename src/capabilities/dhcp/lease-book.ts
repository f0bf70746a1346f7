/** The leases for people and programs: `DhcpControl` over the running server. */
import type { Store } from "#contracts/store.ts";
import {
  parseRelayAgentInformation,
  type RelayAgentInformation,
} from "#protocols/dhcp4/relay-agent-information.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type {
  DhcpControl,
  FoundServer,
  ImportedLease,
  ImportOutcome,
  LeaseView,
  PastLeaseView,
  PoolView,
} from "./control.ts";
import { textIn } from "./exchange/boot.ts";
import { importLeases } from "./leases/import-leases.ts";
import { clientIdentifierText, hardwareText, isActive, keyKind, type Lease } from "./leases/lease.ts";
import type { LeaseClock } from "./leases/lease-clock.ts";
import type { LeaseLife } from "./leases/lease-life.ts";
import type { LeaseTable } from "./leases/lease-table.ts";
import { leaseName, type PastLeaseValue, pastLeaseKey } from "./leases/lease-value.ts";
import type { LeaseWriter } from "./leases/lease-writer.ts";
import type { Offer } from "./leases/offers.ts";
import type { Host } from "./network/host-index.ts";
import { subnetOf } from "./network/plan.ts";
import { rangeText } from "./network/range.ts";

export interface LeaseBookPorts {
  readonly table: LeaseTable;
  readonly clock: LeaseClock;
  readonly writer: LeaseWriter;
  readonly life: LeaseLife;
  readonly store: Store;
  readonly nameProblemOf: (lease: Lease) => string | undefined;
  readonly search: (interfaceName: string | undefined) => Promise<readonly FoundServer[]>;
}

const historyMax = 1_000;
const pageKeys = 1_000;

export class LeaseBook implements DhcpControl {
  readonly #ports: LeaseBookPorts;

  constructor(ports: LeaseBookPorts) {
    this.#ports = ports;
  }

  leases(): readonly LeaseView[] {
    const { table } = this.#ports;
    const views = new Map<number, LeaseView>();
    for (const lease of table.values()) views.set(lease.address, this.#viewOf(lease));
    for (const offer of table.offers.values()) views.set(offer.address, this.#offerView(offer));
    for (const host of table.plan.hosts.hosts) {
      if (host.address !== undefined && !views.has(host.address))
        views.set(host.address, this.#hostView(host, host.address));
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
      if (offer !== undefined) return [this.#offerView(offer)];
      if (lease !== undefined) return [this.#viewOf(lease)];
      return host === undefined ? [] : [this.#hostView(host, address)];
    }
    const wanted = plainQuestion(question);
    return this.leases().filter((view) => isAbout(view, wanted));
  }

  async release(address: string): Promise<"freed" | "held" | undefined> {
    const { table, life, clock } = this.#ports;
    const lease = table.at(parseIpv4(address));
    if (lease === undefined) return undefined;
    // Its machine may still use the address: others get it only when nothing else is left, and nobody answers at it.
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
    for (const lease of this.#presentOf(address)) take(this.#stillView(lease));
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
    return this.#ports.search(interfaceName);
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

  #stillView(lease: Lease): PastLeaseView {
    const isStill = isActive(lease, this.#ports.clock.nowSeconds());
    const end = lease.state === "bound" ? "expired" : lease.state;
    return {
      ...machineOf(lease),
      address: ipv4ToText(lease.address),
      name: lease.name,
      sinceMs: lease.since * 1000,
      untilMs: isStill ? undefined : (lease.state === "declined" ? lease.renewedAt : lease.expiresAt) * 1000,
      end: isStill ? "still" : end,
    };
  }

  #viewOf(lease: Lease): LeaseView {
    const { table, clock, nameProblemOf } = this.#ports;
    const { address, state, name } = lease;
    const agent = agentOf(lease.agent);
    return {
      ...machineOf(lease),
      address: ipv4ToText(address),
      subnet: subnetOf(table.plan, address)?.text ?? "",
      state: state === "bound" && !isActive(lease, clock.nowSeconds()) ? "expired" : state,
      name,
      nameProblem: nameProblemOf(lease),
      reservation: this.#reservationOf(lease)?.title,
      sinceMs: lease.since * 1000,
      renewedAtMs: lease.renewedAt * 1000,
      expiresAtMs: lease.expiresAt * 1000,
      circuitId: agent?.circuitId && octetsText(agent.circuitId),
      remoteId: agent?.remoteId && octetsText(agent.remoteId),
      vendorClass: lease.vendorClass,
    };
  }

  #offerView(offer: Offer): LeaseView {
    const { table, clock } = this.#ports;
    const madeAtMs = clock.nowMs() - (clock.monotonicMs() - offer.madeAtMs);
    return {
      ...emptyView,
      ...machineOf(offer),
      address: ipv4ToText(offer.address),
      subnet: subnetOf(table.plan, offer.address)?.text ?? "",
      state: "offered",
      reservation: table.plan.hosts.at(offer.address)?.title,
      sinceMs: Math.floor(madeAtMs),
    };
  }

  #hostView(host: Host, address: number): LeaseView {
    const subnet = subnetOf(this.#ports.table.plan, address);
    const domain = subnet?.domain === undefined ? "" : `.${subnet.domain}.`;
    return {
      ...emptyView,
      address: ipv4ToText(address),
      subnet: subnet?.text ?? "",
      state: "reserved",
      hardwareAddress: host.macs[0] === undefined ? "" : hardwareText(host.macs[0]),
      name: host.name === undefined || domain === "" ? undefined : `${host.name.toLowerCase()}${domain}`,
      reservation: host.title,
    };
  }

  #reservationOf({ hardware, client, address }: Lease): Host | undefined {
    const { hosts } = this.#ports.table.plan;
    const isByIdentifier = Number.parseInt(client.slice(0, 2), 16) === keyKind.clientIdentifier;
    const clientIdentifier = isByIdentifier ? client.slice(2) : undefined;
    return (
      hosts.at(address) ?? hosts.find({ hardware, clientIdentifier, duid: undefined, circuitId: undefined })
    );
  }
}

const emptyView = {
  hardwareAddress: "",
  clientIdentifier: undefined,
  hostName: undefined,
  name: undefined,
  nameProblem: undefined,
  reservation: undefined,
  sinceMs: undefined,
  renewedAtMs: undefined,
  expiresAtMs: undefined,
  circuitId: undefined,
  remoteId: undefined,
  vendorClass: undefined,
} as const;

function machineOf({ hardware, client, hostName }: Pick<Lease, "hardware" | "client" | "hostName">) {
  return {
    hardwareAddress: hardwareText(hardware),
    clientIdentifier: clientIdentifierText(client),
    hostName,
  };
}

function pastView(
  address: string,
  { client, hardware, hostName, name, since, until, end }: PastLeaseValue,
): PastLeaseView {
  return {
    ...machineOf({ client, hardware, hostName }),
    address,
    name,
    sinceMs: since * 1000,
    untilMs: until * 1000,
    end,
  };
}

function plainQuestion(question: string): string {
  return question.trim().toLowerCase().replace(/\.$/, "").replaceAll("-", ":");
}

/** Hyphens count as colons on both sides, so that a MAC may be written either way. */
function isAbout(
  view: Pick<LeaseView, "hardwareAddress" | "clientIdentifier" | "hostName" | "name"> &
    Partial<Pick<LeaseView, "reservation">>,
  wanted: string,
): boolean {
  const { hardwareAddress, clientIdentifier, hostName, name, reservation } = view;
  const words = [hardwareAddress, clientIdentifier, hostName, name, name?.split(".")[0], reservation];
  return words.some((word) => word !== undefined && word !== "" && plainQuestion(word) === wanted);
}

function agentOf(agent: string | undefined): RelayAgentInformation | undefined {
  if (agent === undefined) return undefined;
  try {
    return parseRelayAgentInformation(Uint8Array.fromHex(agent));
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** Text when it is printable, else hexadecimal after 0x. */
function octetsText(octets: Uint8Array): string {
  const isText = octets.length > 0 && octets.every((octet) => octet >= 0x20 && octet < 0x7f);
  return isText ? textIn(octets)! : `0x${octets.toHex()}`;
}
