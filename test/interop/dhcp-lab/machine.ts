/** A machine of the lab: a network, a host name and the folders that DHCP programs keep state in, its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findProgram } from "../../peers.ts";
import type { NetworkNamespace } from "../../scenarios/network-namespace.ts";
import { type Ended, run, until } from "../lab-tools.ts";

/**
 * Puts the machine's folders over the system's, in mounts that nobody else sees, and becomes the program.
 * /sys cannot be written, as in a container: systemd-networkd then does without udev. The program ends with
 * the test that started it, also when that is killed.
 */
const privately = `mount -o remount,bind,ro /sys
for place in /run /var/lib/dhcp /var/lib/dhcpcd /var/lib/kea /etc/resolv.conf /etc/machine-id; do
  if [ -e "$place" ]; then mount --bind "$1$place" "$place"; fi
done
hostname "$2"
shift 2
exec setpriv --pdeathsig KILL "$@"`;

export interface RunningProgram {
  readonly pid: number;
  /** What it has said till now. */
  readonly log: () => string;
  readonly isRunning: () => boolean;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Resolves when it has ended. */
  readonly stop: () => Promise<void>;
}

export class Machine {
  readonly name: string;
  readonly folder: string;
  readonly namespaceName: string;
  readonly ip: NetworkNamespace["ip"];
  private readonly network: NetworkNamespace;
  private readonly running: RunningProgram[] = [];
  private links = 0;

  constructor({ name, network, folder }: { name: string; network: NetworkNamespace; folder: string }) {
    this.name = name;
    this.network = network;
    this.folder = folder;
    this.ip = network.ip;
    this.namespaceName = network.runner.at(-1)!;
    for (const place of ["run", "var/lib/dhcp", "var/lib/dhcpcd", "var/lib/kea"])
      mkdirSync(join(folder, place), { recursive: true });
    this.write("etc/resolv.conf", "");
    this.write("etc/machine-id", `${Buffer.alloc(16, name).toString("hex")}\n`);
  }

  /** The name that the next network link has. */
  newLink(): string {
    return `eth${this.links++}`;
  }

  /** A file in the machine's folder; where it is. */
  write(file: string, text: string, mode = 0o644): string {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
    return path;
  }

  /** Runs a program to its end. Never rejects for what it says or how it ends. */
  run(program: string, ...words: readonly string[]): Promise<Ended> {
    const [command, ...args] = this.commandOf(program, words);
    return run(command!, args);
  }

  /** Starts a program that stays in the foreground. */
  start(program: string, words: readonly string[], environment: NodeJS.ProcessEnv = {}): RunningProgram {
    const [command, ...args] = this.commandOf(program, words);
    const child = spawn(command!, args, {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    const started = runningProgram(child);
    this.running.push(started);
    return started;
  }

  /** The newest first, for it may need the others to say goodbye; then what they have left behind. */
  async stopAll(): Promise<void> {
    for (const program of this.running.toReversed()) await program.stop();
    const { output } = await run("ip", ["netns", "pids", this.namespaceName]);
    for (const pid of output.split("\n").filter((line) => line !== "")) endProcess(Number(pid));
  }

  /** IPv4 addresses of a link. */
  async addresses(link = "eth0"): Promise<readonly string[]> {
    const { output } = await run("ip", [
      "-n",
      this.namespaceName,
      "-4",
      "-o",
      "address",
      "show",
      "dev",
      link,
    ]);
    return [...output.matchAll(/ inet ([\d.]+)/g)].map(([, address]) => address!);
  }

  /** Resolves with the one address of its link, when it has one that will do. */
  address({
    link = "eth0",
    which = () => true,
    told = () => "",
    withinMs = 15_000,
  }: {
    link?: string;
    which?: (address: string) => boolean;
    told?: () => string;
    withinMs?: number;
  } = {}): Promise<string> {
    const attempt = async () => {
      const addresses = await this.addresses(link);
      return addresses.length === 1 && which(addresses[0]!) ? addresses[0] : undefined;
    };
    return until(`${this.name} has an address`, attempt, { withinMs, told });
  }

  /** What `dig +short WORDS` prints, a line each. */
  async lookUp(server: string, ...words: readonly string[]): Promise<readonly string[]> {
    const { output } = await this.run("dig", `@${server}`, "+short", "+tries=2", "+time=2", ...words);
    return output.split("\n").filter((line) => line !== "");
  }

  private commandOf(program: string, words: readonly string[]): readonly string[] {
    const inside = [findProgram(program) ?? program, ...words];
    return [
      ...this.network.runner,
      "unshare",
      "--uts",
      "sh",
      "-ec",
      privately,
      "sh",
      this.folder,
      this.name,
      ...inside,
    ];
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}

function runningProgram(child: ChildProcess): RunningProgram {
  let said = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "exit");
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid!,
    log: () => said,
    isRunning,
    signal: (signal) => void child.kill(signal),
    async stop() {
      if (!isRunning()) return;
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 3000);
      await ended;
      clearTimeout(late);
    },
  };
}
