/** Any of the services that are data, in memory: it notes what it is asked, and says what a case wants. */
import type { HttpClient, HttpRequest, HttpResponse } from "#platform/http-client/http-client.ts";
import type { ProviderCall, ProviderPorts, PublishResult, WantedRecord } from "../provider.ts";

export interface Reply {
  readonly status?: number;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of an answer. */
  readonly fault?: Error;
}

export interface StandIn {
  readonly http: HttpClient;
  /** As `GET https://… as user:password by ipv4 with {"a":"header"} and the body`. */
  readonly asked: readonly string[];
}

/** Says the replies one after another, and the last of them from then on. */
export function openStandIn(...replies: readonly Reply[]): StandIn {
  const asked: string[] = [];
  const left = [...replies];
  return {
    asked,
    http: async (request) => {
      asked.push(lineOf(request));
      const reply = left.length > 1 ? left.shift()! : left[0]!;
      if (reply.fault !== undefined) throw reply.fault;
      return { status: 200, headers: {}, text: "", ...reply } satisfies HttpResponse;
    },
  };
}

function lineOf({ method, url, headers = {}, body, family }: HttpRequest): string {
  const { authorization, ...others } = headers;
  const login = authorization?.startsWith("Basic ")
    ? Buffer.from(authorization.slice("Basic ".length), "base64").toString("utf8")
    : authorization;
  return [
    `${method} ${url}`,
    login === undefined ? "" : ` as ${login}`,
    family === undefined ? "" : ` by ${family}`,
    Object.keys(others).length === 0 ? "" : ` with ${JSON.stringify(others)}`,
    body === undefined ? "" : ` and ${body as string}`,
  ].join("");
}

export function callOf(http: HttpClient, signal: AbortSignal = new AbortController().signal): ProviderCall {
  return { http, nowMs: () => Date.parse("2026-03-01T00:00:00Z"), signal };
}

/** None of the services has any use for them. */
export const noPorts = {} as ProviderPorts;

export const ipv4 = "198.51.100.7";
export const ipv6 = "2001:db8:7::1";

export function wanted(name: string, types: readonly ("A" | "AAAA")[], zone?: string): WantedRecord[] {
  return types.map((type) => ({
    name,
    type,
    address: type === "A" ? ipv4 : ipv6,
    ttl: undefined,
    proxied: undefined,
    zone,
  }));
}

/** `changed`, `refused account badauth`, `failed 911 after 600 s`: without its sentence. */
export function shortOf(result: PublishResult): string {
  switch (result.outcome) {
    case "refused":
      return `refused ${result.scope} ${result.code}`;
    case "failed": {
      const { retryAfterMs } = result;
      return `failed ${result.code}${retryAfterMs === undefined ? "" : ` after ${retryAfterMs / 1_000} s`}`;
    }
    default:
      return result.outcome;
  }
}

export function sentencesOf(results: readonly PublishResult[]): readonly string[] {
  return results.map((result) => ("sentence" in result ? result.sentence : ""));
}
