/**
 * The sockets of the name server: each endpoint answers over TCP in this thread, and over UDP in the
 * workers, or here too on a machine without FFI.
 */
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import type { DatagramCounters, OpenDatagramListener } from "#platform/datagram/datagram.ts";
import { chooseDatagramListener } from "#platform/datagram/open-datagram-listener.ts";
import { addressOctets } from "#platform/listen/address-octets.ts";
import { type Endpoint, formatEndpoint, parseListenEntry } from "#platform/listen/endpoint.ts";
import { expandListen, localAddresses } from "#platform/listen/local-addresses.ts";
import { messageOctetsMax } from "#platform/stream/limits.ts";
import { openStreamListener } from "#platform/stream/listener.ts";
import type { StreamConnection, StreamListener } from "#platform/stream/stream.ts";
import type { Engine } from "./engine/engine.ts";
import { Transport } from "./engine/transport.ts";
import type { WorkerPool } from "./workers/worker-pool.ts";

/** What answers over UDP at one endpoint. */
interface UdpService extends AsyncDisposable {
  readonly counters: Readonly<DatagramCounters>;
}

interface Socket extends AsyncDisposable {
  /** With the port that the kernel chose, where it was asked to. */
  readonly local: Endpoint;
  readonly udp: UdpService;
  readonly tcp: StreamListener;
}

/** What happened at one endpoint. */
export interface SocketCounters {
  readonly address: string;
  readonly udp: Readonly<Record<string, number>>;
  /** `connections`: open now. */
  readonly tcp: Readonly<Record<string, number>> & { readonly connections: number };
}

/** A set of sockets that is ready to take over from the present one. */
export interface PreparedSockets {
  readonly problems: readonly ConfigProblem[];
  commit(): Promise<void>;
  discard(): Promise<void>;
}

export class DnsServer implements AsyncDisposable {
  private readonly engine: Engine;
  private readonly log: Log;
  private readonly reply = new Uint8Array(messageOctetsMax);
  /** The octets of the client's address. */
  private readonly clients = new WeakMap<StreamConnection, Uint8Array>();
  /** By what the config asks for, such as 127.0.0.1:0. */
  private sockets = new Map<string, Socket>();
  /** What could not be listened on when the machine's addresses were last looked at. */
  private refused: ReadonlySet<string> = new Set();
  /** Changes that are prepared; addresses are followed when there are none. */
  private changes = 0;
  /** A look at the addresses that is under way. */
  private following: Promise<void> = Promise.resolve();
  private isClosed = false;
  private readonly pool: WorkerPool | undefined;
  /** For UDP without a pool. */
  private readonly openDatagrams: OpenDatagramListener | undefined;

  /** Without a pool, UDP is answered in this thread. */
  constructor(engine: Engine, log: Log, pool?: WorkerPool) {
    this.engine = engine;
    this.log = log;
    this.pool = pool;
    this.openDatagrams = pool === undefined ? chooseDatagramListener(log) : undefined;
  }

  get listening(): readonly string[] {
    return [...this.sockets.values()].map(({ local }) => formatEndpoint(local));
  }

  get counters(): readonly SocketCounters[] {
    return [...this.sockets.values()].map(({ local, udp, tcp }) => ({
      address: formatEndpoint(local),
      udp: { ...udp.counters },
      tcp: { ...tcp.counters, connections: tcp.connections },
    }));
  }

  /** Opens what `listen` asks for beyond what is open, without closing anything. Throws ConfigError. */
  async prepare(listen: readonly string[]): Promise<PreparedSockets> {
    this.changes++;
    await this.following;
    const { wanted, problems } = wantedEndpoints(listen);
    const opened = new Map<string, Socket>();
    try {
      for (const [key, one] of wanted) {
        if (this.sockets.has(key)) continue;
        const socket = await this.open(one.endpoint).catch((error: unknown) => leaveOut(one, error));
        if (socket !== undefined) opened.set(key, socket);
      }
    } catch (error) {
      this.changes--;
      await disposeAll(opened.values());
      throw error;
    }
    return {
      problems,
      commit: async () => {
        this.changes--;
        const left = [...this.sockets].filter(([key]) => !wanted.has(key)).map(([, socket]) => socket);
        const kept = [...this.sockets].filter(([key]) => wanted.has(key));
        this.sockets = new Map([...kept, ...opened]);
        await disposeAll(left);
      },
      discard: async () => {
        this.changes--;
        await disposeAll(opened.values());
      },
    };
  }

  /**
   * Opens and closes what the machine's addresses make of `listen` now. One address that cannot be used does
   * not keep the others from it, and is tried again the next time.
   */
  async followAddresses(listen: readonly string[]): Promise<void> {
    if (this.changes > 0) return;
    this.following = this.follow(listen);
    await this.following;
  }

  private async follow(listen: readonly string[]): Promise<void> {
    const { wanted } = wantedEndpoints(listen);
    const missing = [...wanted].filter(([key]) => !this.sockets.has(key));
    const opened = new Map<string, Socket>();
    const refused = new Set<string>();
    for (const [key, { endpoint }] of missing) {
      try {
        opened.set(key, await this.open(endpoint));
      } catch (error) {
        refused.add(key);
        if (this.refused.has(key)) continue;
        this.log.warn({ err: error }, `${formatEndpoint(endpoint)} cannot be listened on yet`);
      }
    }
    if (this.isClosed) {
      await disposeAll(opened.values());
      return;
    }
    this.refused = refused;
    const left = [...this.sockets].filter(([key]) => !wanted.has(key));
    for (const [key] of left) this.sockets.delete(key);
    for (const [key, socket] of opened) this.sockets.set(key, socket);
    await disposeAll(left.map(([, socket]) => socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
    const sockets = [...this.sockets.values()];
    this.sockets.clear();
    // The pool as a whole, which is quicker than to take one endpoint after the other away from it.
    await Promise.all([
      this.pool?.[Symbol.asyncDispose](),
      ...sockets.map(({ tcp }) => tcp[Symbol.asyncDispose]()),
    ]);
    await disposeAll(sockets);
  }

  /** TCP first: when the kernel chooses the port, UDP takes the same. */
  private async open(endpoint: Endpoint): Promise<Socket> {
    const { address } = endpoint;
    const tcp = await openStreamListener({
      address,
      port: endpoint.port,
      log: this.log,
      onMessage: (message, connection) => {
        const client = this.clientOf(connection);
        if (client === undefined) return undefined;
        const octets = this.engine.answer(message, message.length, client, Transport.tcp, this.reply);
        return octets === 0 ? undefined : this.reply.subarray(0, octets);
      },
    });
    try {
      const udp = await this.openUdp({ ...endpoint, port: tcp.local.port });
      return {
        local: tcp.local,
        udp,
        tcp,
        [Symbol.asyncDispose]: () => disposeAll([udp, tcp]),
      };
    } catch (error) {
      await tcp[Symbol.asyncDispose]();
      throw error;
    }
  }

  private async openUdp(endpoint: Endpoint): Promise<UdpService> {
    if (this.pool !== undefined) return this.pool.open(endpoint);
    const { address, port } = endpoint;
    return this.openDatagrams!({
      address,
      port,
      log: this.log,
      onDatagram: (query, length, peer, reply) =>
        this.engine.answer(query, length, peer.octets, Transport.udp, reply),
    });
  }

  /** Undefined when the connection was gone before anybody asked who is there. */
  private clientOf(connection: StreamConnection): Uint8Array | undefined {
    const known = this.clients.get(connection);
    if (known !== undefined || connection.peer.address === "") return known;
    const octets = addressOctets(connection.peer.address);
    this.clients.set(connection, octets);
    return octets;
  }
}

interface Wanted {
  readonly endpoint: Endpoint;
  /** The operator has written the address, and not a wildcard that stands for it. */
  readonly named: boolean;
}

/** By what the config asks for. */
function wantedEndpoints(listen: readonly string[]): {
  readonly wanted: ReadonlyMap<string, Wanted>;
  readonly problems: readonly ConfigProblem[];
} {
  const problems: ConfigProblem[] = [];
  const entries = listen.map((text, index) => parseListenEntry(text, 53, `dns.listen[${index}]`));
  const local = localAddresses();
  const named = new Set(expandListen(entries.filter(({ wildcard }) => !wildcard)).map(formatEndpoint));
  const wanted = new Map<string, Wanted>();
  for (const endpoint of expandListen(entries, local)) {
    // The default names both loopbacks, and a machine may have no IPv6 at all.
    if (endpoint.address === "::1" && !local.some(({ family }) => family === 6)) {
      const what = "this machine has no IPv6, so [::1] is left out";
      problems.push({
        severity: "warning",
        path: "dns.listen",
        what,
        remedy: "remove [::1] from dns.listen",
      });
      continue;
    }
    const key = formatEndpoint(endpoint);
    wanted.set(key, { endpoint, named: named.has(key) });
  }
  return { wanted, problems };
}

/**
 * An IPv6 address of a network that has just come up is shown a second before it can be used (RFC 4862
 * §5.4), and any may go just now: not a reason to refuse a wildcard. Whoever follows the addresses tries
 * again.
 */
function leaveOut({ named }: Wanted, error: unknown): undefined {
  if (!named && error instanceof ConfigError && error.code === "HP_LISTEN_NOT_LOCAL") return undefined;
  throw error;
}

async function disposeAll(list: Iterable<AsyncDisposable>): Promise<void> {
  await Promise.all([...list].map((one) => one[Symbol.asyncDispose]()));
}
