/** The site's address while it is watched and published: what the parts are, and how they are tied. */
import type {
  CapabilityStatus,
  Ports,
  PreparedChange,
  RunningCapability,
  SitePlace,
} from "#contracts/capability.ts";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { AddressChange, AddressFamily } from "#contracts/public-address.ts";
import type { Route } from "#contracts/route.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import { AddressBook } from "./address-book.ts";
import type { DdnsConfig } from "./config.ts";
import { configProblems, refuseErrors } from "./config-problems.ts";
import { newDdnsCounters } from "./counters.ts";
import { type DdnsMachine, randomId } from "./ddns-machine.ts";
import { limits } from "./limits.ts";
import { ddnsMetrics } from "./metrics.ts";
import { noticeOf } from "./notices/notice-of.ts";
import { type RunningNotices, startNotices } from "./notices/notices.ts";
import { type AccountPorts, type OpenedAccounts, openAccounts } from "./publish/accounts.ts";
import { RecordBook } from "./publish/record-book.ts";
import { plannedRecords } from "./publish/record-plan.ts";
import { wantedAddress } from "./publish/wanted-address.ts";
import { RecordKeeping } from "./record-keeping.ts";
import { ddnsRoutes } from "./routes.ts";
import { updateHostRoutes } from "./serve/routes.ts";
import { UpdateServer, type UpdateServerSite } from "./serve/update-server.ts";
import { markKeyOf } from "./settings-mark.ts";
import { diskTroubles, summaryOf, troubles } from "./status.ts";
import { AddressHistory } from "./watch/address-history.ts";
import { AddressWatcher, type WatchPlan } from "./watch/address-watcher.ts";

const tickMs = 1_000;

/** What lies in the store, read before anything begins. */
interface Memory {
  readonly history: AddressHistory;
  readonly book: RecordBook;
  readonly markKey: string;
}

export class DdnsService implements RunningCapability<DdnsConfig> {
  readonly counters = newDdnsCounters();
  readonly control: AddressBook;
  readonly routes: readonly Route[];
  readonly watcher: AddressWatcher;
  readonly #ports: Ports;
  readonly #machine: DdnsMachine;
  readonly #memory: Memory;
  readonly #keeping: RecordKeeping;
  #server: UpdateServer | undefined;
  readonly #stack = new AsyncDisposableStack();
  #notices: RunningNotices | undefined;
  #config: DdnsConfig;
  #problems: readonly ConfigProblem[];
  /** Of machines behind the site. */
  #prefix: string | undefined;
  #settling: NodeJS.Timeout | undefined;

  static async start(config: DdnsConfig, ports: Ports, machine: DdnsMachine): Promise<DdnsService> {
    try {
      const memory = await read(ports, machine);
      const opened = openAccounts(config, accountPorts(ports, machine, memory));
      const problems = [...configProblems(config, ports.siteFolder), ...opened.problems];
      refuseErrors(problems);
      return await DdnsService.#run(new DdnsService({ config, problems, opened }, ports, machine, memory));
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
  }

  static async #run(service: DdnsService): Promise<DdnsService> {
    try {
      await service.#begin();
      return service;
    } catch (error) {
      await service[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(
    {
      config,
      problems,
      opened,
    }: { config: DdnsConfig; problems: readonly ConfigProblem[]; opened: OpenedAccounts },
    ports: Ports,
    machine: DdnsMachine,
    memory: Memory,
  ) {
    this.#ports = ports;
    this.#machine = machine;
    this.#memory = memory;
    this.#config = config;
    this.#problems = problems;
    const { log } = ports;
    const { history, book } = memory;
    const { clock } = machine;
    this.watcher = new AddressWatcher(this.#watchPlan(config), {
      history,
      clock,
      log,
      counters: this.counters.looks,
      onLost: (lost) => this.#notices?.tell(noticeOf.lost(lost)),
      onLook: () => this.#publish(),
    });
    const { watcher } = this;
    const prefix = () => this.#prefix;
    this.#keeping = new RecordKeeping(
      { records: plannedRecords(config), accounts: opened.accounts },
      {
        book,
        machine,
        counters: this.counters,
        log,
        wantedFor: (record) => wantedAddress(record, { watcher, prefix }),
        verify: () => this.#config.verify,
        onTurn: (turn) => this.#notices?.tellTurn(turn),
      },
    );
    const { publisher } = this.#keeping;
    this.control = new AddressBook({ watcher, publisher, book, history, prefix, nowMs: () => clock.nowMs() });
    this.routes = [
      ...ddnsRoutes(() => this.control),
      ...updateHostRoutes(
        () => this.#server!,
        () => clock.nowMs(),
      ),
    ];
  }

  get provided() {
    return { "public-address": this.watcher };
  }

  metrics() {
    return ddnsMetrics(this.control, this.counters, this.#server?.counters);
  }

  status(): CapabilityStatus {
    const server = this.#server;
    const isServing = (server?.listening.length ?? 0) > 0;
    return {
      summary: summaryOf(this.control, isServing ? server?.counters.hosts : undefined),
      problems: [
        ...this.#problems,
        ...diskTroubles(this.#memory.book.failure),
        ...troubles(this.control),
        ...(server?.problems ?? []),
      ],
      listening: server?.listening ?? [],
      hints: ["homeport ddns status"],
      details: { families: this.control.families(), records: this.control.records().length },
    };
  }

  async prepare(config: DdnsConfig, site: SitePlace): Promise<PreparedChange> {
    const { publisher } = this.#keeping;
    const ports = accountPorts({ ...this.#ports, ...site }, this.#machine, this.#memory);
    const opened = openAccounts(config, ports, publisher.accounts);
    const problems = [...configProblems(config, site.siteFolder), ...opened.problems];
    refuseErrors(problems);
    const server = await this.#server!.prepare(config.server, serverSite(config, site));
    return {
      commit: async () => {
        this.#config = config;
        this.#problems = problems;
        this.#keeping.use({ records: plannedRecords(config), accounts: opened.accounts });
        this.#notices?.use(config.notices);
        this.watcher.use(this.#watchPlan(config));
        await server.commit();
      },
      discard: () => server.discard(),
    };
  }

  /** Looks, calls of providers and questions to name servers are under way. */
  get isBusy(): boolean {
    return this.watcher.isBusy || this.#keeping.isBusy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
    await this.#machine[Symbol.asyncDispose]();
  }

  async #begin(): Promise<void> {
    const config = this.#config;
    const { log, siteFolder, domain } = this.#ports;
    const { clock, http } = this.#machine;
    this.#notices = this.#stack.use(
      startNotices({
        config: config.notices,
        log,
        clock,
        folder: siteFolder,
        http,
        counters: this.counters.notices,
        ...(domain !== undefined && { site: domain }),
      }),
    );
    this.#stack.use(this.#keeping);
    this.#keeping.use(this.#keeping.publisher.plan);
    this.#stack.use(this.watcher);
    this.#stack.use(this.watcher.subscribe((change) => this.#changed(change)));
    const { store, find } = this.#ports;
    const registry = () => find?.("name-registry");
    const place = serverSite(config, this.#ports);
    this.#server = this.#stack.use(
      await UpdateServer.start(config.server, place, { store, registry, log, clock }),
    );
    this.#stack.use(await this.#machine.watchAddresses(() => this.#machineChanged()));
    this.#stack.defer(() => clearTimeout(this.#settling));
    this.#stack.use(clock.every(tickMs, () => this.#tick()));
    this.#tick();
  }

  #tick(): void {
    this.watcher.tick();
    this.#keeping.tick();
  }

  /** Several events of the kernel are one reason to look. */
  #machineChanged(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#publish();
      this.watcher.lookSoon();
    }, limits.eventSettleMs);
  }

  /** What is known of the address may be another than before. */
  #publish(): void {
    const { watcher } = this;
    const siteAddress = watcher.isSure("ipv6") ? watcher.current("ipv6")?.address : undefined;
    this.#prefix = this.#machine.sitePrefix(this.#config.address, siteAddress);
    this.#keeping.publisher.wake();
  }

  #changed(change: AddressChange): void {
    this.#notices?.tell(noticeOf.changed(change));
  }

  #watchPlan({ every, address }: DdnsConfig): WatchPlan {
    const witnesses = (family: AddressFamily) => this.#machine.witnessesOf(family, address[family], address);
    return {
      everyMs: secondsOf(every) * 1000,
      agree: address.agree,
      witnesses: { ipv4: witnesses("ipv4"), ipv6: witnesses("ipv6") },
    };
  }
}

async function read({ store, log }: Ports, { clock }: DdnsMachine): Promise<Memory> {
  const times = { nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs() };
  return {
    history: await AddressHistory.open({ store, log, ...times }),
    book: await RecordBook.open(store, log),
    markKey: await markKeyOf(store),
  };
}

function serverSite({ address }: DdnsConfig, { siteFolder }: SitePlace): UpdateServerSite {
  return { siteFolder, alsoPublic: address.alsoPublic };
}

function accountPorts(
  { siteFolder, log, find }: Ports,
  { clock, http, askUdp, askTcp }: DdnsMachine,
  { markKey, book }: Memory,
): AccountPorts {
  return {
    provider: {
      siteFolder,
      log,
      registry: () => find?.("name-registry"),
      askUdp,
      askTcp,
      nowMs: () => clock.nowMs(),
      randomId,
    },
    http,
    monotonicMs: () => clock.monotonicMs(),
    nowMs: () => clock.nowMs(),
    book,
    markKey,
  };
}
