/** HTTP or HTTPS for the update server: node's parser, with a bound on all that a stranger chooses. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import type { Log } from "#contracts/log.ts";
import { bindError } from "#platform/listen/bind-error.ts";
import type { Endpoint } from "#platform/listen/endpoint.ts";
import { addressGroup } from "#platform/stream/address-group.ts";
import type { TlsIdentity } from "#platform/stream/stream.ts";
import { serveLimits as limits } from "./limits.ts";
import type { ServiceAnswer } from "./update-service.ts";

/** What the parser has made of a request. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly authorization: string | undefined;
  readonly userAgent: string | undefined;
  readonly forwarded: string | undefined;
  readonly form: string;
  readonly socketAddress: string;
}

export interface HttpListenerOptions {
  readonly endpoint: Endpoint;
  readonly tls: TlsIdentity | undefined;
  readonly onRequest: (request: HttpRequest) => Promise<ServiceAnswer>;
  /** A proxy: its connections are those of many. */
  readonly isProxy: (socketAddress: string) => boolean;
  readonly log: Log;
}

export interface HttpListenerCounters {
  accepted: number;
  /** Connections closed at once: too many of one client. */
  refused: number;
  /** Requests that were none, too long or too slow. */
  malformed: number;
  /** Answered 503: too many under way. */
  busy: number;
  /** Our fault. */
  faults: number;
}

/** Throws ConfigError when the address cannot be used. */
export async function openHttpListener(options: HttpListenerOptions): Promise<HttpListener> {
  const { endpoint, tls } = options;
  const bounds = {
    maxHeaderSize: limits.headerOctetsMax,
    headersTimeout: limits.headerMsMax,
    requestTimeout: limits.requestMsMax,
    keepAliveTimeout: limits.idleMsMax,
    connectionsCheckingInterval: 1_000,
    noDelay: true,
  };
  const server =
    tls === undefined
      ? createServer(bounds)
      : // Routers of ten years ago know no TLS 1.3.
        createTlsServer({
          ...bounds,
          ...contextOf(tls),
          minVersion: "TLSv1.2",
          handshakeTimeout: limits.headerMsMax,
        });
  server.maxHeadersCount = limits.headersMax;
  // `nc -N` and old scripts close their half once they have asked; the answer needs the disk.
  Object.assign(server, { httpAllowHalfOpen: true }); // not in node's types
  server.setTimeout(limits.stallMsMax);
  try {
    const { address, port, family } = endpoint;
    server.listen({ host: address, port, ipv6Only: family === 6, exclusive: true });
    await once(server, "listening");
  } catch (error) {
    throw bindError(error, endpoint, "TCP");
  }
  const { port } = server.address() as { port: number };
  return new HttpListener(server, { ...endpoint, port }, options);
}

function contextOf({ certificate, key }: TlsIdentity): { readonly cert: string; readonly key: string } {
  return { cert: certificate, key };
}

/** One address; counts connections of each client, and requests under way. */
export class HttpListener implements AsyncDisposable {
  readonly local: Endpoint;
  readonly isTls: boolean;
  readonly counters: HttpListenerCounters = { accepted: 0, refused: 0, malformed: 0, busy: 0, faults: 0 };
  readonly #server: Server;
  readonly #options: HttpListenerOptions;
  /** By where they come from, the oldest first: with TLS the socket of a request is another one. */
  readonly #sockets = new Map<string, Socket>();
  readonly #byClient = new Map<string, number>();
  /** Requests of a connection that are not answered yet. */
  readonly #unanswered = new Map<string, number>();
  #requests = 0;
  #closing: Promise<void> | undefined;

  constructor(server: Server, local: Endpoint, options: HttpListenerOptions) {
    this.#server = server;
    this.#options = options;
    this.local = local;
    this.isTls = options.tls !== undefined;
    // With TLS this is the socket below it: also who never shakes hands is counted.
    server.on("connection", (socket: Socket) => this.#accept(socket));
    server.on("request", (request, response) => void this.#take(request, response));
    server.on("checkContinue", (request, response) => {
      response.writeContinue();
      void this.#take(request, response);
    });
    server.on("clientError", (error, socket) => this.#refuse(error, socket as Socket));
    server.on("tlsClientError", () => undefined); // a client that does not get on with us is its own affair
    server.on("error", (error) => options.log.warn({ err: error }, "accepting a connection failed"));
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** For a listener over TLS: connections from now on get this. */
  setIdentity(tls: TlsIdentity): void {
    (this.#server as TlsServer).setSecureContext({ ...contextOf(tls), minVersion: "TLSv1.2" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #accept(socket: Socket): void {
    this.counters.accepted++;
    const address = socket.remoteAddress ?? "";
    const client = addressGroup(address);
    const count = (this.#byClient.get(client) ?? 0) + 1;
    if (count > limits.connectionsPerClientMax && !this.#options.isProxy(address)) {
      this.counters.refused++;
      socket.on("error", () => undefined);
      socket.destroy();
      return;
    }
    if (this.#sockets.size >= limits.connectionsMax) this.#makeRoom();
    this.#byClient.set(client, count);
    const place = placeOf(socket);
    this.#sockets.set(place, socket);
    socket.once("close", () => {
      this.#sockets.delete(place);
      this.#unanswered.delete(place);
      const left = this.#byClient.get(client)! - 1;
      if (left === 0) this.#byClient.delete(client);
      else this.#byClient.set(client, left);
    });
  }

  /** Who asks is answered at once; who has asked nothing for longest is waited for no longer. */
  #makeRoom(): void {
    this.counters.refused++;
    const idle = this.#sockets.entries().find(([place]) => (this.#unanswered.get(place) ?? 0) === 0);
    const [, socket] = idle ?? this.#sockets.entries().next().value ?? [];
    socket?.destroy();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const place = placeOf(socket);
    const unanswered = (this.#unanswered.get(place) ?? 0) + 1;
    if (unanswered > limits.pipelineMax) {
      this.counters.malformed++;
      socket.destroy();
      return;
    }
    this.#unanswered.set(place, unanswered);
    this.#requests++;
    try {
      send(request, response, await this.#answer(request));
    } catch (error) {
      const count = ++this.counters.faults;
      // The 1st, 2nd, 4th, 8th …: a request that trips us can be sent again and again.
      if ((count & (count - 1)) === 0)
        this.#options.log.error({ err: error, count }, "answering an update failed");
      send(request, response, { status: 500, headers: {}, body: "911\n" });
    } finally {
      this.#requests--;
      const left = (this.#unanswered.get(place) ?? 1) - 1;
      if (left > 0) this.#unanswered.set(place, left);
      else this.#unanswered.delete(place);
    }
  }

  async #answer(request: IncomingMessage): Promise<HttpAnswer> {
    const { method = "", url = "", headers } = request;
    if (this.#requests > limits.requestsMax) {
      this.counters.busy++;
      return { status: 503, headers: { "retry-after": "10", connection: "close" }, body: "911\n" };
    }
    if (url.length > limits.targetOctetsMax) {
      this.counters.malformed++;
      return { status: 414, headers: { connection: "close" }, body: "the URL is too long\n" };
    }
    const form = await formOf(request);
    if (form === undefined) {
      if (request.errored === null) this.counters.malformed++; // else the parser's error counts
      return { status: 413, headers: { connection: "close" }, body: "the form is too long\n" };
    }
    return await this.#options.onRequest({
      method,
      target: pathOf(url),
      authorization: headers.authorization,
      userAgent: headers["user-agent"],
      forwarded: headerText(headers["x-forwarded-for"]),
      form,
      socketAddress: request.socket.remoteAddress ?? "",
    });
  }

  /** What the parser did not take. The request itself may hold a password, and is not shown to anybody. */
  #refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    this.counters.malformed++;
    if (!socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const status =
      error.code === "HPE_HEADER_OVERFLOW"
        ? "431 Request Header Fields Too Large"
        : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
          ? "408 Request Timeout"
          : "400 Bad Request";
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    setTimeout(() => socket.destroy(), limits.drainMsMax).unref();
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeIdleConnections();
    const late = setTimeout(() => {
      this.#server.closeAllConnections();
      for (const socket of this.#sockets.values()) socket.destroy();
    }, limits.drainMsMax);
    await closed;
    clearTimeout(late);
    for (const socket of this.#sockets.values()) socket.destroy();
  }
}

/** The same for a connection and what TLS makes of it. */
function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: HttpAnswer,
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** A proxy's client may send a whole URL. RFC 9112 §3.2.2. */
function pathOf(target: string): string {
  return target.replace(/^https?:\/\/[^/?]*/i, "");
}

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" || value === undefined ? value : value.join(",");
}

/** Empty: no form. Undefined: it is too long, or does not come to its end. */
async function formOf(request: IncomingMessage): Promise<string | undefined> {
  const { headers } = request;
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) return "";
  if (Number(headers["content-length"] ?? 0) > limits.bodyOctetsMax) return undefined;
  const parts: Buffer[] = [];
  let octets = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      octets += part.length;
      if (octets > limits.bodyOctetsMax) return undefined;
      parts.push(part);
    }
  } catch {
    return undefined; // the client has gone, or was too slow
  }
  const type = headers["content-type"] ?? "application/x-www-form-urlencoded";
  return /^application\/x-www-form-urlencoded\b/i.test(type) ? Buffer.concat(parts).toString("utf8") : "";
}
