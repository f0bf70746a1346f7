/** Relay agents, each on a machine whose `eth0` is at the server's network and `eth1` at the clients'. */
import type { Machine, RunningProgram } from "./machine.ts";

export interface RelayAgent {
  readonly program: string;
  readonly debianPackage: string;
  /** What it says when it listens. */
  readonly listens: string;
  readonly start: (machine: Machine, addresses: RelayAddresses) => RunningProgram;
}

export interface RelayAddresses {
  readonly server: string;
  /** The relay's own in the clients' network. */
  readonly relay: string;
}

/** Tells the server by option 82 at which link a client is; clients get replies without it. RFC 3046. */
export const dhcrelay: RelayAgent = {
  program: "dhcrelay",
  debianPackage: "isc-dhcp-relay",
  listens: "Sending on   Socket",
  start: (machine, { server }) =>
    machine.start("dhcrelay", ["-4", "-d", "--no-pid", "-a", "-iu", "eth0", "-id", "eth1", server]),
};

/** Adds nothing. */
export const dnsmasqRelay: RelayAgent = {
  program: "dnsmasq",
  debianPackage: "dnsmasq-base",
  listens: "DHCP relay from",
  start(machine, { server, relay }) {
    const config = machine.write("dnsmasq.conf", `port=0\ndhcp-relay=${relay},${server}\nlog-dhcp\n`);
    return machine.start("dnsmasq", ["-k", "-C", config, "--log-facility=-", "--pid-file="]);
  },
};
