/** Leases, offers and reservations as people and programs see them. */
import {
  parseRelayAgentInformation,
  type RelayAgentInformation,
} from "#protocols/dhcp4/relay-agent-information.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type { LeaseView, PastLeaseView } from "./control.ts";
import { textIn } from "./exchange/boot.ts";
import {
  clientIdentifierText,
  hardwareText,
  isActive,
  keyKind,
  type Lease,
  publishedName,
} from "./leases/lease.ts";
import type { LeaseClock } from "./leases/lease-clock.ts";
import type { LeaseTable } from "./leases/lease-table.ts";
import type { PastLeaseValue } from "./leases/lease-value.ts";
import type { Offer } from "./leases/offers.ts";
import type { Host } from "./network/host-index.ts";
import { subnetOf } from "./network/plan.ts";

export interface LeaseViewPorts {
  readonly table: LeaseTable;
  readonly clock: LeaseClock;
  readonly nameProblemOf: (lease: Lease) => string | undefined;
}

export class LeaseViews {
  readonly #ports: LeaseViewPorts;

  constructor(ports: LeaseViewPorts) {
    this.#ports = ports;
  }

  /** As the newest entry of its address's history. */
  ofPresent(lease: Lease): PastLeaseView {
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

  of(lease: Lease): LeaseView {
    const { table, clock, nameProblemOf } = this.#ports;
    const { address, state } = lease;
    const agent = agentOf(lease.agent);
    return {
      ...machineOf(lease),
      address: ipv4ToText(address),
      subnet: subnetOf(table.plan, address)?.text ?? "",
      state: state === "bound" && !isActive(lease, clock.nowSeconds()) ? "expired" : state,
      name: publishedName(lease),
      nameProblem: nameProblemOf(lease),
      reservation: this.reservationOf(lease)?.title,
      sinceMs: lease.since * 1000,
      renewedAtMs: lease.renewedAt * 1000,
      expiresAtMs: lease.expiresAt * 1000,
      circuitId: agent?.circuitId && octetsText(agent.circuitId),
      remoteId: agent?.remoteId && octetsText(agent.remoteId),
      vendorClass: lease.vendorClass,
    };
  }

  ofOffer(offer: Offer): LeaseView {
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

  ofHost(host: Host, address: number): LeaseView {
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

  reservationOf({ hardware, client, address }: Lease): Host | undefined {
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

/** A lease that another has taken the place of. */
export function pastView(
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
