/**
 * Names of clients while the server runs: in this server's zones, in those of others, and of hosts that are
 * away.
 */
import { randomInt } from "node:crypto";
import type { FindContract } from "#contracts/capability.ts";
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import { type Store, StoreError, type StoreOperation } from "#contracts/store.ts";
import { systemClock } from "#platform/clock/clock.ts";
import { askTcp, askUdp } from "#platform/dns-query/ask.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { DhcpCounters } from "./counters.ts";
import type { AddressTurns } from "./leases/address-turns.ts";
import { isActive, type Lease } from "./leases/lease.ts";
import type { LeaseClock } from "./leases/lease-clock.ts";
import { putOperation } from "./leases/lease-life.ts";
import type { LeaseTable } from "./leases/lease-table.ts";
import type { LeaseWriter } from "./leases/lease-writer.ts";
import { chooseName } from "./names/name-choice.ts";
import {
  type NamedCommit,
  NameKeeper,
  type ReservedName,
  type ReservedProblem,
} from "./names/name-keeper.ts";
import { RemoteNames } from "./names/remote/remote-names.ts";
import { type RemoteZone, readRemoteZones } from "./names/remote/remote-zones.ts";
import type { Host } from "./network/host-index.ts";
import { type Plan, subnetOf } from "./network/plan.ts";

export interface ServedNamesPorts {
  readonly table: LeaseTable;
  readonly clock: LeaseClock;
  readonly writer: LeaseWriter;
  readonly turns: AddressTurns;
  readonly store: Store;
  readonly counters: DhcpCounters;
  readonly log: Log;
  readonly find: FindContract | undefined;
}

export class ServedNames implements AsyncDisposable {
  readonly #ports: ServedNamesPorts;
  readonly #keeper: NameKeeper;
  #remote: RemoteNames | undefined;
  #problems: readonly ReservedProblem[] = [];
  /** Names of one site file after those of another. */
  #publishing: Promise<void> = Promise.resolve();

  constructor(ports: ServedNamesPorts) {
    this.#ports = ports;
    const { table, clock, writer, find } = ports;
    this.#keeper = new NameKeeper({
      registry: () => find?.("name-registry"),
      write: (operations) => writer.written(operations),
      remote: () => this.#remote,
      guard: () => table.plan.config.names.guard,
      holder(address, name) {
        const lease = table.at(parseIpv4(address));
        return lease?.name === name && isActive(lease, clock.nowSeconds()) ? lease : undefined;
      },
    });
  }

  /** To be called when all leases are known. Rejects with StoreError. */
  async begin(zones: readonly RemoteZone[]): Promise<void> {
    const { store, log } = this.#ports;
    this.#remote = await RemoteNames.open(zones, {
      store,
      log,
      clock: systemClock,
      askUdp,
      askTcp,
      randomId: () => randomInt(0x1_0000),
    });
    this.#publishReserved();
  }

  /** The site file is another one now; the table has its plan already. */
  use(zones: readonly RemoteZone[]): void {
    this.#remote?.use(zones);
    this.#publishReserved();
  }

  /** As `NameKeeper.commit`. */
  async commit(change: NamedCommit): Promise<Lease> {
    const lease = await this.#keeper.commit(change);
    const { names } = this.#ports.counters;
    if (change.wish !== undefined) names[lease.name === change.wish.name ? "published" : "refused"]++;
    return lease;
  }

  /** As `NameKeeper.end`. */
  async end(lease: Lease, operations: readonly StoreOperation[]): Promise<void> {
    await this.#keeper.end(lease, operations);
    this.#ports.counters.names.withdrawn++;
  }

  problemOf(lease: Lease): string | undefined {
    return this.#keeper.problemOf(lease);
  }

  get problems(): readonly ConfigProblem[] {
    const { hosts } = this.#ports.table.plan.hosts;
    const ofHosts: readonly ConfigProblem[] = this.#problems.map(({ host, problem }) => ({
      severity: "warning",
      path: `${hosts.find(({ name }) => name === host)?.path ?? "dhcp.hosts"}.name`,
      what: problem,
      remedy: "give the host another name, or remove what has it",
    }));
    return [...ofHosts, ...(this.#remote?.problems ?? [])];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#publishing;
    await this.#remote?.[Symbol.asyncDispose]();
  }

  /** Machines that are here have the names that the site file gives them now, before they ask again. */
  async #renameHosts(): Promise<void> {
    const { table, clock, turns } = this.#ports;
    for (const host of table.plan.hosts.hosts) {
      const reserved = reservedNameOf(host, table.plan, secondsOf(table.plan.config.names.ttl))[0];
      if (reserved === undefined) continue;
      await turns.take(reserved.address);
      try {
        const lease = table.at(reserved.address);
        if (lease === undefined || lease.name === reserved.name || !isActive(lease, clock.nowSeconds()))
          continue;
        if (!host.macs.includes(lease.hardware)) continue; // somebody else's still, who has to give it back
        const { name, ttl } = reserved;
        const wish = { name, ttl, reverse: true, host: reserved.host };
        const operations = (written: Lease): readonly StoreOperation[] => [putOperation(written)];
        const unnamed = { ...lease, nameProblem: undefined };
        const written = await this.commit({ lease: unnamed, wish, before: lease, operations });
        if (table.at(reserved.address) === lease) table.put(written);
      } finally {
        turns.end(reserved.address);
      }
    }
  }

  #publishReserved(): void {
    this.#publishing = this.#publishing.then(async () => {
      try {
        this.#problems = await this.#keeper.publishReserved(reservedNames(this.#ports.table.plan));
        await this.#renameHosts();
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        this.#ports.log.warn({ code: error.code }, `names of hosts could not be published: ${error.message}`);
      }
    });
  }
}

/** Reads keys of other servers' zones. Throws ConfigError. */
export function remoteZonesOf(plan: Plan, siteFolder: string): readonly RemoteZone[] {
  const { zones, problems } = readRemoteZones(plan.config.names.remote, siteFolder);
  if (problems.some(({ severity }) => severity === "error"))
    throw new ConfigError("HP_DHCP_REMOTE", problems);
  return zones;
}

function reservedNames(plan: Plan): readonly ReservedName[] {
  const { names } = plan.config;
  if (!names.publish || !names.reserved) return [];
  return plan.hosts.hosts.flatMap((host) => reservedNameOf(host, plan, secondsOf(names.ttl)));
}

function reservedNameOf(host: Host, plan: Plan, ttl: number): readonly ReservedName[] {
  const { name: reservedName, address, macs } = host;
  const subnet = address === undefined ? undefined : subnetOf(plan, address);
  if (reservedName === undefined || address === undefined || subnet === undefined) return [];
  const { name } = chooseName({
    publishes: true,
    fqdn: undefined,
    hostName: undefined,
    reservedName,
    generate: undefined,
    domain: subnet.domain,
    address,
    hardware: "",
  });
  if (name === undefined) return [];
  // Of several machines nobody knows which one it will be.
  const hardwareAddress = macs.length === 1 ? Uint8Array.fromHex(macs[0]!.slice(2)) : undefined;
  const identity = hardwareAddress && { hardwareType: 1, hardwareAddress };
  return [{ host: reservedName, name, address, ttl, ...(identity && { identity }) }];
}
