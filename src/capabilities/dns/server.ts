/**
 * The sockets of the name server: each endpoint answers over TCP in this thread, and over UDP in the
 * workers, or here too on a machine without FFI.
 */
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import {
  copyPeer,
  type DatagramCounters,
  type DatagramListener,
  type DatagramPeer,
  type OpenDatagramListener,
} from "#platform/datagram/datagram.ts";
import { logFault } from "#platform/datagram/fault-log.ts";
import { chooseDatagramListener } from "#platform/datagram/open-datagram-listener.ts";
import { addressOctets, addressText } from "#platform/listen/address-octets.ts";
import { type Endpoint, formatEndpoint, parseListenEntry } from "#platform/listen/endpoint.ts";
import { expandListen, localAddresses } from "#platform/listen/local-addresses.ts";
import { messageOctetsMax } from "#platform/stream/limits.ts";
import { openStreamListener } from "#platform/stream/listener.ts";
import type { StreamConnection, StreamListener, StreamResponder } from "#platform/stream/stream.ts";
import type { Client } from "./client.ts";
import { Transport } from "./engine/transport.ts";
import { limits } from "./limits.ts";
import type { MessageRouter } from "./message-router.ts";
import type { AnswerHandedOver, WorkerPool } from "./workers/worker-pool.ts";

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
  private readonly router: MessageRouter;
  private readonly log: Log;
  private readonly reply = new Uint8Array(messageOctetsMax);
  private readonly clients = new WeakMap<StreamConnection, Client>();
  /** Messages over UDP of which the answers come later, in this thread. */
  private later = 0;
  /** Of these, those of which the answer failed. */
  private faults = 0;
  /** By what the config asks for, such as 127.0.0.1:0. */
  private sockets = new Map<string, Socket>();
  /** What could not be listened on when the machine's addresses were last looked at. */
  private refused: ReadonlySet<string> = new Set();
  /** Changes that are prepared; addresses are followed when there are none. */
  private changes = 0;
  /** A look at the addresses that is under way. */
  private following: Promise<void> = Promise.resolve();
  private isClosed = false;
  /** For UDP without a pool; chosen, and told of, once. */
  private openDatagrams: OpenDatagramListener | undefined;
  private readonly poolNow: () => WorkerPool | undefined;

  /** `poolNow`: without one, UDP is answered in this thread. */
  constructor(router: MessageRouter, log: Log, poolNow: () => WorkerPool | undefined) {
    this.router = router;
    this.log = log;
    this.poolNow = poolNow;
  }

  /** The most TCP connections that were open at once. */
  get connectionsHighest(): number {
    return [...this.sockets.values()].reduce((sum, { tcp }) => sum + tcp.connectionsHighest, 0);
  }

  /** True for an address that this server answers on. */
  isOwn(address: string, port: number): boolean {
    const text = formatEndpoint({ address, port });
    return this.listening.includes(text);
  }

  /** Answers what workers hand over. */
  answerHandedOver(): AnswerHandedOver {
    return (query, peer) => this.router.answer(query, clientAt(peer), this.reply);
  }

  /** Answers messages of connections. */
  streamResponder({ encrypted }: { readonly encrypted: boolean }): StreamResponder {
    return (message, connection) => {
      const client = this.clientOf(connection, encrypted);
      return client && this.router.answer(message, client, this.reply, connection);
    };
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
      this.poolNow()?.[Symbol.asyncDispose](),
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
      onMessage: this.streamResponder({ encrypted: false }),
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
    const pool = this.poolNow();
    if (pool !== undefined) return pool.open(endpoint);
    const { address, port } = endpoint;
    this.openDatagrams ??= chooseDatagramListener(this.log);
    const listener: DatagramListener = await this.openDatagrams({
      address,
      port,
      log: this.log,
      onDatagram: (query, length, peer, reply) => {
        const answer = this.router.answer(query.subarray(0, length), clientAt(peer), reply);
        if (answer === undefined) return 0;
        if (answer instanceof Promise) return this.sendLater(listener, peer, answer);
        if (answer.buffer !== reply.buffer) reply.set(answer);
        return answer.length;
      },
    });
    return listener;
  }

  /** Returns 0: there is nothing to send now. */
  private sendLater(
    listener: DatagramListener,
    peer: DatagramPeer,
    answer: Promise<Uint8Array | undefined>,
  ): number {
    const to = copyPeer(peer);
    const drop = this.later >= limits.handedOverMax;
    this.later++;
    answer
      .then((octets) => {
        if (octets !== undefined && !drop) listener.send(to, octets);
      })
      .catch((error: unknown) => logFault(this.log, error, ++this.faults))
      .finally(() => {
        this.later--;
      });
    return 0;
  }

  /** Undefined when the connection was gone before anybody asked who is there. */
  private clientOf(connection: StreamConnection, encrypted: boolean): Client | undefined {
    const known = this.clients.get(connection);
    if (known !== undefined || connection.peer.address === "") return known;
    const address = addressOctets(connection.peer.address);
    const text = connection.peer.address;
    const client: Client = { address, text, transport: Transport.tcp, encrypted, key: undefined };
    this.clients.set(connection, client);
    return client;
  }
}

function clientAt({ octets, scope }: DatagramPeer): Client {
  return new DatagramClient(octets, scope);
}

/** Its text is made when somebody asks for it. */
class DatagramClient implements Client {
  readonly address: Uint8Array;
  readonly transport = Transport.udp;
  readonly encrypted = false;
  readonly key = undefined;
  private readonly scope: number;

  constructor(address: Uint8Array, scope: number) {
    this.address = address;
    this.scope = scope;
  }

  get text(): string {
    return addressText(this.address, this.scope);
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
