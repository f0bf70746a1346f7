/** Other DHCP servers that register their clients in zones of Homeport, signed with the foundry's key. */
import { join } from "node:path";
import { until } from "../lab-tools.ts";
import type { Machine, RunningProgram } from "./machine.ts";

export interface RegisteredZones {
  /** Without the final dot. */
  readonly forward: string;
  readonly reverse: string;
  /** Address of the name server. */
  readonly primary: string;
  readonly key: { readonly name: string; readonly algorithm: string; readonly secret: string };
}

/** A network of 256 addresses, at one of the machine's links. */
export interface ServedNetwork {
  readonly subnet: string;
  readonly first: string;
  readonly last: string;
  readonly link: string;
}

const foundryNetwork: ServedNetwork = {
  subnet: "192.168.9.0",
  first: "192.168.9.200",
  last: "192.168.9.239",
  link: "eth0",
};

/** ISC dhcpd. `interim` guards names by TXT records, `standard` by DHCID records. */
export async function startDhcpd(
  machine: Machine,
  { forward, reverse, primary, key }: RegisteredZones,
  style: "interim" | "standard",
  network = foundryNetwork,
): Promise<RunningProgram> {
  const config = machine.write(
    "dhcpd.conf",
    `authoritative;
default-lease-time 600;
ping-check off;
ddns-updates on;
ddns-update-style ${style};
ignore client-updates;
update-optimization false;
ddns-domainname "${forward}";
key ${key.name} { algorithm ${key.algorithm}; secret "${key.secret}"; };
zone ${forward}. { primary ${primary}; key ${key.name}; }
zone ${reverse}. { primary ${primary}; key ${key.name}; }
subnet ${network.subnet} netmask 255.255.255.0 { range ${network.first} ${network.last}; }
`,
  );
  const leases = machine.write("dhcpd.leases", "");
  const program = machine.start("dhcpd", [
    "-4",
    "-d",
    "-f",
    "--no-pid",
    "-cf",
    config,
    "-lf",
    leases,
    network.link,
  ]);
  await saysSo(program, "Server starting service");
  return program;
}

/** Kea and its program for updates of the DNS, D2. They guard names by DHCID records. */
export async function startKea(
  machine: Machine,
  { forward, reverse, primary, key }: RegisteredZones,
): Promise<{ readonly server: RunningProgram; readonly updater: RunningProgram }> {
  const { subnet, first, last, link } = foundryNetwork;
  const environment = {
    KEA_PIDFILE_DIR: join(machine.folder, "run"),
    KEA_LOCKFILE_DIR: join(machine.folder, "run"),
    KEA_LOGGER_DESTINATION: "stdout",
  };
  const domains = (name: string) => ({
    "ddns-domains": [{ name: `${name}.`, "key-name": key.name, "dns-servers": [{ "ip-address": primary }] }],
  });
  const updaterConfig = {
    DhcpDdns: {
      "ip-address": "127.0.0.1",
      port: 53_001,
      "dns-server-timeout": 2000,
      "tsig-keys": [{ name: key.name, algorithm: key.algorithm.toUpperCase(), secret: key.secret }],
      "forward-ddns": domains(forward),
      "reverse-ddns": domains(reverse),
    },
  };
  const serverConfig = {
    Dhcp4: {
      "interfaces-config": { interfaces: [link] },
      "lease-database": { type: "memfile", persist: false },
      "valid-lifetime": 600,
      "dhcp-ddns": { "enable-updates": true, "server-ip": "127.0.0.1", "server-port": 53_001 },
      "ddns-qualifying-suffix": `${forward}.`,
      "ddns-override-client-update": true,
      "ddns-override-no-update": true,
      subnet4: [
        {
          subnet: `${subnet}/24`,
          pools: [{ pool: `${first} - ${last}` }],
        },
      ],
    },
  };
  const started = (program: string, config: object) =>
    machine.start(program, ["-c", machine.write(`${program}.json`, JSON.stringify(config))], environment);
  const updater = started("kea-dhcp-ddns", updaterConfig);
  await saysSo(updater, "DHCP_DDNS_STARTED");
  const server = started("kea-dhcp4", serverConfig);
  await saysSo(server, "DHCP4_STARTED");
  return { server, updater };
}

async function saysSo(program: RunningProgram, words: string): Promise<void> {
  const said = () => {
    if (!program.isRunning()) throw new Error(`it ended:\n${program.log()}`);
    return program.log().includes(words) || undefined;
  };
  await until(words, said, { told: program.log });
}
