/** Where the name server answers over TLS. RFC 7858, and transfers over it: RFC 9103. */
import type { Log } from "#contracts/log.ts";
import { formatEndpoint, parseListenEntry } from "#platform/listen/endpoint.ts";
import { expandListen, localAddresses } from "#platform/listen/local-addresses.ts";
import { openStreamListener } from "#platform/stream/listener.ts";
import type {
  StreamCounters,
  StreamListener,
  StreamResponder,
  TlsIdentity,
} from "#platform/stream/stream.ts";
import { readIdentity } from "#platform/tls/identity-files.ts";
import type { TlsConfig } from "./config.ts";
import type { PreparedSockets } from "./server.ts";

/** RFC 7858 §3.1. */
const tlsPort = 853;

export interface TlsEndpointsPorts {
  readonly log: Log;
  readonly siteFolder: string;
  readonly onMessage: StreamResponder;
}

export class TlsEndpoints implements AsyncDisposable {
  private readonly ports: TlsEndpointsPorts;
  /** By what the config asks for. */
  private listeners = new Map<string, StreamListener>();

  constructor(ports: TlsEndpointsPorts) {
    this.ports = ports;
  }

  /** What happened at each address. */
  get counters(): readonly {
    readonly address: string;
    readonly counts: Readonly<StreamCounters>;
    readonly connections: number;
  }[] {
    return [...this.listeners.values()].map(({ local, counters, connections }) => ({
      address: formatEndpoint(local),
      counts: { ...counters },
      connections,
    }));
  }

  get listening(): readonly string[] {
    return [...this.listeners.values()].map(({ local }) => `tls://${formatEndpoint(local)}`);
  }

  /** Opens what is missing, without closing anything. Throws ConfigError. */
  async prepare(config: TlsConfig | undefined): Promise<PreparedSockets> {
    const identity = config && identityOf(config, this.ports.siteFolder);
    const entries = (config?.listen ?? []).map((text, index) =>
      parseListenEntry(text, tlsPort, `dns.tls.listen[${index}]`),
    );
    const wanted = new Map(
      expandListen(entries, localAddresses()).map((endpoint) => [formatEndpoint(endpoint), endpoint]),
    );
    const opened = new Map<string, StreamListener>();
    try {
      for (const [key, { address, port }] of wanted) {
        if (this.listeners.has(key)) continue;
        const { log, onMessage } = this.ports;
        opened.set(key, await openStreamListener({ address, port, log, onMessage, tls: identity! }));
      }
    } catch (error) {
      await disposeAll(opened.values());
      throw error;
    }
    return {
      problems: [],
      commit: async () => {
        const left = [...this.listeners].filter(([key]) => !wanted.has(key)).map(([, one]) => one);
        const kept = [...this.listeners].filter(([key]) => wanted.has(key));
        for (const [, listener] of kept) listener.setIdentity(identity!);
        this.listeners = new Map([...kept, ...opened]);
        await disposeAll(left);
      },
      discard: () => disposeAll(opened.values()),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const listeners = [...this.listeners.values()];
    this.listeners.clear();
    await disposeAll(listeners);
  }
}

/** Throws ConfigError: a file that is not there, or a key of another certificate. */
export function identityOf(config: TlsConfig, siteFolder: string): TlsIdentity {
  return readIdentity(config, { siteFolder, code: "HP_DNS_TLS", path: "dns.tls" });
}

async function disposeAll(list: Iterable<AsyncDisposable>): Promise<void> {
  await Promise.all([...list].map((one) => one[Symbol.asyncDispose]()));
}
