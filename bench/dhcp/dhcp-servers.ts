/**
 * DHCP servers that lease one pool: how each is told to. Each is set up for speed: no probe of addresses, no
 * names, no log of every message; lease files where their own defaults would have them, on the disk.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../test/peers.ts";
import { serverVersion } from "../server-arrangements.ts";
import { benchSubnet, serverAddress, serverInterface } from "./bench-network.ts";

export const dhcpServers = ["homeport", "kea", "kea-2", "dnsmasq", "dhcpd"] as const;
export type DhcpServerName = (typeof dhcpServers)[number];

export interface Pool {
  readonly first: string;
  readonly last: string;
}

export interface DhcpArrangement {
  /** Where the server may write. */
  readonly folder: string;
  readonly pool: Pool;
}

interface Program {
  /** What is started, and the Debian package that brings it; Homeport itself has none. */
  readonly program?: string;
  readonly debianPackage?: string;
  /** Whether an ACK may be lost when the machine stops. */
  readonly promise: string;
  /** Where it keeps leases, when that is a file of text that could be written for it. */
  readonly leaseFile?: string;
  readonly environment?: (folder: string) => NodeJS.ProcessEnv;
  /** Writes the configuration; returns the command that starts the server. */
  arrange(arrangement: DhcpArrangement): readonly string[];
}

const leaseSeconds = 43_200;
const mainFile = join(import.meta.dirname, "../../src/main.ts");

const programs: Readonly<Record<DhcpServerName, Program>> = {
  homeport: { promise: "fsync, many ACKs together", arrange: arrangeHomeport },
  kea: kea("not durable", { threads: 0 }),
  "kea-2": kea("not durable", { threads: 2 }),
  dnsmasq: {
    program: "dnsmasq",
    debianPackage: "dnsmasq-base",
    promise: "fsync of the whole file for each ACK",
    leaseFile: "dnsmasq.leases",
    arrange: arrangeDnsmasq,
  },
  dhcpd: {
    program: "dhcpd",
    debianPackage: "isc-dhcp-server",
    promise: "fsync for each ACK",
    leaseFile: "dhcpd.leases",
    arrange: arrangeDhcpd,
  },
};

export function arrangeDhcpServer(server: DhcpServerName, arrangement: DhcpArrangement): readonly string[] {
  return programs[server].arrange(arrangement);
}

export function dhcpEnvironment(server: DhcpServerName, folder: string): NodeJS.ProcessEnv {
  return { ...process.env, ...programs[server].environment?.(folder) };
}

export function leaseFileOf(server: DhcpServerName): string | undefined {
  return programs[server].leaseFile;
}

export function promiseOf(server: DhcpServerName): string {
  return programs[server].promise;
}

export function installedDhcpServers(): DhcpServerName[] {
  return dhcpServers.filter((name) => isInstalled(programs[name]));
}

/** "dhcpd is not installed; Debian package isc-dhcp-server brings it" for each that is missing. */
export function missingDhcpServers(): string[] {
  return dhcpServers
    .map((name) => programs[name])
    .filter((program) => !isInstalled(program))
    .map(
      ({ program, debianPackage }) =>
        `${program} is not installed; Debian package ${debianPackage} brings it`,
    );
}

/** Names and versions of the servers and of perfdhcp, one a line. */
export function dhcpVersions(servers: readonly DhcpServerName[]): string[] {
  const said = { kea: ["kea-dhcp4", "-v", "Kea"], dnsmasq: ["dnsmasq", "-v", "dnsmasq"] } as const;
  const lines = servers.includes("homeport") ? [serverVersion("homeport")] : [];
  for (const [name, [program, word, title]] of Object.entries(said)) {
    if (servers.includes(name as DhcpServerName)) lines.push(`${title} ${versionOf(program, word)}`);
  }
  if (servers.includes("dhcpd")) lines.push(`ISC dhcpd ${versionOf("dhcpd", "--version")}`);
  return [...lines, `perfdhcp ${versionOf("perfdhcp", "-v")}`];
}

function versionOf(program: string, word: string): string {
  const { stdout, stderr } = spawnSync(findProgram(program) ?? program, [word], { encoding: "utf8" });
  return /\d+\.\d[\w.-]*/.exec(`${stdout ?? ""}${stderr ?? ""}`)?.[0] ?? "of an unknown version";
}

function isInstalled({ program }: Program): boolean {
  return program === undefined || findProgram(program) !== undefined;
}

function arrangeHomeport({ folder, pool }: DhcpArrangement): string[] {
  const site = `site: bench
dhcp:
  authoritative: true
  leaseTime: ${leaseSeconds}s
  probe: off
  newClients: { perSecond: 1000000, burst: 1000000 }
  subnets:
    - subnet: ${benchSubnet.address}/${benchSubnet.prefixLength}
      interface: ${serverInterface}
      pools: ["${pool.first}-${pool.last}"]
      gateway: ${serverAddress}
`;
  const file = join(folder, "site.yaml");
  writeFileSync(file, site);
  mkdirSync(join(folder, "data"), { mode: 0o700 });
  return [process.execPath, mainFile, "start", "--site", file, "--data", join(folder, "data")];
}

/** `threads: 0`: one thread does all, which is what Kea 2.2 does unless told otherwise. */
function kea(promise: string, { threads }: { readonly threads: number }): Program {
  const leaseFile = "leases.csv";
  return {
    program: "kea-dhcp4",
    debianPackage: "kea-dhcp4-server",
    promise,
    leaseFile,
    environment: (folder) => ({ KEA_PIDFILE_DIR: folder, KEA_LOCKFILE_DIR: folder }),
    arrange({ folder, pool }) {
      const config = {
        "interfaces-config": { interfaces: [serverInterface], "dhcp-socket-type": "udp" },
        "lease-database": { type: "memfile", name: join(folder, leaseFile), "lfc-interval": 0 },
        "multi-threading":
          threads === 0
            ? { "enable-multi-threading": false }
            : { "enable-multi-threading": true, "thread-pool-size": threads, "packet-queue-size": 64 },
        "valid-lifetime": leaseSeconds,
        subnet4: [
          {
            subnet: `${benchSubnet.address}/${benchSubnet.prefixLength}`,
            pools: [{ pool: `${pool.first} - ${pool.last}` }],
            "option-data": [{ name: "routers", data: serverAddress }],
          },
        ],
        loggers: [{ name: "kea-dhcp4", severity: "ERROR", output_options: [{ output: "stderr" }] }],
      };
      const file = join(folder, "kea.json");
      writeFileSync(file, JSON.stringify({ Dhcp4: config }));
      return [findProgram("kea-dhcp4")!, "-c", file];
    },
  };
}

function arrangeDnsmasq({ folder, pool }: DhcpArrangement): string[] {
  return [
    findProgram("dnsmasq")!,
    "--keep-in-foreground",
    "--conf-file=/dev/null",
    "--log-facility=-",
    "--quiet-dhcp",
    "--pid-file=",
    "--user=root",
    "--port=0",
    `--interface=${serverInterface}`,
    "--bind-interfaces",
    "--dhcp-authoritative",
    "--no-ping",
    "--dhcp-lease-max=1000000",
    `--dhcp-leasefile=${join(folder, "dnsmasq.leases")}`,
    `--dhcp-range=${pool.first},${pool.last},${benchSubnet.netmask},${leaseSeconds}`,
  ];
}

function arrangeDhcpd({ folder, pool }: DhcpArrangement): string[] {
  const config = `authoritative;
ddns-update-style none;
ping-check false;
default-lease-time ${leaseSeconds};
max-lease-time ${leaseSeconds};
subnet ${benchSubnet.address} netmask ${benchSubnet.netmask} {
  range ${pool.first} ${pool.last};
  option routers ${serverAddress};
}
`;
  const [file, leases] = [join(folder, "dhcpd.conf"), join(folder, "dhcpd.leases")];
  writeFileSync(file, config);
  writeFileSync(leases, "", { flag: "a" }); // it does not start without one
  const files = ["-cf", file, "-lf", leases, "-pf", join(folder, "dhcpd.pid")];
  return [findProgram("dhcpd")!, "-4", "-f", "-q", ...files, serverInterface];
}
