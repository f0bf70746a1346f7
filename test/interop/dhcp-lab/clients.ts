/** The DHCP clients that people have, each told to keep to its machine of the lab. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../lab-tools.ts";
import type { Machine, RunningProgram } from "./machine.ts";

export interface ClientOptions {
  /** Of the machine, when absent. */
  readonly hostName?: string;
  /** Asks the link by ARP whether an address is free, and declines it otherwise. dhcpcd and udhcpc can. */
  readonly asksTheLink?: boolean;
  /** Further words of the command line, or lines of the config file of dhclient, dhcpcd and networkd. */
  readonly more?: readonly string[];
}

export interface DhcpClient {
  readonly program: string;
  readonly debianPackage: string;
  /** On `eth0`. */
  readonly start: (machine: Machine, options?: ClientOptions) => RunningClient;
}

export interface RunningClient extends RunningProgram {
  /** Gives the address back and ends. */
  readonly release: () => Promise<void>;
}

export type ClientName = "dhclient" | "udhcpc" | "dhcpcd" | "networkd";

/** Sends no client identifier. */
const dhclient: DhcpClient = {
  program: "dhclient",
  debianPackage: "isc-dhcp-client",
  start(machine, { hostName = machine.name, more = [] } = {}) {
    const settings = [
      ...more,
      `send host-name "${hostName}";`,
      "timeout 10;",
      "retry 2;",
      "initial-interval 1;",
      "backoff-cutoff 2;",
    ];
    const config = machine.write("dhclient.conf", `${settings.join("\n")}\n`);
    const script = machine.write("dhclient-script", dhclientScript, 0o755);
    const [leases, pid] = [join(machine.folder, "leases"), join(machine.folder, "run/dhclient.pid")];
    const words = ["-4", "-d", "-cf", config, "-sf", script, "-lf", leases, "-pf", pid, "eth0"];
    const running = machine.start("dhclient", words);
    return {
      ...running,
      async release() {
        await machine.run("dhclient", "-r", ...words);
        await running.stop();
      },
    };
  },
};

const dhclientScript = `#!/bin/sh
case $reason in
PREINIT) ip link set "$interface" up ;;
BOUND | RENEW | REBIND | REBOOT)
  if [ -n "$old_ip_address" ] && [ "$old_ip_address" != "$new_ip_address" ]; then
    ip address flush dev "$interface"
  fi
  ip address replace "$new_ip_address/$new_subnet_mask" dev "$interface"
  for router in $new_routers; do ip route replace default via "$router"; done
  ;;
EXPIRE | FAIL | RELEASE | STOP) ip address flush dev "$interface" ;;
esac
`;

/** Sends a client identifier of type and MAC address. */
const udhcpc: DhcpClient = {
  program: "udhcpc",
  debianPackage: "udhcpc",
  start(machine, { hostName = machine.name, asksTheLink = false, more = [] } = {}) {
    const script = machine.write("udhcpc-script", udhcpcScript, 0o755);
    const given = ["-x", `hostname:${hostName}`, ...(asksTheLink ? ["-a"] : []), ...more];
    const words = ["-f", "-R", "-i", "eth0", "-s", script, "-t", "5", "-T", "2", "-A", "2", ...given];
    const running = machine.start("udhcpc", words);
    return { ...running, release: running.stop };
  },
};

const udhcpcScript = `#!/bin/sh
env >"$(dirname "$0")/told"
case $1 in
deconfig)
  ip address flush dev "$interface"
  ip link set "$interface" up
  ;;
bound | renew)
  ip address replace "$ip/$mask" dev "$interface"
  for gateway in $router; do ip route replace default via "$gateway"; done
  ;;
esac
`;

/** The variables that udhcpc handed to its script last. */
export function toldTo(machine: Machine): ReadonlyMap<string, string> {
  const lines = readFileSync(join(machine.folder, "told"), "utf8").split("\n");
  return new Map(lines.map((line) => [line.split("=")[0]!, line.slice(line.indexOf("=") + 1)]));
}

/** Identifies itself by a DUID, as RFC 4361 has it. */
const dhcpcd: DhcpClient = {
  program: "dhcpcd",
  debianPackage: "dhcpcd-base",
  start(machine, { hostName = machine.name, asksTheLink = false, more = [] } = {}) {
    const settings = [
      `hostname ${hostName}`,
      "duid",
      "ipv4only",
      "nodelay",
      "noipv4ll",
      asksTheLink ? "" : "noarp",
      ...more,
    ];
    const config = machine.write("dhcpcd.conf", `${settings.join("\n")}\n`);
    // A script of its own would have it change /etc/resolv.conf and the host name.
    const words = ["-f", config, "-c", "/bin/true"];
    const running = machine.start("dhcpcd", ["-B", "-d", ...words, "eth0"]);
    return {
      ...running,
      async release() {
        await machine.run("dhcpcd", ...words, "-k", "eth0");
        await until("dhcpcd has ended", () => !running.isRunning() || undefined, { told: running.log });
      },
    };
  },
};

/**
 * Identifies itself by a DUID made of the machine's id. Runs without D-Bus, udev or systemd as PID 1.
 * It never asks the link: version 252 would send DHCPDECLINE from the address that it has not, and cannot.
 */
const networkd: DhcpClient = {
  program: "../lib/systemd/systemd-networkd", // beside the folders of PATH
  debianPackage: "systemd",
  start(machine, { hostName = machine.name, more = [] } = {}) {
    const network = `[Match]
Name=eth0
[Network]
DHCP=ipv4
LinkLocalAddressing=no
IPv6AcceptRA=no
[DHCPv4]
Hostname=${hostName}
${more.join("\n")}
`;
    machine.write("run/systemd/network/10-eth0.network", network);
    const running = machine.start(networkd.program, [], {
      SYSTEMD_LOG_LEVEL: "debug",
      SYSTEMD_LOG_TARGET: "console",
    });
    return { ...running, release: running.stop };
  },
};

export const dhcpClients: Readonly<Record<ClientName, DhcpClient>> = { dhclient, udhcpc, dhcpcd, networkd };
