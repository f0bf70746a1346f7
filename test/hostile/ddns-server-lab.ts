/** A running Homeport that is an update server, its hosts, and strangers with addresses of their own. */
import { readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createApiClient } from "#surfaces/cli/api-client.ts";
import { LabHomeport } from "../interop/lab-homeport.ts";
import { freePort } from "../interop/lab-tools.ts";

export const zone = "dyn.example";
export const zoneText =
  `$TTL 300\n@ SOA ns.${zone}. hostmaster.${zone}. 1 3600 600 86400 60\n@ NS ns.${zone}.\n` +
  "ns A 127.0.0.1\nwww A 192.0.2.80\nalias CNAME www\n";

export interface ServerLab {
  readonly homeport: LabHomeport;
  /** Of the update server, at 127.0.0.1. */
  readonly port: number;
  /** By user. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The site file changes, and is read again. */
  readonly reload: () => Promise<void>;
}

/** Whoever connects from here may say for whom. */
export const proxy = "127.0.0.9";

/** `hosts`: names and, after a blank, the user of each. */
export async function startServer(
  t: TestContext,
  hosts: readonly string[],
  settings: object = {},
  homeport?: LabHomeport,
) {
  homeport ??= await LabHomeport.place(t);
  const port = await freePort();
  const server = { listen: [`127.0.0.1:${port}`], allowPrivate: true, trustedProxies: [proxy], ...settings };
  const site = {
    dns: { zones: [{ name: zone, file: "dyn.db", allowTransfer: ["127.0.0.1"] }] },
    ddns: { address: { ipv4: [], ipv6: [], alsoPublic: ["192.0.2.0/24"] }, server },
    files: { "dyn.db": zoneText },
  };
  await homeport.start(site);
  const api = apiOf(homeport);
  const secrets = new Map<string, string>();
  for (const text of hosts) {
    const [name = "", user = name] = text.split(" ");
    const added = (await api.request("POST", "/api/ddns/hosts", { name, user })) as { secret: string | null };
    if (added.secret !== null) secrets.set(user, added.secret);
  }
  /** With another TTL, and a zone more beside the one that is there. */
  const reload = async (): Promise<void> => {
    const { dns, ddns, files } = site;
    const zones = [...dns.zones, { name: "other.example", file: "other.db" }];
    const other = { ...ddns, server: { ...server, ttl: "90s" } };
    const text = zoneText.replaceAll(zone, "other.example");
    homeport.writeSite({ dns: { zones }, ddns: other, files: { ...files, "other.db": text } });
    await api.request("POST", "/api/reload");
  };
  return { homeport, port, secrets, reload } satisfies ServerLab;
}

export function apiOf({ dataFolder }: LabHomeport) {
  return createApiClient(() => join(dataFolder, "homeport.sock"));
}

export function basic(user: string, secret: string): string {
  return `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;
}

export function getText(target: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ host: "x", "user-agent": "hostile/1", connection: "close", ...headers });
  return `GET ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** What one connection says till its end; empty: it was closed, or could not be had. */
export function say(port: number, text: string | Uint8Array, from = "127.0.0.1"): Promise<string> {
  return new Promise((resolve) => {
    const socket = dial(port, from);
    const parts: Buffer[] = [];
    let ending: NodeJS.Timeout | undefined;
    socket.on("data", (part: Buffer) => {
      parts.push(part);
      // What was smuggled in would be answered at once as well.
      ending ??= setTimeout(() => socket.end(), 100);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(ending);
      resolve(Buffer.concat(parts).toString("latin1"));
    });
    socket.write(text);
  });
}

export function dial(port: number, from = "127.0.0.1"): Socket {
  return connect({ host: "127.0.0.1", port, localAddress: from, noDelay: true });
}

/** `200 good 192.0.2.1`: the status and the body. */
export function told(answer: string): string {
  const [front = "", body = ""] = answer.split("\r\n\r\n");
  return `${front.split(" ")[1] ?? "closed"} ${body.trim()}`.trim();
}

/** Of the program, by the folder that it was told. */
export function pidOf({ dataFolder }: LabHomeport): number {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0");
      if (words.includes("start") && words.includes(dataFolder)) return Number(pid);
    } catch {
      // it has ended
    }
  }
  throw new Error("it does not run");
}

/** Octets that it has in memory. */
export function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1_024;
}

/** Seconds of processor time that it has used, by all its threads. */
export function processorOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
