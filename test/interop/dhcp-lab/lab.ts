/** Machines on switches: network namespaces with private state, that DHCP is tried on. Linux and root. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { requirePeer } from "../../peers.ts";
import { networkNamespace } from "../../scenarios/network-namespace.ts";
import { Machine } from "./machine.ts";

/** A bridge in a namespace of its own. */
export interface Switch {
  readonly ip: (...words: readonly string[]) => void;
  /** A machine without an address of its own, for those who listen on the bridge, which is called `lan0`. */
  readonly onlooker: Machine;
}

export interface Plug {
  /** With the length of its prefix. */
  readonly address?: string;
  readonly mac?: string;
}

export class DhcpLab {
  private readonly t: TestContext;
  private readonly machines: Machine[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), "homeport-dhcp-lab-"));

  private constructor(t: TestContext) {
    this.t = t;
    t.after(async () => {
      for (const machine of this.machines.toReversed()) await machine.stopAll();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** Undefined, and the test skipped, when one of the programs is not there or there can be no namespaces. */
  static open(
    t: TestContext,
    ...programs: readonly (readonly [program: string, debianPackage: string])[]
  ): DhcpLab | undefined {
    for (const [program, debianPackage] of [...basics, ...programs])
      if (!requirePeer(t, program, debianPackage)) return undefined;
    if (networkNamespace(t) === undefined) return undefined;
    return new DhcpLab(t);
  }

  switch(): Switch {
    const onlooker = this.machine("switch");
    onlooker.ip("link", "add", "lan0", "type", "bridge", "forward_delay", "0");
    onlooker.ip("link", "set", "lan0", "up");
    return { ip: onlooker.ip, onlooker };
  }

  machine(name: string): Machine {
    const network = networkNamespace(this.t);
    if (network === undefined) throw new Error("no network namespace");
    network.ip("link", "set", "lo", "up");
    const machine = new Machine({ name, network, folder: mkdtempSync(join(this.folder, `${name}-`)) });
    this.machines.push(machine);
    return machine;
  }

  /** A cable between the switch and the next `ethN` of the machine. */
  plug(machine: Machine, { ip: switchIp }: Switch, plug: Plug & { readonly link?: string } = {}): void {
    const { address, mac, link = machine.newLink() } = plug;
    const port = `p${randomBytes(4).toString("hex")}`;
    switchIp("link", "add", port, "type", "veth", "peer", "name", link, "netns", machine.namespaceName);
    switchIp("link", "set", port, "master", "lan0", "up");
    if (mac !== undefined) machine.ip("link", "set", link, "address", mac);
    machine.ip("link", "set", link, "addrgenmode", "none", "up");
    if (address !== undefined) machine.ip("address", "add", address, "dev", link);
  }

  /** A machine with one cable. */
  plugged(name: string, lan: Switch, options: Plug = {}): Machine {
    const machine = this.machine(name);
    this.plug(machine, lan, options);
    return machine;
  }
}

const basics = [
  ["ip", "iproute2"],
  ["nft", "nftables"],
  ["tcpdump", "tcpdump"],
  ["dig", "bind9-dnsutils"],
] as const;

/** What this machine sends to a DHCP server directly gets lost on the switch; what it broadcasts does not. */
export async function blockUnicast(lan: Switch, mac: string): Promise<void> {
  const rule = `ether saddr ${mac} ip daddr != 255.255.255.255 udp dport 67 drop`;
  await nft(
    lan,
    `table bridge lab${idOf(mac)} { chain forward { type filter hook forward priority 0; ${rule}; }; }`,
  );
}

export async function allowUnicast(lan: Switch, mac: string): Promise<void> {
  await nft(lan, `delete table bridge lab${idOf(mac)}`);
}

const idOf = (mac: string): string => mac.replaceAll(":", "");

async function nft({ onlooker }: Switch, ruleset: string): Promise<void> {
  const { code, errors } = await onlooker.run("nft", ruleset);
  if (code !== 0) throw new Error(`nft: ${errors}`);
}
