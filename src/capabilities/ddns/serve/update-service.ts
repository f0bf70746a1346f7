/** A request to the update server and its answer: who asks, may they, and what comes of it. */
import { addressGroup } from "#platform/stream/address-group.ts";
import { plainText } from "#platform/terminal/plain-text.ts";
import type { WishedAddresses } from "#protocols/dyndns2/address-wish.ts";
import type { Login } from "#protocols/dyndns2/login.ts";
import type { ReturnCode } from "#protocols/dyndns2/return-codes.ts";
import { answerText, type HostResult } from "#protocols/dyndns2/server-answer.ts";
import {
  type Dialect,
  type HttpQuestion,
  readUpdateQuestion,
  type UpdateRequest,
} from "#protocols/dyndns2/update-request.ts";
import type { ClientAddress } from "./client-address.ts";
import { ClientPace } from "./client-pace.ts";
import type { Host, HostTable } from "./host-table.ts";
import { serveLimits as limits } from "./limits.ts";
import type { NameUpdates } from "./name-updates.ts";
import type { SecretCheck } from "./secret-check.ts";

export interface ServiceQuestion extends HttpQuestion {
  readonly client: ClientAddress;
}

export interface ServiceAnswer {
  readonly status: 200 | 401 | 404 | 405 | 503;
  readonly headers: Readonly<Record<string, string>>;
  /** Plain text. */
  readonly body: string;
}

export interface UpdateServicePorts {
  readonly table: HostTable;
  readonly updates: Pick<NameUpdates, "updateAll">;
  readonly secrets: Pick<SecretCheck, "check">;
  readonly monotonicMs: () => number;
}

/** Since the start: requests, and what was answered by code. */
export interface ServiceCounters {
  requests: number;
  /** Told to come later: too many of one client. */
  limited: number;
  readonly results: Record<ReturnCode, number>;
}

type LoginOutcome =
  | { readonly host: Host }
  | { readonly code: "badauth" | "!active" }
  | { readonly waitMs: number };

/** Answers requests; knows nothing of sockets. */
export class UpdateService {
  readonly pace = new ClientPace({ perSecond: 5, burst: 60 }, limits.clientsMax);
  readonly counters: ServiceCounters = { requests: 0, limited: 0, results: noResults() };
  readonly #ports: UpdateServicePorts;

  constructor(ports: UpdateServicePorts) {
    this.#ports = ports;
  }

  async answer(question: ServiceQuestion): Promise<ServiceAnswer> {
    this.counters.requests++;
    const asked = readUpdateQuestion(question);
    if (asked.ask === "nothing" && asked.why === "path") return plain(404, "there is nothing here\n");
    const client = addressGroup(question.client.address ?? question.client.peer);
    const waitMs = this.pace.take(client, this.#ports.monotonicMs());
    if (waitMs > 0) return this.#later(waitMs);
    switch (asked.ask) {
      case "address":
        return plain(200, `${question.client.address ?? ""}\n`);
      case "update":
        return await this.#update(asked, question, client);
      case "nothing":
        return asked.why === "refused"
          ? this.#told("dyndns2", [{ code: asked.code }])
          : {
              ...this.#told("dyndns2", [{ code: "badagent" }]),
              status: 405,
              headers: { allow: "GET, POST" },
            };
    }
  }

  async #update(request: UpdateRequest, question: ServiceQuestion, client: string): Promise<ServiceAnswer> {
    const { dialect, login, hostnames } = request;
    const outcome = await this.#logIn(login, hostnames, client);
    if ("waitMs" in outcome) return this.#later(outcome.waitMs);
    if ("code" in outcome) return this.#refused(dialect, outcome.code);
    const { host } = outcome;
    const names = hostnames.length > 0 ? hostnames : nameMeant(host, login);
    // Without a name nobody can tell which of several is meant.
    if (names.length === 0) return this.#told(dialect, [{ code: "nohost" }]);
    const results = await this.#ports.updates.updateAll(names, {
      host,
      wish: withoutSecret(request.addresses, login),
      connection: question.client.address,
      agent: plainText((question.userAgent ?? "").slice(0, limits.agentMax)),
    });
    return this.#results(dialect, results);
  }

  async #logIn(
    login: Login | undefined,
    hostnames: readonly string[],
    client: string,
  ): Promise<LoginOutcome> {
    if (login === undefined) return { code: "badauth" };
    const { table, secrets } = this.#ports;
    const who = login.by === "password" ? login.user.replace(/(?<=.)\.$/, "") : hostnames[0];
    const host = who === undefined ? undefined : table.hostOf(who);
    const holder = host && { user: host.user, secretHash: host.value.secretHash };
    const isFamiliar = (): boolean => host !== undefined && cameFrom(host, client);
    const verdict = await secrets.check(holder, login.secret, client, isFamiliar);
    if (verdict.is === "later") return { waitMs: verdict.waitMs };
    if (verdict.is === "wrong" || host === undefined) return { code: "badauth" };
    const now = table.host(host.user); // it may have changed while the secret was looked at
    if (now?.value.secretHash !== host.value.secretHash) return { code: "badauth" };
    return now.value.disabled ? { code: "!active" } : { host: now };
  }

  /** Trouble of ours is said once, whatever the number of names. */
  #results(dialect: Dialect, results: readonly HostResult[]): ServiceAnswer {
    const [first] = results;
    const isOne = results.every(({ code }) => code === first?.code);
    if (first === undefined || !isOne || (first.code !== "911" && first.code !== "dnserr"))
      return this.#told(dialect, results);
    const told = this.#told(dialect, [first]);
    return results.every(({ isForNow }) => isForNow) ? later(told, limits.troubleSeconds) : told;
  }

  #refused(dialect: Dialect, code: "badauth" | "!active"): ServiceAnswer {
    const told = this.#told(dialect, [{ code }]);
    if (code !== "badauth" || dialect === "editdns") return told;
    return {
      ...told,
      status: 401,
      headers: { "www-authenticate": 'Basic realm="homeport", charset="UTF-8"' },
    };
  }

  #later(waitMs: number): ServiceAnswer {
    this.counters.limited++;
    const seconds = Math.max(Math.ceil(waitMs / 1000), limits.retryAfterSecondsMin);
    return later(this.#told("dyndns2", [{ code: "911" }]), seconds);
  }

  #told(dialect: Dialect, results: readonly HostResult[]): ServiceAnswer {
    for (const { code } of results) this.counters.results[code]++;
    return plain(200, answerText(dialect, results));
  }
}

/** The last update of one of its names that counted: the store has it, so that a restart changes nothing. */
function cameFrom(host: Host, client: string): boolean {
  return host.names.some(({ value: { from } }) => from !== undefined && addressGroup(from) === client);
}

/** Without a name in the request: that by which the client logs in, or the only one that it has. */
function nameMeant(host: Host, login: Login | undefined): readonly string[] {
  const names = host.names.map(({ entry }) => entry.name);
  const user = login?.by === "password" ? login.user.replace(/(?<=.)\.$/, "") : undefined;
  const own = names.find((name) => name === user);
  if (own !== undefined) return [own];
  return names.length === 1 ? names : [];
}

/** Whoever writes the password into the field of the address shall not find it in the log. */
function withoutSecret(wish: WishedAddresses, login: Login | undefined): WishedAddresses {
  if (wish.from !== "nowhere" || login === undefined) return wish;
  const beginning = login.secret
    .trim()
    .replaceAll(/[^\x20-\x7e]/g, "?")
    .slice(0, 4);
  return wish.problem.includes(beginning) ? { from: "nowhere", problem: "the update says no address" } : wish;
}

/**
 * inadyn, told of a service that it has no rules for, gives up for good after 200 with such a code, and after
 * 429; and comes again after 503. Others read the code or the status, and come again in any case.
 */
function later(answer: ServiceAnswer, seconds: number): ServiceAnswer {
  return { ...answer, status: 503, headers: { "retry-after": String(seconds) } };
}

function plain(status: ServiceAnswer["status"], body: string): ServiceAnswer {
  return { status, headers: {}, body };
}

function noResults(): Record<ReturnCode, number> {
  return {
    good: 0,
    nochg: 0,
    badauth: 0,
    "!donator": 0,
    "!active": 0,
    notfqdn: 0,
    nohost: 0,
    "!yours": 0,
    numhost: 0,
    abuse: 0,
    badsys: 0,
    badagent: 0,
    dnserr: 0,
    "911": 0,
  };
}
