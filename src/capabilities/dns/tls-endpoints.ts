/** Where the name server answers over TLS. RFC 7858, and transfers over it: RFC 9103. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigError } from "#contracts/configuration.ts";
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
  const certificate = fileText("certificateFile", config.certificateFile, siteFolder);
  const key = fileText("keyFile", config.keyFile, siteFolder);
  const parsed = parse("certificateFile", config.certificateFile, () => new X509Certificate(certificate));
  const privateKey = parse("keyFile", config.keyFile, () => createPrivateKey(key));
  if (!parsed.checkPrivateKey(privateKey)) {
    const what = `${config.keyFile} is not the key of the certificate in ${config.certificateFile}`;
    throw problem("keyFile", what, "write the key that the certificate was made for");
  }
  return { certificate, key };
}

function fileText(field: "certificateFile" | "keyFile", path: string, siteFolder: string): string {
  try {
    return readFileSync(resolve(siteFolder, path), "utf8");
  } catch (error) {
    throw problem(field, `${path} cannot be read: ${(error as Error).message}`, "correct the path");
  }
}

function parse<Parsed>(field: "certificateFile" | "keyFile", path: string, read: () => Parsed): Parsed {
  try {
    return read();
  } catch {
    const wanted = field === "keyFile" ? "private key" : "certificate";
    throw problem(field, `${path} holds no ${wanted} in PEM`, `write the path of a ${wanted}`);
  }
}

function problem(field: string, what: string, remedy: string): ConfigError {
  return new ConfigError("HP_DNS_TLS", [{ severity: "error", path: `dns.tls.${field}`, what, remedy }]);
}

async function disposeAll(list: Iterable<AsyncDisposable>): Promise<void> {
  await Promise.all([...list].map((one) => one[Symbol.asyncDispose]()));
}
