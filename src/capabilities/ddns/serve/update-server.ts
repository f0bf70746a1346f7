/** The update server: hosts elsewhere tell it their address, and it names them in this server's zones. */
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import type { NameRegistry } from "#contracts/name-registry.ts";
import type { Store } from "#contracts/store.ts";
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { type Endpoint, formatEndpoint } from "#platform/listen/endpoint.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import type { Network } from "#protocols/public-address/network.ts";
import type { ServerConfig } from "../config.ts";
import { clientAddress, isTrustedProxy } from "./client-address.ts";
import {
  type HttpListener,
  type HttpListenerCounters,
  type HttpRequest,
  openHttpListener,
} from "./http-listener.ts";
import { NameUpdates } from "./name-updates.ts";
import { SecretCheck } from "./secret-check.ts";
import { planOf, type ServerPlan, withoutScheme } from "./server-plan.ts";
import { TroubleLog } from "./trouble-log.ts";
import { UpdateHosts } from "./update-hosts.ts";
import { type ServiceAnswer, type ServiceCounters, UpdateService } from "./update-service.ts";
import { privateNetworks } from "./wanted-addresses.ts";

export interface UpdateServerPorts {
  readonly store: Store;
  /** Asked each time: a reload may start or end the name server. */
  readonly registry: () => NameRegistry | undefined;
  readonly log: Log;
  readonly clock?: Clock;
}

/** What else a change of the site file may change. */
export interface UpdateServerSite {
  readonly siteFolder: string;
  /** `ddns.address.alsoPublic`. */
  readonly alsoPublic?: readonly string[];
}

export interface PreparedServer {
  /** Must not fail. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

export interface UpdateServerCounters extends ServiceCounters {
  /** Of all listeners. */
  readonly http: Readonly<HttpListenerCounters>;
  readonly connections: number;
  readonly hosts: number;
  readonly names: number;
  /** Secrets that had to be hashed. */
  readonly hashed: number;
}

/** Listeners, hosts, and what ties them together; a reload changes it in place. */
export class UpdateServer implements AsyncDisposable {
  readonly hosts: UpdateHosts;
  readonly #ports: UpdateServerPorts;
  readonly #secrets: SecretCheck;
  readonly #updates: NameUpdates;
  readonly #service: UpdateService;
  #listeners = new Map<string, HttpListener>();
  #trusted: readonly Network[] = [];
  #isServing = false;

  private constructor(ports: UpdateServerPorts, hosts: UpdateHosts, secrets: SecretCheck) {
    const { store, registry, log, clock = systemClock } = ports;
    this.#ports = ports;
    this.hosts = hosts;
    this.#secrets = secrets;
    const nowMs = (): number => clock.nowMs();
    const troubles = new TroubleLog(log, nowMs);
    this.#updates = new NameUpdates({ store, registry, hosts, nowMs, troubles });
    const monotonicMs = (): number => clock.monotonicMs();
    this.#service = new UpdateService({ table: hosts.table, updates: this.#updates, secrets, monotonicMs });
  }

  /** Hosts can be managed without a config too. Rejects with ConfigError or StoreError. */
  static async start(
    config: ServerConfig | undefined,
    site: UpdateServerSite,
    ports: UpdateServerPorts,
  ): Promise<UpdateServer> {
    const { clock = systemClock, store, registry } = ports;
    const secrets = new SecretCheck({ monotonicMs: () => clock.monotonicMs() });
    const hosts = await UpdateHosts.load({ store, registry, nowMs: () => clock.nowMs(), secrets });
    const server = new UpdateServer(ports, hosts, secrets);
    const prepared = await server.prepare(config, site);
    await prepared.commit();
    return server;
  }

  get listening(): readonly string[] {
    return [...this.#listeners.values()].map(
      ({ local, isTls }) => `${isTls ? "https" : "http"}://${formatEndpoint(local)}`,
    );
  }

  get problems(): readonly ConfigProblem[] {
    if (!this.#isServing || this.#ports.registry() !== undefined) return this.hosts.problems;
    const what = "the update server has no zones to write to";
    const remedy = "add a section dns with a zone to the site file";
    return [{ severity: "warning", path: "ddns.server", what, remedy }, ...this.hosts.problems];
  }

  get counters(): UpdateServerCounters {
    const listeners = [...this.#listeners.values()];
    const http: HttpListenerCounters = { accepted: 0, refused: 0, malformed: 0, busy: 0, faults: 0 };
    for (const { counters } of listeners)
      for (const key of Object.keys(http) as (keyof HttpListenerCounters)[]) http[key] += counters[key];
    return {
      ...this.#service.counters,
      http,
      connections: listeners.reduce((sum, { connections }) => sum + connections, 0),
      hosts: this.hosts.table.size,
      names: this.hosts.table.nameCount,
      hashed: this.#secrets.hashed,
    };
  }

  /** Opens what is missing, without closing anything. Rejects with ConfigError. */
  async prepare(config: ServerConfig | undefined, site: UpdateServerSite): Promise<PreparedServer> {
    const plan = config && planOf(config, site.siteFolder);
    const wanted = plan?.endpoints ?? new Map<string, Endpoint>();
    const missing = [...wanted].filter(([key]) => !this.#listeners.has(key));
    const held = new Set([...this.#listeners.keys()].map(withoutScheme));
    const [later, now] = [true, false].map((isHeld) =>
      missing.filter(([key]) => held.has(withoutScheme(key)) === isHeld),
    ) as [typeof missing, typeof missing];
    const opened = await this.#open(now, plan);
    return {
      commit: async () => {
        const kept = [...this.#listeners].filter(([key]) => wanted.has(key));
        const left = [...this.#listeners].filter(([key]) => !wanted.has(key)).map(([, one]) => one);
        if (plan?.identity !== undefined) for (const [, one] of kept) one.setIdentity(plan.identity);
        this.#listeners = new Map([...kept, ...opened]);
        this.#adopt(plan, site);
        await disposeAll(left);
        await this.#openLate(later, plan);
        await this.#settle();
      },
      discard: () => disposeAll(opened.values()),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    await disposeAll(listeners);
  }

  async #open(
    endpoints: readonly (readonly [string, Endpoint])[],
    plan: ServerPlan | undefined,
  ): Promise<ReadonlyMap<string, HttpListener>> {
    const opened = new Map<string, HttpListener>();
    try {
      for (const [key, endpoint] of endpoints) {
        const { log } = this.#ports;
        const options = {
          endpoint,
          log,
          tls: plan?.identity,
          onRequest: this.#onRequest,
          isProxy: this.#isProxy,
        };
        const listener = await openUnlessMissing(key, () => openHttpListener(options));
        if (listener !== undefined) opened.set(key, listener);
      }
      return opened;
    } catch (error) {
      await disposeAll(opened.values());
      throw error;
    }
  }

  /** HTTPS where HTTP was, or the other way around: the address is free only now. */
  async #openLate(
    endpoints: readonly (readonly [string, Endpoint])[],
    plan: ServerPlan | undefined,
  ): Promise<void> {
    try {
      for (const [key, listener] of await this.#open(endpoints, plan)) this.#listeners.set(key, listener);
    } catch (error) {
      this.#ports.log.error({ err: error }, "the update server cannot listen where it did before");
    }
  }

  #adopt(plan: ServerPlan | undefined, { alsoPublic = [] }: UpdateServerSite): void {
    this.#isServing = plan !== undefined;
    if (plan === undefined) return;
    const { ttl, allowPrivate, requests } = plan.config;
    this.#trusted = plan.trusted;
    this.#service.pace.pace = requests;
    this.#updates.settings = {
      ttl: secondsOf(ttl),
      alsoPublic: allowPrivate ? [...alsoPublic, ...privateNetworks] : alsoPublic,
    };
  }

  /** What is left over from a run without a name server is no reason not to serve. */
  async #settle(): Promise<void> {
    try {
      await this.hosts.settle();
    } catch (error) {
      this.#ports.log.warn({ err: error }, "records of hosts that have gone could not be removed");
    }
  }

  readonly #isProxy = (socketAddress: string): boolean => isTrustedProxy(socketAddress, this.#trusted);

  readonly #onRequest = ({ socketAddress, forwarded, ...question }: HttpRequest): Promise<ServiceAnswer> => {
    const client = clientAddress(socketAddress, forwarded, this.#trusted);
    return this.#service.answer({ ...question, client });
  };
}

/** A machine without IPv6 has half of `any`. */
async function openUnlessMissing(
  key: string,
  open: () => Promise<HttpListener>,
): Promise<HttpListener | undefined> {
  try {
    return await open();
  } catch (error) {
    const isAbsent = error instanceof ConfigError && error.code === "HP_LISTEN_NO_FAMILY";
    if (isAbsent && key.includes("//[::]:")) return undefined;
    throw error;
  }
}

async function disposeAll(list: Iterable<AsyncDisposable>): Promise<void> {
  await Promise.all([...list].map((one) => one[Symbol.asyncDispose]()));
}
