/**
 * For tests: a site on a simulated clock, in an Internet of memory. Its services are those that the program
 * knows, by their URLs; its provider speaks dyndns2; its name servers have what the provider has published.
 */
import type { ProgramPort } from "#contracts/capability.ts";
import type { Store } from "#contracts/store.ts";
import { SteppedClock } from "#platform/clock/clock.ts";
import {
  type HttpClient,
  HttpFault,
  type HttpRequest,
  type HttpResponse,
} from "#platform/http-client/http-client.ts";
import { type CollectedLine, collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { DdnsConfig } from "./config.ts";
import type { DdnsMachine } from "./ddns-machine.ts";
import { DdnsService } from "./ddns-service.ts";
import { echoServices } from "./watch/echo-services.ts";
import type { WitnessPorts } from "./watch/methods/witness-ports.ts";
import { witnessesOf } from "./watch/witnesses.ts";

/** How a service of the Internet answers. */
export type Behaviour =
  | "honest"
  | "hang"
  | { readonly says: string; readonly status?: number; readonly headers?: Readonly<Record<string, string>> };

export interface ProviderAnswer {
  readonly status: number;
  readonly text: string;
  /** It says so, and does nothing. */
  readonly isFalse?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export const providerHost = "dyn.example";
/** Takes notices. */
export const noticeHost = "notices.example";

export class SimulatedInternet {
  readonly clock: SteppedClock;
  /** The public address of the site; undefined: it has none. */
  address: string | undefined;
  /** No request comes through. */
  isDown = false;
  /** Of services, by their names. */
  readonly behaviours = new Map<string, Behaviour>();
  /** What the provider's name servers say. */
  readonly published = new Map<string, string>();
  /** What the provider answers instead of doing its work. */
  providerSays: ((name: string) => ProviderAnswer | undefined) | undefined;
  /** Names and addresses that the provider was told, in order. */
  readonly updates: { readonly atMs: number; readonly names: string; readonly address: string }[] = [];
  /** Bodies that were posted to the host that takes notices. */
  readonly notices: string[] = [];
  /** Questions to services, by name. */
  readonly asked = new Map<string, number>();
  #machineChanged: (() => void) | undefined;

  constructor(clock: SteppedClock, address: string) {
    this.clock = clock;
    this.address = address;
  }

  /** The kernel tells of another address or route. */
  tellMachine(): void {
    this.#machineChanged?.();
  }

  machine(): DdnsMachine {
    const http: HttpClient = (request) => this.#answer(request);
    const silent = (): Promise<never> => Promise.reject(new Error("is not asked here"));
    const ports = { http, interfaces: () => ({}), readText: () => "" } as unknown as WitnessPorts;
    return {
      clock: this.clock,
      http,
      askUdp: silent,
      askTcp: silent,
      witnessesOf: (family, methods, config) => witnessesOf(family, methods, config, ports),
      sitePrefix: () => undefined,
      watchAddresses: async (onChange) => {
        this.#machineChanged = onChange;
        return { [Symbol.asyncDispose]: async () => undefined };
      },
      confirm: async ({ name, address }) => {
        const says = this.published.get(name);
        if (this.isDown) return { outcome: "could-not-confirm", sentence: "no name server answers" };
        if (says === address) return { outcome: "yes", sentence: undefined };
        return { outcome: "no", sentence: `ns1.dyn.example says ${says ?? "that there is none"}` };
      },
      random: () => 0,
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    if (this.isDown || this.address === undefined) throw new HttpFault("cannot be reached from here", false);
    const url = new URL(request.url);
    if (url.host === providerHost) return this.#provide(url);
    if (url.host === noticeHost) {
      this.notices.push(String(request.body));
      return response(200, "");
    }
    const service = echoServices.find((one) => one.ipv4 === request.url || one.ipv6 === request.url);
    if (service === undefined) throw new HttpFault("cannot be found", false);
    this.asked.set(service.name, (this.asked.get(service.name) ?? 0) + 1);
    const behaviour = this.behaviours.get(service.name) ?? "honest";
    if (behaviour === "hang") {
      await new Promise((resolve) => request.signal?.addEventListener("abort", resolve));
      throw new HttpFault("is not waited for any longer", true);
    }
    if (behaviour === "honest") return response(200, `${this.address}\n`);
    return response(behaviour.status ?? 200, behaviour.says, behaviour.headers);
  }

  /** dyndns2, as the facts have it. */
  #provide({ searchParams }: URL): HttpResponse {
    const names = (searchParams.get("hostname") ?? "").split(",");
    const address = searchParams.get("myip") ?? "";
    this.updates.push({ atMs: this.clock.nowMs(), names: names.join(","), address });
    const lines: string[] = [];
    for (const name of names) {
      const said = this.providerSays?.(name);
      if (said !== undefined && said.isFalse !== true) return response(said.status, said.text, said.headers);
      if (said !== undefined) {
        lines.push(said.text);
        continue;
      }
      lines.push(`${this.published.get(name) === address ? "nochg" : "good"} ${address}`);
      this.published.set(name, address);
    }
    return response(200, lines.join("\n"));
  }
}

function response(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers: { "content-type": "text/plain", ...headers }, text };
}

export interface SimulatedSite extends AsyncDisposable {
  readonly service: DdnsService;
  readonly internet: SimulatedInternet;
  readonly clock: SteppedClock;
  readonly lines: readonly CollectedLine[];
  /** Lets time pass, until nothing is under way any more. */
  readonly pass: (ms: number) => Promise<void>;
}

export interface SimulationOptions {
  readonly clock?: SteppedClock;
  readonly store?: Store;
  readonly internet?: SimulatedInternet;
}

/** Starts the capability with a section of the site file, as an object. */
export async function simulate(section: object, options: SimulationOptions = {}): Promise<SimulatedSite> {
  const { clock = new SteppedClock(simulationStartMs), store = openMemoryStore() } = options;
  const internet = options.internet ?? new SimulatedInternet(clock, "198.51.100.1");
  const { log, lines } = collectLog();
  const ports = {
    siteFolder: "/nowhere",
    dataFolder: "/nowhere",
    store,
    log,
    nowMs: () => clock.nowMs(),
    program: { version: "0" } as ProgramPort,
  };
  const config = DdnsConfig.parse({ address: { ipv6: [] }, ...section });
  const service = await DdnsService.start(config, ports, internet.machine());
  const settle = async (): Promise<void> => {
    for (let turns = 0; service.isBusy; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (turns > hangTurns) clock.advance(stepMs); // somebody hangs: its deadline must come
    }
  };
  await settle();
  return {
    service,
    internet,
    clock,
    lines,
    async pass(ms) {
      for (const end = clock.monotonicMs() + ms; clock.monotonicMs() < end; ) {
        clock.advance(stepMs);
        if (service.isBusy) await settle();
      }
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

export const simulationStartMs = Date.UTC(2026, 10, 1);
const stepMs = 1_000;
/** Turns of the event loop after which what is under way waits for the clock. */
const hangTurns = 50;
