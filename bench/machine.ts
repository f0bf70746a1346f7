/** What a measurement was made on, and on which cores. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { findProgram } from "../test/peers.ts";

export interface Cores {
  /** Of the server that is measured. */
  readonly server: string;
  /** Of whatever asks. The same one when there is no other. */
  readonly client: string;
  /** Both, for servers with two workers. */
  readonly both: string;
}

/** The last core that this process may use is the server's: the first ones have most interrupts. */
export function chooseCores(allowed: readonly number[]): Cores {
  const server = allowed.at(-1)!;
  const client = allowed.at(-2) ?? server;
  return { server: String(server), client: String(client), both: [...new Set([client, server])].join(",") };
}

/** `0-2,5` is 0, 1, 2 and 5: cpuset(7), "List format". */
export function parseCoreList(list: string): number[] {
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, index) => first! + index);
  });
}

export function allowedCores(): number[] {
  const status = readFileSync("/proc/self/status", "utf8");
  return parseCoreList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "0");
}

/** Keeps this program, and what it starts, on a core. */
export function pinThisProgram(core: string): void {
  spawnSync("taskset", ["-acp", core, String(process.pid)], { stdio: "ignore" });
}

/** One sentence a line. */
export function machineLines(cores: Cores): string[] {
  const list = cpus();
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const lines = [
    `${list[0]?.model.trim() ?? "unknown processor"}, ${list.length} cores, ${memory}; Linux ${release()}`,
  ];
  if (cores.client === cores.server) lines.push("There is one core: the server and dnsperf share it.");
  else {
    const siblings = siblingsOf(cores.server);
    const twins = siblings.includes(Number(cores.client)) ? ", which are threads of one physical core" : "";
    lines.push(`Servers on core ${cores.server}, dnsperf on core ${cores.client}${twins}.`);
  }
  return lines;
}

export function dnsperfVersion(): string | undefined {
  if (findProgram("dnsperf") === undefined) return undefined;
  const { stdout, stderr } = spawnSync("dnsperf", ["-h"], { encoding: "utf8" });
  return /Version ([\d.]+)/.exec(`${stdout}${stderr}`)?.[1] ?? "of an unknown version";
}

function siblingsOf(core: string): number[] {
  try {
    const file = `/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`;
    return parseCoreList(readFileSync(file, "utf8").trim());
  } catch {
    return [];
  }
}
