/** The DHCP server while it runs: what its parts are, and how they are tied together. */
import type {
  CapabilityStatus,
  Ports,
  PreparedChange,
  RunningCapability,
  SitePlace,
} from "#contracts/capability.ts";
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import type { Route } from "#contracts/route.ts";
import { StoreError } from "#contracts/store.ts";
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { openIcmpProber } from "#platform/datagram/icmp-prober.ts";
import { type Libc, loadLibc } from "#platform/datagram/libc.ts";
import type { Prober } from "#platform/datagram/prober.ts";
import type { DhcpConfig } from "./config.ts";
import { configProblems } from "./config-problems.ts";
import { newDhcpCounters } from "./counters.ts";
import { Answers } from "./exchange/answers.ts";
import { Exchanges } from "./exchange/exchanges.ts";
import { Grants } from "./exchange/grants.ts";
import { NewClientLimit } from "./exchange/new-client-limit.ts";
import { type RunningHooks, startHooks } from "./hooks/hooks.ts";
import { PoolWatch } from "./hooks/pool-watch.ts";
import { LeaseBook } from "./lease-book.ts";
import { AddressTurns } from "./leases/address-turns.ts";
import { forgetOldLeases, forgetPastLeases } from "./leases/housekeeping.ts";
import { LeaseClock } from "./leases/lease-clock.ts";
import { LeaseEventHub } from "./leases/lease-event-hub.ts";
import { LeaseLife } from "./leases/lease-life.ts";
import { LeaseTable } from "./leases/lease-table.ts";
import { LeaseWriter } from "./leases/lease-writer.ts";
import { loadLeases } from "./leases/load-leases.ts";
import { limits } from "./limits.ts";
import { dhcpMetrics } from "./metrics.ts";
import { type Plan, planOf } from "./network/plan.ts";
import { InUse } from "./probe/in-use.ts";
import { dhcpRoutes } from "./routes.ts";
import { ServedInterfaces } from "./served-interfaces.ts";
import { remoteZonesOf, ServedNames } from "./served-names.ts";

const tickMs = 1_000;

export class DhcpServer implements RunningCapability<DhcpConfig> {
  readonly counters = newDhcpCounters();
  readonly #ports: Ports;
  readonly #clock: LeaseClock;
  readonly #table: LeaseTable;
  readonly #turns = new AddressTurns();
  readonly #writer: LeaseWriter;
  readonly #life: LeaseLife;
  readonly #names: ServedNames;
  readonly #newClients: NewClientLimit;
  readonly #interfaces: ServedInterfaces;
  readonly #stack = new AsyncDisposableStack();
  readonly #poolWatch: PoolWatch;
  #hooks: RunningHooks | undefined;
  #icmp: Prober<true> | undefined;
  readonly events: LeaseEventHub;
  readonly control: LeaseBook;
  readonly routes: readonly Route[];

  static async start(config: DhcpConfig, ports: Ports): Promise<DhcpServer> {
    const server = new DhcpServer(planOf(config, ports.domain), ports, libcOrRefuse(config));
    try {
      await server.#begin();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(plan: Plan, ports: Ports, libc: Libc, clock: Clock = systemClock) {
    this.#ports = ports;
    const { store, log } = ports;
    const { counters } = this;
    this.#clock = new LeaseClock({ nowMs: ports.nowMs, monotonicMs: () => clock.monotonicMs() });
    this.#table = new LeaseTable(plan, this.#clock.nowSeconds());
    const table = this.#table;
    this.events = new LeaseEventHub({ table, clock: this.#clock, counters, log });
    this.#writer = new LeaseWriter(store, counters);
    this.#names = new ServedNames({
      table,
      clock: this.#clock,
      writer: this.#writer,
      turns: this.#turns,
      store,
      counters,
      log,
      find: ports.find,
    });
    this.#life = new LeaseLife({
      table,
      clock: this.#clock,
      writer: this.#writer,
      events: this.events,
      turns: this.#turns,
      endName: (lease, operations) => this.#names.end(lease, operations),
      log,
    });
    this.#newClients = new NewClientLimit(plan.config.newClients);
    const exchanges = this.#exchanges(libc);
    this.#interfaces = new ServedInterfaces({
      libc,
      log,
      besideOthers: () => table.plan.config.besideOthers,
      take: (octets, arrival) => exchanges.take(octets, arrival),
      onSilent: () => counters.ignored.besideOthers++,
      onOwnAddress: (address) => table.block(address),
    });
    this.control = new LeaseBook({
      table,
      clock: this.#clock,
      writer: this.#writer,
      life: this.#life,
      store,
      nameProblemOf: (lease) => this.#names.problemOf(lease),
      search: (name) => this.#interfaces.search(name),
    });
    this.#poolWatch = new PoolWatch({ pools: () => this.control.pools(), log });
    this.routes = dhcpRoutes(
      () => this.control,
      () => ports.program,
    );
  }

  metrics() {
    const { sendErrors } = this.#interfaces;
    return dhcpMetrics(this.control, { ...this.counters, sendErrors }, this.#hooks?.counters);
  }

  get provided() {
    return { "lease-events": this.events };
  }

  status(): CapabilityStatus {
    const { plan } = this.#table;
    const pools = this.control.pools();
    const used = pools.reduce((sum, pool) => sum + pool.used, 0);
    const { length } = plan.subnets;
    const subnets = length === 1 ? "1 subnet" : `${length} subnets`;
    return {
      summary:
        length === 0 ? "no subnets: no DHCP" : `${subnets}, ${used === 1 ? "1 lease" : `${used} leases`}`,
      problems: this.#problems(),
      listening: this.#interfaces.listening,
      hints: ["homeport lease list"],
      details: { pools, leases: this.#table.size },
    };
  }

  async prepare(config: DhcpConfig, site: SitePlace): Promise<PreparedChange> {
    const plan = planOf(config, site.domain);
    const remoteZones = remoteZonesOf(plan, site.siteFolder);
    const before = this.#table.plan;
    await this.#interfaces.use(plan.interfaces);
    return {
      commit: () => {
        this.#use(plan);
        this.#names.use(remoteZones);
        this.#hooks?.use(config.hooks);
      },
      discard: () => this.#interfaces.use(before.interfaces),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #begin(): Promise<void> {
    const { store, log } = this.#ports;
    const { plan } = this.#table;
    const remoteZones = remoteZonesOf(plan, this.#ports.siteFolder);
    await loadLeases(this.#table, store, log, this.#clock.nowSeconds());
    this.#hooks = this.#stack.use(this.#startHooks());
    this.#stack.use(this.#names);
    await this.#names.begin(remoteZones);
    this.#stack.use(this.#interfaces);
    await this.#interfaces.use(plan.interfaces);
    this.#stack.use(systemClock.every(tickMs, () => this.#tick()));
    this.#stack.use(systemClock.every(limits.housekeepingMs, () => void this.#keepHouse()));
    this.#stack.defer(async () => await this.#icmp?.[Symbol.asyncDispose]());
  }

  #startHooks(): RunningHooks {
    const { log, nowMs, siteFolder } = this.#ports;
    return startHooks({
      config: this.#table.plan.config.hooks,
      events: this.events,
      poolLow: (listener) => this.#poolWatch.subscribe(listener),
      log,
      nowMs,
      folder: siteFolder,
    });
  }

  #use(plan: Plan): void {
    this.#table.usePlan(plan);
    this.#newClients.rate = plan.config.newClients;
    for (const name of plan.interfaces) {
      for (const { address } of this.#interfaces.localAt(name)?.addresses ?? []) this.#table.block(address);
    }
  }

  #exchanges(libc: Libc): Exchanges {
    const table = this.#table;
    const { counters, events } = this;
    const parts = { table, counters, events, clock: this.#clock, turns: this.#turns };
    const answers = new Answers({
      ...parts,
      bootOffer: () => this.#ports.find?.("boot-offer"),
      send: (name, to, from, octets, length) => this.#interfaces.send(name, to, from, octets, length),
    });
    const grants = new Grants({
      ...parts,
      answers,
      writer: this.#writer,
      commitNamed: (change) => this.#names.commit(change),
      endName: (lease, operations) => this.#names.end(lease, operations),
      ignore: (why) => counters.ignored[why]++,
    });
    const inUse = new InUse({
      counters,
      arp: (name) => this.#interfaces.arp(name),
      icmp: () => this.#icmpProber(libc),
      monotonicMs: () => this.#clock.monotonicMs(),
    });
    const life = this.#life;
    return new Exchanges({
      ...parts,
      life,
      inUse,
      newClients: this.#newClients,
      answers,
      grants,
      log: this.#ports.log,
    });
  }

  /** Opened when the first client behind a relay asks. */
  #icmpProber(libc: Libc): Prober<true> | undefined {
    try {
      this.#icmp ??= openIcmpProber({ libc });
      return this.#icmp;
    } catch (error) {
      if (error instanceof ConfigError) return undefined;
      throw error;
    }
  }

  #tick(): void {
    const jump = this.#clock.follow();
    if (jump !== undefined) void this.#logFailure(this.#life.follow(jump));
    this.#life.endDue();
    this.#poolWatch.look();
    for (const { port, count } of this.#newClients.takeRefused()) {
      this.#ports.log.warn(
        { port, count },
        `${port} brings more new clients than newClients allows: ${count} got no answer`,
      );
    }
  }

  async #keepHouse(): Promise<void> {
    const now = this.#clock.nowSeconds();
    const { store } = this.#ports;
    const parts = { table: this.#table, turns: this.#turns, store };
    await this.#logFailure(forgetOldLeases(parts, now).then(() => forgetPastLeases(store, now)));
  }

  async #logFailure(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#ports.log.warn({ code: error.code }, error.message);
    }
  }

  #problems(): readonly ConfigProblem[] {
    const { failure } = this.#writer;
    const disk: readonly ConfigProblem[] =
      failure === undefined
        ? []
        : [
            {
              severity: "error",
              what: `leases cannot be written, so that clients get no answer: ${failure.message}`,
              remedy: "make room or mend the disk; it goes on by itself then",
            },
          ];
    const config = configProblems(this.#table.plan, (name) => this.#interfaces.localAt(name));
    return [...disk, ...config, ...this.#names.problems, ...this.#interfaces.problems];
  }
}

/** Packets go through the FFI: without it nothing can be served. */
function libcOrRefuse({ subnets }: DhcpConfig): Libc {
  const { libc, missing } = loadLibc();
  if (libc !== undefined) return libc;
  const path = subnets.length === 0 ? "dhcp" : "dhcp.subnets";
  throw new ConfigError("HP_DHCP_SOCKETS", [
    {
      severity: "error",
      path,
      what: `DHCP needs the kernel's packet sockets: ${missing}`,
      remedy: "run it on Linux, or remove the section",
    },
  ]);
}
