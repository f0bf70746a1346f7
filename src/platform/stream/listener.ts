/** The stream listener on node:net. */
import { once } from "node:events";
import { createServer, isIPv6, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { systemClock } from "#platform/clock/clock.ts";
import { bindError } from "#platform/listen/bind-error.ts";
import type { AddressFamily, Endpoint } from "#platform/listen/endpoint.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { addressGroup } from "./address-group.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import { dnsFraming } from "./framer.ts";
import { limits as defaultLimits, type StreamLimits } from "./limits.ts";
import { RawSockets } from "./raw-sockets.ts";
import type {
  OpenStreamListener,
  StreamCounters,
  StreamListener,
  StreamListenerOptions,
  TlsIdentity,
} from "./stream.ts";

export const openStreamListener: OpenStreamListener = async (options) => {
  const { address, port } = options;
  const family: AddressFamily = isIPv6(address.replace(/%.*$/, "")) ? 6 : 4;
  const limits = { ...defaultLimits, ...options.limits };
  const server = serverFor(limits, options.tls);
  try {
    server.listen({ host: address, port, ipv6Only: family === 6, exclusive: true });
    await once(server, "listening");
  } catch (error) {
    throw bindError(error, { address, port, family }, "TCP");
  }
  const bound = server.address() as { port: number };
  return new NodeStreamListener(server, { address, port: bound.port, family }, limits, options);
};

function serverFor(limits: StreamLimits, tls: TlsIdentity | undefined): Server {
  // Half-open: a peer that has sent its last query still waits for the answers.
  const common = { allowHalfOpen: true, noDelay: true, highWaterMark: limits.outputOctetsMax };
  if (tls === undefined) return createServer(common);
  const server = createTlsServer({
    ...common,
    ...contextOf(tls),
    ALPNProtocols: ["dot"], // RFC 7858 §3.1, RFC 9103 §7.1
    minVersion: "TLSv1.3", // RFC 9103 §7.1
    handshakeTimeout: limits.messageMs,
  });
  server.maxConnections = limits.connectionsMax * 2; // those that have not shaken hands yet count too
  server.on("tlsClientError", () => undefined); // a client that does not get on with us is its own affair
  return server;
}

function contextOf({ certificate, key }: TlsIdentity): { readonly cert: string; readonly key: string } {
  return { cert: certificate, key };
}

class NodeStreamListener implements StreamListener {
  readonly local: Endpoint;
  connectionsHighest = 0;
  readonly counters: StreamCounters = {
    accepted: 0,
    received: 0,
    answered: 0,
    displaced: 0,
    refused: 0,
    idled: 0,
    slowMessages: 0,
    stalled: 0,
    malformed: 0,
    faults: 0,
  };
  readonly #server: Server;
  readonly #limits: StreamLimits;
  readonly #host: ConnectionHost;
  readonly #sweeping: Disposable;
  readonly #monotonicMs: () => number;
  readonly #log: StreamListenerOptions["log"];
  readonly #admits: NonNullable<StreamListenerOptions["admits"]>;
  readonly #connections = new Set<Connection>();
  readonly #byAddress = new Map<string, Set<Connection>>();
  #outputOctets = 0;
  #closing: Promise<void> | undefined;
  /** With TLS. */
  readonly #raw: RawSockets | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(server: Server, local: Endpoint, limits: StreamLimits, options: StreamListenerOptions) {
    const { clock = systemClock, log, onMessage } = options;
    this.#server = server;
    this.#limits = limits;
    this.#log = log;
    this.#admits = options.admits ?? (() => true);
    this.#monotonicMs = () => clock.monotonicMs();
    this.local = local;
    this.#host = {
      limits,
      framing: options.framing ?? dnsFraming,
      counters: this.counters,
      onMessage,
      monotonicMs: this.#monotonicMs,
      onFault: (error) => this.#countFault(error),
      onOutput: (octets) => this.#countOutput(octets),
      onGone: (connection) => this.#forget(connection),
    };
    this.#sweeping = clock.every(limits.sweepMs, () => this.#sweep());
    // Those that shake hands count too
    const perAddressMax = limits.connectionsPerAddressMax * 2;
    this.#raw = options.tls === undefined ? undefined : new RawSockets(server, { perAddressMax });
    server.on(options.tls === undefined ? "connection" : "secureConnection", (socket: Socket) =>
      this.#accept(socket),
    );
    server.on("error", (error) => log.warn({ err: error }, "accepting a connection failed"));
  }

  get connections(): number {
    return this.#connections.size;
  }

  setIdentity(tls: TlsIdentity): void {
    (this.#server as TlsServer).setSecureContext(contextOf(tls));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #accept(socket: Socket): void {
    this.counters.accepted++;
    if (!this.#admits(socket.remoteAddress ?? "")) {
      refuse(socket);
      return;
    }
    const group = addressGroup(socket.remoteAddress ?? "");
    const siblings = this.#byAddress.get(group) ?? new Set();
    const full =
      siblings.size >= this.#limits.connectionsPerAddressMax
        ? siblings
        : this.#connections.size >= this.#limits.connectionsMax
          ? this.#connections
          : undefined;
    if (this.#closing !== undefined || (full !== undefined && !this.#makeRoom(full))) {
      this.counters.refused++;
      refuse(socket);
      return;
    }
    const connection = new Connection(socket, this.local, this.#host);
    this.#connections.add(connection);
    this.connectionsHighest = Math.max(this.connectionsHighest, this.#connections.size);
    siblings.add(connection);
    this.#byAddress.set(group, siblings);
  }

  /** Closes the connection that has been idle longest. RFC 7766 §6.2.3 leaves the choice to the server. */
  #makeRoom(among: ReadonlySet<Connection>): boolean {
    let oldest: Connection | undefined;
    for (const connection of among) {
      if (connection.idle && (oldest === undefined || connection.activeAtMs < oldest.activeAtMs)) {
        oldest = connection;
      }
    }
    if (oldest === undefined) return false;
    this.counters.displaced++;
    this.#drop(oldest);
    return true;
  }

  #drop(connection: Connection): void {
    this.#forget(connection);
    connection.abort();
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    const group = addressGroup(connection.peer.address);
    const siblings = this.#byAddress.get(group);
    siblings?.delete(connection);
    if (siblings?.size === 0) this.#byAddress.delete(group);
    if (this.#connections.size === 0) this.#onEmpty?.();
  }

  #sweep(): void {
    const nowMs = this.#monotonicMs();
    for (const connection of this.#connections) {
      const reason = connection.overdue(nowMs);
      if (reason === undefined) continue;
      this.counters[reason]++;
      this.#drop(connection);
    }
  }

  #countFault(error: unknown): void {
    if (error instanceof WireError) {
      this.counters.malformed++;
      return;
    }
    const count = ++this.counters.faults;
    // The 1st, 2nd, 4th, 8th …: a message that trips us can be sent again and again.
    if ((count & (count - 1)) === 0) this.#log.error({ err: error, count }, "answering a message failed");
  }

  #countOutput(octets: number): void {
    this.#outputOctets += octets;
    if (this.#outputOctets <= this.#limits.outputOctetsTotalMax || octets < 0) return;
    let largest: Connection | undefined;
    for (const connection of this.#connections) {
      if (largest === undefined || connection.unsentOctets > largest.unsentOctets) largest = connection;
    }
    if (largest === undefined) return;
    this.counters.stalled++;
    this.#drop(largest);
  }

  async #close(): Promise<void> {
    this.#sweeping[Symbol.dispose]();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#connections) connection.close();
    if (this.#connections.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#limits.closeMs);
        this.#onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const connection of this.#connections) this.#drop(connection);
    this.#raw?.destroyAll();
    await closed;
  }
}

function refuse(socket: Socket): void {
  socket.on("error", () => {});
  socket.destroy();
}
