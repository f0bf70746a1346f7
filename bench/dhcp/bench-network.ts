/**
 * Two network namespaces with a cable between them: in one the server, in the other everything that asks.
 * Nothing of it is seen outside, and it goes when the benchmark ends, however it ends.
 */
import { spawnSync } from "node:child_process";

/** The subnet that clients are of, with room for 262,144 addresses. */
export const benchSubnet = { address: "10.64.0.0", prefixLength: 14, netmask: "255.252.0.0" } as const;
export const serverAddress = "10.64.0.1";
/** Of what asks: perfdhcp and our own clients are relay agents, and so need only one address. */
export const relayAddress = "10.64.0.2";
export const serverInterface = "dhcp0";
export const relayInterface = "relay0";

export class BenchNetwork implements Disposable {
  private readonly server = `homeport-bench-${process.pid}-server`;
  private readonly clients = `homeport-bench-${process.pid}-clients`;
  private readonly onExit = (): void => this.remove();

  /** Throws with what `ip` says: making namespaces needs root. */
  constructor() {
    process.on("exit", this.onExit); // on Ctrl-C too: the workplace ends the process then
    try {
      this.make();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The command, so that it runs beside the server. */
  besideServer(command: readonly string[]): string[] {
    return ["ip", "netns", "exec", this.server, ...command];
  }

  /** The command, so that it runs where clients are. */
  amongClients(command: readonly string[]): string[] {
    return ["ip", "netns", "exec", this.clients, ...command];
  }

  /** So far, by all that ask: answers that came while the buffer of the socket was full. */
  answersMissed(): number {
    const [program, ...words] = this.amongClients(["cat", "/proc/net/snmp"]);
    const { stdout } = spawnSync(program!, words, { encoding: "utf8" });
    return datagramsMissed(stdout);
  }

  [Symbol.dispose](): void {
    process.off("exit", this.onExit);
    this.remove();
  }

  private make(): void {
    const { server, clients } = this;
    ip("netns", "add", server);
    ip("netns", "add", clients);
    const cable = ["type", "veth", "peer", "name", relayInterface, "netns", clients];
    ip("-n", server, "link", "add", serverInterface, ...cable);
    const ends = [
      [server, serverInterface, serverAddress],
      [clients, relayInterface, relayAddress],
    ] as const;
    for (const [namespace, device, address] of ends) {
      ip("-n", namespace, "link", "set", "lo", "up");
      ip("-n", namespace, "address", "add", `${address}/${benchSubnet.prefixLength}`, "dev", device);
      ip("-n", namespace, "link", "set", device, "up");
    }
  }

  private remove(): void {
    for (const name of [this.server, this.clients]) {
      spawnSync("ip", ["netns", "delete", name], { stdio: "ignore" }); // it may not have come to be
    }
  }
}

/** `RcvbufErrors` in /proc/net/snmp, proc_pid_net(5): the head of a line has the names. */
export function datagramsMissed(snmp: string): number {
  const [names, values] = snmp
    .split("\n")
    .filter((line) => line.startsWith("Udp:"))
    .map((line) => line.split(" "));
  const missed = Number(values?.[names?.indexOf("RcvbufErrors") ?? -1]);
  if (Number.isNaN(missed)) throw new Error(`/proc/net/snmp has no RcvbufErrors of UDP:\n${snmp}`);
  return missed;
}

function ip(...words: string[]): void {
  const { status, stderr, error } = spawnSync("ip", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${error?.message ?? stderr.trim()}`);
}
