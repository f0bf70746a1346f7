/** A DHCP server that only has answers. For tests of what asks it. */
import type { DhcpControl, ImportedLease, LeaseView, PastLeaseView, PoolView } from "../control.ts";

/** 2026-11-24 12:00 UTC. */
export const noonMs = Date.UTC(2026, 10, 24, 12);
export const hourMs = 3_600_000;

export function leaseView(given: Partial<LeaseView> & { readonly address: string }): LeaseView {
  return {
    subnet: `${given.address.replace(/\.\d+$/, "")}.0/24`,
    state: "bound",
    hardwareAddress: `52:54:00:00:00:${given.address.split(".").at(-1)!.padStart(2, "0").slice(-2)}`,
    clientIdentifier: undefined,
    hostName: undefined,
    name: undefined,
    nameProblem: undefined,
    reservation: undefined,
    sinceMs: noonMs - 24 * hourMs,
    renewedAtMs: noonMs - hourMs,
    expiresAtMs: noonMs + 11 * hourMs,
    circuitId: undefined,
    remoteId: undefined,
    vendorClass: undefined,
    ...given,
  };
}

export const pool: PoolView = {
  subnet: "192.168.9.0/24",
  range: "192.168.9.10-192.168.9.109",
  size: 100,
  used: 91,
  free: 8,
  declined: 1,
  percent: 91,
};

export class FakeControl implements DhcpControl {
  views: LeaseView[];
  past: PastLeaseView[] = [];
  readonly asked: unknown[] = [];
  outcome: "freed" | "held" | undefined = "held";
  readonly imported: ImportedLease[] = [];

  constructor(...views: LeaseView[]) {
    this.views = views;
  }

  leases(): readonly LeaseView[] {
    return this.views;
  }

  find(question: string): readonly LeaseView[] {
    const wanted = question.toLowerCase();
    return this.views.filter(({ address, hardwareAddress, hostName, name, clientIdentifier }) =>
      [address, hardwareAddress, hostName, name, name?.split(".")[0], clientIdentifier].includes(wanted),
    );
  }

  async release(address: string): Promise<"freed" | "held" | undefined> {
    this.asked.push(address);
    return this.outcome;
  }

  async history(question: Parameters<DhcpControl["history"]>[0]): Promise<readonly PastLeaseView[]> {
    this.asked.push(question);
    return this.past.slice(0, question.limit);
  }

  pools(): readonly PoolView[] {
    return [pool];
  }

  async searchServers(interfaceName?: string) {
    this.asked.push(interfaceName);
    return [
      {
        interface: "eth1",
        server: "192.168.9.1",
        hardwareAddress: "52:54:00:00:00:01",
        isUs: false,
        offered: undefined,
        gateway: "192.168.9.1",
        dnsServers: ["192.168.9.1"],
      },
    ];
  }

  async importLeases(leases: readonly ImportedLease[]) {
    this.imported.push(...leases);
    return { taken: leases.length - 1, left: [{ address: leases[0]!.address, why: "in no pool" }] };
  }
}
