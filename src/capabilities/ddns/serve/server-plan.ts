/** Where the update server shall listen, and with what: its config with all that it refers to. */
import { isIPv4 } from "node:net";
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import {
  type Endpoint,
  formatEndpoint,
  type ListenEntry,
  parseListenEntry,
} from "#platform/listen/endpoint.ts";
import type { TlsIdentity } from "#platform/stream/stream.ts";
import { readIdentity } from "#platform/tls/identity-files.ts";
import type { Network } from "#protocols/public-address/network.ts";
import type { ServerConfig } from "../config.ts";
import { trustedNetworks } from "./client-address.ts";

/** dyn.com's port beside those of HTTP, for networks whose proxy stands in the way of 80. */
const defaultPort = 8245;

/** A config with all that it refers to. */
export interface ServerPlan {
  readonly config: ServerConfig;
  readonly identity: TlsIdentity | undefined;
  readonly trusted: readonly Network[];
  /** By what the config asks for; a wildcard of both families is two. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

/** What is wrong with the config and the files that it names. For `homeport check`. */
export function updateServerProblems(
  config: ServerConfig | undefined,
  siteFolder: string,
): readonly ConfigProblem[] {
  try {
    if (config !== undefined) planOf(config, siteFolder);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Throws ConfigError. */
export function planOf(config: ServerConfig, siteFolder: string): ServerPlan {
  const { tls, listen, allowPlain, trustedProxies } = config;
  const place = { siteFolder, code: "HP_DDNS_TLS", path: "ddns.server.tls" };
  const identity = tls && readIdentity(tls, place);
  const entries = listen.map((text, index) => {
    const entry = parseListenEntry(text, defaultPort, `ddns.server.listen[${index}]`);
    if (identity === undefined && !allowPlain && !isLoopback(entry)) throw plainError(text, index);
    return entry;
  });
  const scheme = identity === undefined ? "http" : "https";
  const endpoints = new Map(
    entries.flatMap(endpointsOf).map((endpoint) => [`${scheme}://${formatEndpoint(endpoint)}`, endpoint]),
  );
  return { config, identity, trusted: trustedNetworks(trustedProxies), endpoints };
}

/** Of `https://192.0.2.1:8245`. */
export function withoutScheme(key: string): string {
  return key.replace(/^\w+:\/\//, "");
}

/** A connection has the address that its client asked, so that a wildcard is one socket a family. */
function endpointsOf({ address, port, families, wildcard }: ListenEntry): readonly Endpoint[] {
  return families.map((family) => {
    const any = family === 4 ? "0.0.0.0" : "::";
    return { address: wildcard ? any : address, port, family };
  });
}

function isLoopback({ address, wildcard }: ListenEntry): boolean {
  return !wildcard && (address === "::1" || (isIPv4(address) && address.startsWith("127.")));
}

function plainError(text: string, index: number): ConfigError {
  const path = `ddns.server.listen[${index}]`;
  const what = `${text} can be reached from other machines, and without TLS everybody on the way reads passwords`;
  const remedy =
    "add `tls` with a certificate; or listen on 127.0.0.1 behind a proxy with TLS; or, where the network is yours alone, set `allowPlain: true`";
  return new ConfigError("HP_DDNS_PLAIN", [{ severity: "error", path, what, remedy }]);
}
