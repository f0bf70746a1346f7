/**
 * An address and a port to listen on, as an operator writes it: `127.0.0.1:5300`, `[::1]:5300`, `::1`, `any`.
 */
import { isIP, isIPv6 } from "node:net";
import { ConfigError } from "#contracts/configuration.ts";

export type AddressFamily = 4 | 6;

export interface Endpoint {
  readonly address: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
  readonly family: AddressFamily;
}

/** What one entry of a `listen` list asks for. A wildcard is `0.0.0.0`, `::`, or both for `any`. */
export interface ListenEntry {
  readonly address: string;
  readonly port: number;
  readonly families: readonly AddressFamily[];
  readonly wildcard: boolean;
}

/** `192.0.2.1:53`, `[2001:db8::1]:53`. */
export function formatEndpoint(endpoint: { readonly address: string; readonly port: number }): string {
  const { address, port } = endpoint;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * Reads `ADDRESS:PORT`, `[ADDRESS]:PORT`, or an address alone, which gets the default port. `any`, `*` and
 * `any:PORT`
 * mean every address of both families. Throws ConfigError with the place given in `path`.
 */
export function parseListenEntry(text: string, defaultPort: number, path?: string): ListenEntry {
  const split = splitPort(text.trim());
  const port = split.port === undefined ? defaultPort : Number(split.port);
  if (split.port !== undefined && (!/^\d{1,5}$/.test(split.port) || port > 65535)) {
    throw listenError(
      path,
      text,
      `"${split.port}" is not a port`,
      "write a number from 0 to 65535 after the colon",
    );
  }
  if (split.address === "any" || split.address === "*") {
    return { address: "any", port, families: [4, 6], wildcard: true };
  }
  const family = isIP(split.address);
  if (family === 0) {
    const remedy = "write an IP address with a port, such as 127.0.0.1:53 or [::1]:53, or any:53";
    throw listenError(path, text, `"${split.address}" is not an IP address`, remedy);
  }
  if (family === 4) return entry(split.address, port, 4, split.address === "0.0.0.0");
  return entry(split.address, port, 6, isUnspecified6(split.address));
}

function entry(address: string, port: number, family: AddressFamily, wildcard: boolean): ListenEntry {
  return { address, port, families: [family], wildcard };
}

function splitPort(text: string): { address: string; port: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) return { address: bracketed[1]!, port: bracketed[2] };
  if (text.startsWith("[")) return { address: text, port: undefined };
  if (isIPv6(text)) return { address: text, port: undefined };
  const colon = text.lastIndexOf(":");
  if (colon < 0) return { address: text, port: undefined };
  return { address: text.slice(0, colon), port: text.slice(colon + 1) };
}

/** `::`, `0::0` and the other spellings of it. */
function isUnspecified6(address: string): boolean {
  return /^[0:]+$/.test(address);
}

function listenError(path: string | undefined, text: string, what: string, remedy: string): ConfigError {
  const place = path === undefined ? {} : { path };
  return new ConfigError("HP_LISTEN_ADDRESS", [
    { severity: "error", ...place, what: `${JSON.stringify(text)}: ${what}`, remedy },
  ]);
}
