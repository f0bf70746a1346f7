/**
 * A certificate authority for tests: RFC 8555 as far as a client needs it that proves a name by dns-01. What
 * clients sign is read, not verified; the TXT record is looked up each time, and what was found is kept.
 */
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { signRequest } from "./certificate-authority.ts";

export interface AcmeServer extends AsyncDisposable {
  /** URL of its directory. */
  readonly directory: string;
  /** Each challenge that was checked: the name asked for, what should have been there, what was. */
  readonly checks: readonly AcmeCheck[];
}

export interface AcmeCheck {
  readonly name: string;
  readonly expected: string;
  readonly found: readonly string[];
}

export interface AcmeOptions {
  /** Of the authority and of its own HTTPS: files in PEM, for `localhost`. */
  readonly certificate: string;
  readonly key: string;
  readonly folder: string;
  /** Texts of the TXT records of a name. */
  readonly texts: (name: string) => Promise<readonly string[]>;
}

type Status = "pending" | "ready" | "valid" | "invalid";

interface Account {
  readonly id: number;
  readonly thumbprint: string;
}

interface Authorization {
  readonly domain: string;
  readonly isWildcard: boolean;
  readonly token: string;
  status: Status;
}

interface Order {
  readonly authorizations: readonly number[];
  readonly domains: readonly string[];
  certificate: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Jws {
  readonly header: { readonly jwk?: Readonly<Record<string, string>>; readonly kid?: string };
  readonly payload: Readonly<Record<string, unknown>>;
}

export async function startAcmeServer(options: AcmeOptions): Promise<AcmeServer> {
  const authority = new Authority(options);
  const { key, certificate } = options;
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void authority.respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  authority.base = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    directory: `${authority.base}/directory`,
    checks: authority.checks,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Authority {
  base = "";
  readonly checks: AcmeCheck[] = [];
  private readonly options: AcmeOptions;
  private readonly accounts: Account[] = [];
  private readonly authorizations: Authorization[] = [];
  private readonly orders: Order[] = [];

  constructor(options: AcmeOptions) {
    this.options = options;
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const {
      status,
      body,
      headers = {},
    } = await this.answer(request).catch((error: unknown) => problem(500, "serverInternal", String(error)));
    const isText = typeof body === "string";
    const type = isText ? "application/pem-certificate-chain" : "application/json";
    const all = { "replay-nonce": randomUUID().replaceAll("-", ""), "content-type": type, ...headers };
    response.writeHead(status, all);
    response.end(body === undefined ? "" : isText ? body : JSON.stringify(body));
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const [, place = "", id = ""] = (request.url ?? "/").split("/");
    const { base } = this;
    if (place === "directory") {
      const paths = { newNonce: "nonce", newAccount: "account", newOrder: "order", revokeCert: "revoke" };
      const links = Object.entries(paths).map(([name, path]) => [name, `${base}/${path}`]);
      return {
        status: 200,
        body: { ...Object.fromEntries(links), keyChange: `${base}/key-change`, meta: {} },
      };
    }
    if (place === "nonce") return { status: request.method === "HEAD" ? 200 : 204 };
    const jws = parseJws(await text(request));
    switch (place) {
      case "account":
        return this.account(jws, id);
      case "order":
        return id === "" ? this.newOrder(jws) : { status: 200, body: this.orderBody(Number(id)) };
      case "authorization":
        return { status: 200, body: this.authorizationBody(Number(id)) };
      case "challenge":
        return this.challenge(jws, Number(id));
      case "finalize":
        return this.finalize(jws, Number(id));
      case "certificate":
        return { status: 200, body: this.orders[Number(id)]!.certificate };
      default:
        return problem(404, "malformed", `there is no ${place}`);
    }
  }

  /** RFC 8555 §7.3. */
  private account({ header, payload }: Jws, id: string): Answer {
    if (id !== "") return { status: 200, body: { status: "valid" } };
    const thumbprint = thumbprintOf(header.jwk!);
    let account = this.accounts.find((one) => one.thumbprint === thumbprint);
    const isKnown = account !== undefined;
    if (!isKnown && payload["onlyReturnExisting"] === true)
      return problem(400, "accountDoesNotExist", "there is none with this key");
    account ??= { id: this.accounts.length, thumbprint };
    if (!isKnown) this.accounts.push(account);
    const headers = { location: `${this.base}/account/${account.id}` };
    return { status: isKnown ? 200 : 201, headers, body: { status: "valid" } };
  }

  /** RFC 8555 §7.4. */
  private newOrder({ payload }: Jws): Answer {
    const identifiers = payload["identifiers"] as readonly { readonly value: string }[];
    const domains = identifiers.map(({ value }) => value);
    const authorizations = domains.map((domain) => {
      const isWildcard = domain.startsWith("*.");
      const bare = domain.replace(/^\*\./, "");
      return (
        this.authorizations.push({ domain: bare, isWildcard, token: randomUUID(), status: "pending" }) - 1
      );
    });
    const id = this.orders.push({ authorizations, domains, certificate: undefined }) - 1;
    return { status: 201, headers: { location: `${this.base}/order/${id}` }, body: this.orderBody(id) };
  }

  private orderBody(id: number): unknown {
    const { base } = this;
    const { authorizations, domains, certificate } = this.orders[id]!;
    const states = authorizations.map((number) => this.authorizations[number]!.status);
    const proven = states.every((state) => state === "valid") ? "ready" : "pending";
    const status = states.includes("invalid") ? "invalid" : certificate === undefined ? proven : "valid";
    return {
      status,
      identifiers: domains.map((value) => ({ type: "dns", value })),
      authorizations: authorizations.map((number) => `${base}/authorization/${number}`),
      finalize: `${base}/finalize/${id}`,
      ...(certificate === undefined ? {} : { certificate: `${base}/certificate/${id}` }),
    };
  }

  private authorizationBody(id: number): unknown {
    const { domain, isWildcard, status } = this.authorizations[id]!;
    const identifier = { type: "dns", value: domain };
    const wildcard = isWildcard ? { wildcard: true } : {};
    return { status, identifier, challenges: [this.challengeBody(id)], ...wildcard };
  }

  private challengeBody(id: number): unknown {
    const { token, status } = this.authorizations[id]!;
    const error =
      status === "invalid" ? { error: { type: "dns", detail: "the TXT record is not there" } } : {};
    return { type: "dns-01", url: `${this.base}/challenge/${id}`, token, status, ...error };
  }

  /** RFC 8555 §8.4. */
  private async challenge({ header }: Jws, id: number): Promise<Answer> {
    const authorization = this.authorizations[id]!;
    const account = this.accounts[Number(header.kid!.split("/").at(-1))]!;
    const expected = sha256(`${authorization.token}.${account.thumbprint}`);
    const name = `_acme-challenge.${authorization.domain}`;
    const found = await this.options.texts(name);
    this.checks.push({ name, expected, found });
    authorization.status = found.includes(expected) ? "valid" : "invalid";
    const headers = { link: `<${this.base}/authorization/${id}>;rel="up"` };
    return { status: 200, headers, body: this.challengeBody(id) };
  }

  /** RFC 8555 §7.4. */
  private async finalize({ payload }: Jws, id: number): Promise<Answer> {
    const order = this.orders[id]!;
    const isProven = order.authorizations.every((number) => this.authorizations[number]!.status === "valid");
    if (!isProven) return problem(403, "orderNotReady", "not all names are proven");
    const request = Buffer.from(payload["csr"] as string, "base64url");
    order.certificate = await signRequest(this.options, request);
    return { status: 200, headers: { location: `${this.base}/order/${id}` }, body: this.orderBody(id) };
  }
}

/** The payload of POST-as-GET is empty. RFC 8555 §6.3. */
function parseJws(octets: string): Jws {
  const { protected: header, payload } = JSON.parse(octets) as { protected: string; payload: string };
  const decoded = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  return { header: decoded(header), payload: payload === "" ? {} : decoded(payload) };
}

/** RFC 7638 §3: the members that the kind of key needs, in order. */
function thumbprintOf(jwk: Readonly<Record<string, string>>): string {
  const members = { RSA: ["e", "kty", "n"], EC: ["crv", "kty", "x", "y"], OKP: ["crv", "kty", "x"] };
  const names = members[jwk["kty"] as keyof typeof members];
  return sha256(JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]]))));
}

function sha256(value: string): string {
  return createHash("sha256").update(value).digest("base64url");
}

function problem(status: number, type: string, detail: string): Answer {
  const body = { type: `urn:ietf:params:acme:error:${type}`, detail, status };
  return { status, body, headers: { "content-type": "application/problem+json" } };
}
