/**
 * Requests by HTTP/1.1 over TCP and TLS.
 *
 * No proxy is used, whatever the environment says. No coding of the body is asked for: its bound is then one
 * of what is sent and of what it takes in memory.
 */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { contextFor } from "./authorities.ts";
import { familyTitles } from "./connection-fault.ts";
import { type ExchangeBounds, exchange, StaleConnection } from "./exchange.ts";
import { HttpFault, type HttpRequest, type OctetsClient, type OctetsResponse } from "./http-client.ts";
import { limits } from "./limits.ts";

export interface HttpClientOptions {
  /** How it calls itself; default: `homeport`. */
  readonly userAgent?: string;
  /** In PEM: believed besides those that everybody believes. */
  readonly authorities?: readonly string[];
  /**
   * Connections serve one request after another. Not for those who want to know which way a request goes
   * now. A server may close one just when it is used again: a GET is then sent once more, all else fails.
   */
  readonly keepsConnections?: boolean;
}

/** Disposed, it breaks off what is under way, and takes no more. */
export type OpenHttpClient = OctetsClient & AsyncDisposable;

/** Throws for authorities that are no certificates. */
export function openHttpClient(options: HttpClientOptions = {}): OpenHttpClient {
  const client = new Client(options);
  const ask: OctetsClient = (request) => client.ask(request);
  return Object.assign(ask, { [Symbol.asyncDispose]: () => client.close() });
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

class Client {
  readonly #userAgent: string;
  readonly #agents: Agents;
  /** For requests to a given address: kept connections are told apart by name alone. */
  readonly #directAgents: Agents;
  readonly #end = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor({ userAgent = "homeport", authorities = [], keepsConnections = false }: HttpClientOptions) {
    this.#userAgent = userAgent;
    const secureContext = contextFor(authorities);
    this.#directAgents = openAgents({ secureContext });
    this.#agents = keepsConnections
      ? openAgents({ secureContext, keepAlive: true, timeout: limits.idleMs })
      : this.#directAgents;
  }

  async ask(request: HttpRequest): Promise<OctetsResponse> {
    const answer = this.#tryTwice(request);
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
    }
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.allSettled(this.#underWay);
    for (const { http, https } of [this.#agents, this.#directAgents]) {
      http.destroy();
      https.destroy();
    }
  }

  async #tryTwice(request: HttpRequest): Promise<OctetsResponse> {
    const { timeoutMs = limits.requestMsDefault } = request;
    const untilMs = performance.now() + timeoutMs;
    try {
      return await this.#try(request, this.#agents, { timeoutMs, untilMs });
    } catch (error) {
      // RFC 9112 §9.3.1: what changes nothing may be sent again when a kept connection is found closed
      if (!(error instanceof StaleConnection) || request.method !== "GET") throw error;
      return await this.#try(request, this.#directAgents, { timeoutMs, untilMs });
    }
  }

  async #try(
    request: HttpRequest,
    agents: Agents,
    time: Pick<ExchangeBounds, "timeoutMs" | "untilMs">,
  ): Promise<OctetsResponse> {
    const { octetsMax = limits.answerOctetsDefault, family, signal } = request;
    const signals = [signal, this.#end.signal];
    if (signals.some((one) => one?.aborted === true)) throw new HttpFault("is not asked any longer", false);
    const sent = this.#send(request, request.address === undefined ? agents : this.#directAgents);
    return await exchange(sent, { ...time, octetsMax, family, signals });
  }

  #send(request: HttpRequest, agents: Agents): ClientRequest {
    const { method, family, address, body, headers = {} } = request;
    const url = urlOf(request);
    checkFamily(address ?? url.hostname.replace(/^\[|\]$/g, ""), family);
    const isSecure = url.protocol === "https:";
    const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    const options: RequestOptions = {
      method,
      agent: isSecure ? agents.https : agents.http,
      headers: {
        "user-agent": this.#userAgent,
        "accept-encoding": "identity",
        ...(agents === this.#directAgents && { connection: "close" }), // Node keeps them for those who wait
        ...Object.fromEntries(given),
      },
      maxHeaderSize: limits.headerOctetsMax,
      ...(family !== undefined && { family: family === "ipv4" ? 4 : 6 }),
      ...(address !== undefined && { lookup: alwaysFinds(address) }),
    };
    try {
      const sent = isSecure ? httpsRequest(url, options) : httpRequest(url, options);
      sent.end(body);
      return sent;
    } catch (error) {
      throw new HttpFault(`cannot be asked: ${error instanceof Error ? error.message : "why"}`, false);
    }
  }
}

function openAgents(options: ConstructorParameters<typeof HttpsAgent>[0]): Agents {
  const bounds = {
    maxSockets: limits.connectionsPerServerMax,
    maxTotalSockets: limits.connectionsMax,
    autoSelectFamilyAttemptTimeout: limits.nextAddressMs,
    ...options,
  };
  return { http: new HttpAgent(bounds), https: new HttpsAgent(bounds) };
}

function urlOf(request: HttpRequest): URL {
  const url = URL.parse(request.url);
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw new HttpFault("has an address that is no URL of http: or https:", false);
  return url;
}

/** Node takes an address as it is, whichever family was asked for. */
function checkFamily(host: string, family: HttpRequest["family"]): void {
  const version = isIP(host.replace(/%.*/, ""));
  if (version === 0 || family === undefined || family === `ipv${version}`) return;
  const title = familyTitles[version === 4 ? "ipv4" : "ipv6"];
  throw new HttpFault(`has an ${title} address, and was to be asked by ${familyTitles[family]}`, false);
}

function alwaysFinds(address: string): LookupFunction {
  const family = isIP(address.replace(/%.*/, ""));
  return (_name, { all }, tell) => {
    if (all === true) tell(null, [{ address, family }]);
    else tell(null, address, family);
  };
}
