/**
 * Which server is asked: the one behind the @, else the running Homeport, else the one that this machine
 * asks.
 */
import { isIP } from "node:net";
import { type ApiClient, NotRunning } from "#contracts/command.ts";
import { NoAnswer, type Server } from "#platform/dns-query/ask.ts";
import { UsageError } from "./request.ts";

export interface ServerPorts {
  readonly api: ApiClient;
  /** The text of /etc/resolv.conf; undefined when there is none. */
  readonly readResolvConf: () => Promise<string | undefined>;
  /** The address of a host name, as this machine finds it. */
  readonly lookUp: (host: string) => Promise<string>;
}

export interface ChosenServer {
  readonly server: Server;
  /** Why it is not the one that one would think of. */
  readonly note?: string;
}

/** Throws `UsageError` for a text that names no server, `NoAnswer` when there is none. */
export async function chooseServer(
  written: string | undefined,
  port: number,
  ports: ServerPorts,
): Promise<ChosenServer> {
  if (written !== undefined) return { server: await resolveServer(written, port, ports) };
  const own = await ownServer(ports.api);
  if (own !== undefined) return { server: own };
  const address = firstNameserver((await ports.readResolvConf()) ?? "");
  if (address === undefined) {
    throw new NoAnswer("is unknown: Homeport is not running and /etc/resolv.conf names none; write @ADDRESS");
  }
  const note = `Homeport does not serve DNS here; asking ${address} of /etc/resolv.conf instead`;
  return { server: { address, port }, note };
}

async function resolveServer(written: string, port: number, ports: ServerPorts): Promise<Server> {
  const { host, port: writtenPort = port } = splitHostAndPort(written);
  if (isIP(host.replace(/%.*/, "")) !== 0) return { address: host, port: writtenPort };
  return { address: await ports.lookUp(host), port: writtenPort };
}

/** `192.0.2.1:5300`, `[2001:db8::1]:5300`, `2001:db8::1`, `ns1.example.com:5300`. */
export function splitHostAndPort(text: string): { host: string; port?: number } {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text);
  const plain = /^([^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  const [, host, port] = bracketed ?? plain ?? [];
  if (host === undefined) {
    if (isIP(text.replace(/%.*/, "")) === 6) return { host: text };
    throw new UsageError(
      `"@${text}" is not a server; write @192.0.2.1, @192.0.2.1:5300, @[2001:db8::1]:53 or @name`,
    );
  }
  if (port === undefined) return { host };
  if (Number(port) < 1 || Number(port) > 65_535) {
    throw new UsageError(`"@${text}" has no port from 1 to 65535; write @${host}:53`);
  }
  return { host, port: Number(port) };
}

/** Where the running program listens; undefined when none runs, or it serves no DNS. */
async function ownServer(api: ApiClient): Promise<Server | undefined> {
  let status: unknown;
  try {
    status = await api.request("GET", "/api/dns/status");
  } catch (error) {
    if (error instanceof NotRunning) return undefined;
    throw error;
  }
  const { listening = [] } = (status ?? {}) as { listening?: readonly string[] };
  if (listening[0] === undefined) return undefined;
  const { host, port = 53 } = splitHostAndPort(listening[0]);
  // A server on every address is asked at the loopback one
  const address = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return { address, port };
}

/** resolv.conf(5): the first line `nameserver ADDRESS`. */
export function firstNameserver(text: string): string | undefined {
  return /^nameserver[ \t]+(\S+)/m.exec(text)?.[1];
}
