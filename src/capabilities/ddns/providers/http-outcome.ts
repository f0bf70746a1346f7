/** What came of a request to a provider's API, in terms of the records that wait for it. */
import type { z } from "zod";
import { HttpFault, type HttpRequest, type HttpResponse } from "#platform/http-client/http-client.ts";
import { redactedValue } from "#platform/log/redaction.ts";
import { plainText } from "#platform/terminal/plain-text.ts";
import { BudgetSpent, type ProviderCall, type PublishResult } from "./provider.ts";

/** A result that is no success. */
export type Trouble = Exclude<PublishResult, { readonly outcome: "changed" | "same" }>;

/** Ends what a provider does for the records that depend on a request. */
export class ProviderTrouble extends Error {
  override readonly name = "ProviderTrouble";
  readonly trouble: Trouble;
  readonly means: CodeMeaning["means"];

  /** @param means default: of a refusal what its scope says, else that it may work later */
  constructor(trouble: Trouble, means?: CodeMeaning["means"]) {
    super(trouble.sentence);
    this.trouble = trouble;
    this.means = means ?? (trouble.outcome === "refused" ? trouble.scope : "later");
  }
}

/** Of what was thrown; what is no ProviderTrouble is a fault of this program and goes on. */
export function troubleOf(error: unknown): ProviderTrouble {
  if (error instanceof ProviderTrouble) return error;
  throw error;
}

/** Whether it would be the same for all that the account asks for now. */
export function endsCall(trouble: Trouble): boolean {
  if (trouble.outcome === "refused") return trouble.scope === "account";
  return trouble.outcome === "failed" && (trouble.retryAfterMs !== undefined || trouble.code === "http-429");
}

/**
 * What an error of an API means: a person must look at the account, at all that is in the zone or at the
 * record; what was asked for is not there; or later it may work.
 */
export interface CodeMeaning {
  readonly means: "account" | "zone" | "record" | "missing" | "later";
  /** Follows the title: `refuses the token; make one that may edit DNS`. Default: what the API says. */
  readonly sentence?: string;
}

/** How an API says that something went wrong. */
export interface ApiDialect {
  /** For people: `Cloudflare`. */
  readonly title: string;
  /** No sentence has them. */
  readonly secrets: readonly string[];
  /** Of a body; default: as JSON. Undefined: it is nothing that the API would say. */
  readonly parse?: (text: string) => unknown;
  /** What a body says went wrong; undefined: it says nothing of the kind. A 200 may have one, too. */
  readonly errorIn: (json: unknown, status: number) => ApiError | undefined;
  /** By the API's codes, and by `http-403` and its like; else the status has its usual meaning. */
  readonly meanings: Readonly<Record<string, CodeMeaning>>;
}

export interface ApiError {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** Where it stands in the body. */
  readonly retryAfterMs?: number | undefined;
}

export interface ApiRequest extends HttpRequest {
  /** Changes something there; default: all but GET do. */
  readonly writes?: boolean;
}

export interface ApiAnswer<Read> {
  /** What the schema reads from the body. */
  readonly read: Read;
  readonly headers: HttpResponse["headers"];
  readonly askedAtMs: number;
}

/** Of a JSON API: a success, read by the schema. Throws ProviderTrouble, nothing else. */
export async function askJson<Read>(
  schema: z.ZodType<Read>,
  request: ApiRequest,
  call: ProviderCall,
  dialect: ApiDialect,
): Promise<ApiAnswer<Read>> {
  const askedAtMs = call.nowMs();
  const response = await send(request, call, dialect);
  const json = (dialect.parse ?? parseJson)(response.text);
  const trouble = troubleIn(response, json, { request, dialect, nowMs: call.nowMs() });
  if (trouble !== undefined) throw trouble;
  const read = schema.safeParse(json);
  if (read.success) return { read: read.data, headers: response.headers, askedAtMs };
  throw new ProviderTrouble(notUnderstood(request, dialect, response.status));
}

/** An answer of any status. Throws ProviderTrouble when there is none. */
export async function send(
  request: ApiRequest,
  call: ProviderCall,
  dialect: Pick<ApiDialect, "title" | "secrets">,
): Promise<HttpResponse> {
  const { writes: _, ...plain } = request;
  try {
    return await call.http({ signal: call.signal, ...plain });
  } catch (error) {
    throw new ProviderTrouble(troubleWithout(error, request, dialect));
  }
}

/** The meaning of there being no answer. */
function troubleWithout(
  error: unknown,
  request: ApiRequest,
  { title, secrets }: Pick<ApiDialect, "title" | "secrets">,
): Trouble {
  if (error instanceof BudgetSpent)
    return {
      outcome: "failed",
      code: "budget",
      sentence: `${title} ${error.message}`,
      retryAfterMs: error.retryAfterMs,
    };
  if (!(error instanceof HttpFault)) throw error;
  const sentence = `${title} ${sayable(error.message, secrets)}`;
  if (error.wasSent && isWrite(request)) return { outcome: "unconfirmed", sentence };
  return { outcome: "failed", code: "unreachable", sentence };
}

/** Of an answer; undefined: it is a success. @param json of its body; undefined: it is no JSON */
export function troubleIn(
  response: HttpResponse,
  json: unknown,
  { request, dialect, nowMs }: { request: ApiRequest; dialect: ApiDialect; nowMs: number },
): ProviderTrouble | undefined {
  const { status } = response;
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess && json === undefined)
    return response.text === "" ? undefined : new ProviderTrouble(notUnderstood(request, dialect, status));
  const error = json === undefined ? undefined : dialect.errorIn(json, status);
  if (isSuccess && error === undefined) return undefined;
  // A gateway that lost the answer does not know what the server behind it did
  if (lostStatuses.has(status) && isWrite(request))
    return new ProviderTrouble({
      outcome: "unconfirmed",
      sentence: `${dialect.title} ${statusSentence(status)}`,
    });
  const statusCode = `http-${status}`;
  // A rate limit is one whatever its code is
  const code = status === 429 ? statusCode : (error?.code ?? statusCode);
  // A page of what stands before the API says nothing of the account
  const isApi = json !== undefined || status !== 403;
  const known = isApi ? (meaningOf(code, dialect) ?? meaningOf(statusCode, dialect)) : undefined;
  const isForLater = !isApi || status === 429 || status >= 500;
  const means = isForLater ? "later" : (known?.means ?? statusMeaning(status));
  const sentence = sentenceOf(status, code, { error, known, dialect });
  const kept = { code: sayable(code, dialect.secrets).slice(0, codeMax), sentence };
  if (means !== "later") {
    const scope = means === "account" ? means : "record";
    return new ProviderTrouble({ outcome: "refused", scope, ...kept }, means);
  }
  const waitMs = retryAfterMs(response.headers, nowMs) ?? error?.retryAfterMs;
  const waiting = waitMs === undefined ? {} : { retryAfterMs: waitMs };
  return new ProviderTrouble({ outcome: "failed", ...kept, ...waiting });
}

/** Of a code that a stranger wrote: `constructor` has none. */
function meaningOf(code: string, { meanings }: ApiDialect): CodeMeaning | undefined {
  return Object.hasOwn(meanings, code) ? meanings[code] : undefined;
}

/** 520 to 524: of Cloudflare, which stands before many APIs. */
export const lostStatuses: ReadonlySet<number> = new Set([502, 504, 520, 521, 522, 523, 524]);

function statusMeaning(status: number): CodeMeaning["means"] {
  if (status === 401 || status === 403) return "account";
  if (status === 404) return "missing";
  return status < 400 || [408, 423, 425].includes(status) || status >= 500 ? "later" : "record";
}

function statusSentence(status: number): string {
  const words: Readonly<Record<number, string>> = {
    401: "refuses the credentials",
    403: "refuses these credentials",
    404: "does not know it",
    429: "wants to be asked less often",
  };
  const usual =
    status >= 500
      ? "has trouble"
      : status < 400
        ? "sends elsewhere; set `server` to where it is now"
        : "does not take it";
  return `${words[status] ?? usual} (HTTP ${status})`;
}

function sentenceOf(
  status: number,
  code: string,
  {
    error,
    known,
    dialect,
  }: { error: ApiError | undefined; known: CodeMeaning | undefined; dialect: ApiDialect },
): string {
  const { title, secrets } = dialect;
  const message = sayable(error?.message ?? "", secrets);
  const named = code.startsWith("http-") ? `HTTP ${status}` : sayable(code, secrets);
  if (known?.sentence !== undefined) return `${title} ${known.sentence} (${named})`;
  if (message !== "") return `${title} says: ${message} (${named})`;
  return `${title} ${statusSentence(status)}`;
}

function notUnderstood(request: ApiRequest, { title }: ApiDialect, status: number): Trouble {
  const sentence = `${title} answers what is not in its documentation (HTTP ${status})`;
  if (isWrite(request)) return { outcome: "unconfirmed", sentence };
  return { outcome: "failed", code: "not-understood", sentence };
}

function isWrite({ writes, method }: ApiRequest): boolean {
  return writes ?? method !== "GET";
}

/** Undefined when it is no JSON, or empty. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As much as a person reads of what a stranger wrote. */
const sayableMax = 200;
/** Codes of APIs are words; the longest documented one has 40 characters. */
const codeMax = 60;
/** Shorter ones are in any text by chance. */
const secretLengthMin = 4;

/** What a stranger wrote, fit for a sentence: short, plain, and without secrets. */
export function sayable(text: string, secrets: readonly string[]): string {
  let said = text.replace(/\s+/g, " ").trim();
  for (const secret of secrets)
    if (secret.length >= secretLengthMin) said = said.replaceAll(secret, redactedValue);
  return plainText(said.length > sayableMax ? `${said.slice(0, sayableMax - 1)}…` : said);
}

/**
 * Seconds or a date, RFC 9110 §10.2.3; else the reset of a rate limit, which some say in seconds and some as
 * a moment. Undefined: nothing is said.
 */
export function retryAfterMs(headers: HttpResponse["headers"], nowMs: number): number | undefined {
  const told = headers["retry-after"];
  if (told !== undefined) return waitMs(told, nowMs);
  const isUsedUp = [headers["ratelimit-remaining"], headers["x-ratelimit-remaining"]].includes("0");
  const reset = headers["ratelimit-reset"] ?? headers["x-ratelimit-reset"];
  return isUsedUp && reset !== undefined ? waitMs(reset, nowMs) : undefined;
}

/** No wait has so many seconds: they are since 1970. */
const momentSecondsMin = 1_000_000_000;

function waitMs(told: string, nowMs: number): number | undefined {
  const seconds = /^\d{1,12}(\.\d+)?$/.test(told.trim()) ? Number(told) : undefined;
  if (seconds !== undefined && seconds < momentSecondsMin) return seconds * 1_000;
  const atMs = seconds === undefined ? Date.parse(told) : seconds * 1_000;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
