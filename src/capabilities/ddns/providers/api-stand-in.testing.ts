/** For tests: an API of zones in memory, which behaves as its documentation says. */
import assert from "node:assert/strict";
import { type HttpClient, HttpFault, type HttpRequest } from "#platform/http-client/http-client.ts";
import type { Provider, ProviderDefinition, ProviderPorts, PublishResult, WantedRecord } from "./provider.ts";

export interface StoredRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  content: string;
  ttl: number;
  isProxied?: boolean;
  comment?: string;
}

export interface StoredZone {
  id: string;
  readonly name: string;
  records: StoredRecord[];
}

export interface SeenRequest {
  readonly method: string;
  /** Decoded, after the server's. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
  /** The body as it is. */
  readonly text: string | undefined;
  readonly url: string;
}

export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is told of the API beside its answers. */
export interface StandIn {
  readonly definition: ProviderDefinition;
  readonly settings: Readonly<Record<string, string>>;
  /** The header fields that it wants to see. */
  readonly credentials: Readonly<Record<string, string>>;
  /** To a token that it does not know. */
  readonly unauthorized: Reply;
  /** To a request that it does not like. */
  readonly refusal: (message: string) => Reply;
  readonly requestsMax: number;
  /** What it does not have; default: it has all. */
  readonly lacks?: readonly ("ttl" | "nested zones")[];
  readonly ttlDefault: number;
  answer(request: SeenRequest, world: ApiWorld): Reply;
  readonly writes: (request: SeenRequest) => boolean;
}

export class ApiWorld {
  readonly zones: StoredZone[] = [];
  /** Where changes count only after that. */
  refreshes = 0;
  #ids = 1_000;

  zone(
    name: string,
    records: readonly (readonly [host: string, type: string, content: string, ttl?: number])[],
  ) {
    const zone: StoredZone = { id: this.newId(), name, records: [] };
    for (const [host, type, content, ttl = 900] of records)
      this.add(zone, { name: host === "@" ? name : `${host}.${name}`, type, content, ttl });
    this.zones.push(zone);
    return zone;
  }

  add(zone: StoredZone, record: Omit<StoredRecord, "id">): StoredRecord {
    const stored = { id: this.newId(), ...record };
    zone.records.push(stored);
    return stored;
  }

  newId(): string {
    return `${this.#ids++}`;
  }

  /** `home.example.net A 192.0.2.1 900` of each. */
  lines(): readonly string[] {
    return this.zones.flatMap(({ records }) =>
      records.map(({ name, type, content, ttl }) => `${name} ${type} ${content} ${ttl}`),
    );
  }
}

/** Parts of a path where the pattern has a colon: `/zones/:zone/records`. */
export function parts(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries())
    if (part.startsWith(":")) found[part.slice(1)] = given[index]!;
    else if (part !== given[index]) return undefined;
  return found;
}

/** One page of a list. @param at its number, from 1 */
export function pageOf<Item>(items: readonly Item[], at: number, size: number) {
  const pages = Math.max(1, Math.ceil(items.length / size));
  return { items: items.slice((at - 1) * size, at * size), page: at, pages, isLast: at >= pages };
}

const server = "https://api.test/base";

/** An account at the stand-in. */
export class ApiRun {
  readonly world = new ApiWorld();
  readonly asked: SeenRequest[] = [];
  readonly provider: Provider;
  readonly #standIn: StandIn;
  nowMs = 1_800_000_000_000;
  /** Answers in its place; `after`: the request is done, and the answer is lost. */
  intercept: (request: SeenRequest) => Reply | Error | { readonly after: Error } | undefined = () =>
    undefined;

  constructor(standIn: StandIn, settings: Readonly<Record<string, string>> = {}) {
    this.#standIn = standIn;
    this.provider = standIn.definition.open({ ...standIn.settings, server: `${server}/`, ...settings }, {
      nowMs: () => this.nowMs,
    } as ProviderPorts);
  }

  get writes(): readonly SeenRequest[] {
    return this.asked.filter((request) => this.#standIn.writes(request));
  }

  isWrite(request: SeenRequest): boolean {
    return this.#standIn.writes(request);
  }

  publish(
    ...records: readonly (Partial<WantedRecord> & { readonly name: string })[]
  ): Promise<readonly PublishResult[]> {
    const whole = records.map(
      (record): WantedRecord => ({
        type: "A",
        address: "192.0.2.9",
        ttl: undefined,
        proxied: undefined,
        zone: undefined,
        ...record,
      }),
    );
    return this.provider.publish(whole, {
      http: this.#http,
      nowMs: () => this.nowMs,
      signal: new AbortController().signal,
    });
  }

  readonly #http: HttpClient = async (request) => {
    const seen = seenOf(request);
    this.asked.push(seen);
    assert.ok(this.asked.length < 2_000, "asks without end");
    const instead = this.intercept(seen);
    if (instead instanceof Error) throw instead;
    if (instead !== undefined && "status" in instead) return responseOf(instead);
    const { credentials, unauthorized } = this.#standIn;
    const isKnown = Object.entries(credentials).every(([name, value]) => seen.headers[name] === value);
    const reply = isKnown ? this.#standIn.answer(seen, this.world) : unauthorized;
    if (instead !== undefined) throw instead.after;
    return responseOf(reply);
  };
}

function seenOf({ method, url, headers = {}, body }: HttpRequest): SeenRequest {
  assert.ok(url.startsWith(`${server}/`), url);
  const { pathname, searchParams } = new URL(url);
  const type = headers["content-type"];
  assert.ok(body === undefined || type !== undefined, "says what its body is");
  return {
    method,
    path: decodeURIComponent(pathname).slice("/base".length),
    query: Object.fromEntries(searchParams),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    json: type === "application/json" ? JSON.parse(String(body)) : undefined,
    text: body === undefined ? undefined : String(body),
    url,
  };
}

function responseOf({ status, json, text, headers = {} }: Reply) {
  return { status, headers, text: text ?? (json === undefined ? "" : JSON.stringify(json)) };
}

/** The time was up: with the request on its way, or before. */
export function noAnswer(wasSent: boolean): HttpFault {
  return new HttpFault("did not answer within 30 s", wasSent);
}
