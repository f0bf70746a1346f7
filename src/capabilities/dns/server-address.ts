/**
 * A server as an operator writes it: `192.0.2.1`, `[2001:db8::1]:5353`, `tls://192.0.2.1#ns1.example.net`,
 * `192.0.2.1 key NAME`.
 */
import { ConfigError } from "#contracts/configuration.ts";
import { formatEndpoint, parseListenEntry } from "#platform/listen/endpoint.ts";
import { lowerName, type Name, NameError, parseName } from "#protocols/dns/name.ts";
import { limits } from "./limits.ts";

export interface ServerAddress {
  readonly address: string;
  readonly port: number;
  readonly transport: "plain" | "tls" | "https";
  /** The name that its certificate must have; undefined: any certificate will do. RFC 9103 §9.3. */
  readonly certificateName: string | undefined;
  /** Signs what is said to it. In lower case. */
  readonly key: Name | undefined;
}

/** @throws ConfigError */
export function parseServer(entry: string): ServerAddress {
  const [place = "", ...more] = entry.trim().split(/\s+/);
  const scheme = /^(tls|https):\/\//.exec(place)?.[1] as "tls" | "https" | undefined;
  const [bare = "", certificateName] = place
    .replace(/^(tls|https):\/\//, "")
    .replace(/\/.*$/, "")
    .split("#");
  const endpoint = endpointOf(bare, scheme === undefined ? limits.dnsPort : portOf[scheme]);
  if (endpoint === undefined) {
    throw problem(
      `"${entry}" is no address of a server`,
      "write one such as 192.0.2.1, [2001:db8::1]:5353 or tls://192.0.2.1",
    );
  }
  if (more.length > 0 && (more.length !== 2 || more[0] !== "key")) {
    throw problem(`"${entry}" has more than an address`, `write "${place}" or "${place} key NAME"`);
  }
  return { ...endpoint, transport: scheme ?? "plain", certificateName, key: keyOf(more[1]) };
}

/** For people: the address, and the port where it is not the usual one. */
export function serverText({ address, port, transport }: ServerAddress): string {
  const usual = transport === "plain" ? limits.dnsPort : portOf[transport];
  const place = port === usual ? address : formatEndpoint({ address, port });
  return transport === "plain" ? place : `${transport}://${place}`;
}

/** RFC 7858 §3.1, RFC 8484 §4.1. */
const portOf = { tls: 853, https: 443 } as const;

function endpointOf(text: string, port: number): { address: string; port: number } | undefined {
  try {
    const entry = parseListenEntry(text, port);
    return entry.address === "any" ? undefined : { address: entry.address, port: entry.port };
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function keyOf(text: string | undefined): Name | undefined {
  if (text === undefined) return undefined;
  try {
    return lowerName(parseName(text.endsWith(".") ? text : `${text}.`));
  } catch (error) {
    if (error instanceof NameError) throw problem(`"${text}" is no name of a key`, error.message);
    throw error;
  }
}

function problem(what: string, remedy: string): ConfigError {
  return new ConfigError("HP_DNS_SERVER", [{ severity: "error", what, remedy }]);
}
