/** What witnesses need of the machine and the Internet; tests pass stand-ins. */
import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import type { AddressFamily } from "#contracts/public-address.ts";
import { type Ask, askUdp, type Server } from "#platform/dns-query/ask.ts";
import { askHttps } from "#platform/dns-query/ask-https.ts";
import { askTls } from "#platform/dns-query/ask-tls.ts";
import type { HttpClient, OctetsClient } from "#platform/http-client/http-client.ts";
import { CouldNotTell } from "./bounded-witness.ts";
import { type RunProgram, runProgramIn } from "./run-program.ts";
import { openUdp, searchUdp } from "./udp-conversation.ts";

/** A conversation by UDP with one server, from a port that the kernel picks at random. */
export interface UdpConversation extends Disposable {
  /** This machine's end: the address that the kernel picks towards the server. */
  readonly local: Server;
  /**
   * Sends, and sends again, until there is an answer that `read` takes. What `read` refuses with WireError is
   * none. Rejects with CouldNotTell when the server cannot be reached.
   */
  exchange<Answer>(
    request: Uint8Array,
    read: (octets: Uint8Array) => Answer,
    signal: AbortSignal,
  ): Promise<Answer>;
  /** Sends once, and waits for nothing. */
  send(octets: Uint8Array): void;
}

/** Sends nothing by itself. */
export type OpenUdp = (server: Server) => Promise<UdpConversation>;

export interface UdpSearch {
  readonly datagrams: readonly Uint8Array[];
  /** A group, or one machine. */
  readonly to: Server;
  /** Address of the interface that it goes out by; default: as the kernel routes it. */
  readonly from?: string | undefined;
  /** Called with what comes and who sent it; true ends the search. */
  readonly take: (octets: Uint8Array, from: string) => boolean;
}

/** Resolves when it is taken, or nobody answers any more. */
export type SearchUdp = (search: UdpSearch, signal: AbortSignal) => Promise<void>;

/** What is known about this machine itself. */
export interface MachineFacts {
  readonly interfaces: () => NodeJS.Dict<NetworkInterfaceInfo[]>;
  /** A small file of the kernel's, such as /proc/net/route. Throws when it is not there. */
  readonly readText: (path: string) => string;
}

export interface WitnessPorts extends MachineFacts {
  readonly http: HttpClient;
  readonly askUdp: Ask;
  /** Asks by DoT, RFC 7858: the certificate is of this name. */
  readonly askTls: (name: string) => Ask;
  /** Asks by DoH, RFC 8484, at this URL. */
  readonly askHttps: (url: string) => Ask;
  readonly openUdp: OpenUdp;
  readonly searchUdp: SearchUdp;
  /** An address of the family of a name. Rejects with CouldNotTell. */
  readonly resolve: (host: string, family: AddressFamily) => Promise<string>;
  readonly runProgram: RunProgram;
  /** Octets that nobody can guess. */
  readonly randomOctets: (count: number) => Uint8Array;
}

export const machineFacts: MachineFacts = {
  interfaces: networkInterfaces,
  readText: (path) => readFileSync(path, "latin1"),
};

export interface MachineWitnesses {
  /** One that keeps no connections: an answer must be of the way that requests go now. */
  readonly http: OctetsClient;
  /** Where programs run: the folder of the site file. */
  readonly folder: string;
}

/** Those of this machine. */
export function machineWitnessPorts({ http, folder }: MachineWitnesses): WitnessPorts {
  return {
    ...machineFacts,
    http,
    askUdp,
    askTls: (serverName) => askTls({ serverName }),
    askHttps: (url) => askHttps(http, { url }),
    openUdp,
    searchUdp,
    resolve: resolveName,
    runProgram: runProgramIn({ folder }),
    randomOctets: (count) => new Uint8Array(randomBytes(count)),
  };
}

async function resolveName(host: string, family: AddressFamily): Promise<string> {
  try {
    return (await lookup(host, { family: family === "ipv4" ? 4 : 6 })).address;
  } catch {
    throw new CouldNotTell(`cannot be found: ${host} has no ${family === "ipv4" ? "IPv4" : "IPv6"} address`);
  }
}
