/** Homeport as a program of its own, with one small zone, on ports that the kernel chooses. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

const smallZone = `$TTL 60
@ SOA ns1 admin 1 3600 600 86400 60
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.80
`;
const installed = join(import.meta.dirname, "../..");

export interface ProgramOptions {
  /** Records of the zone `lab.example`. */
  readonly zone?: string;
  /** Lines of the `dns` section of site.yaml. */
  readonly dns?: readonly string[];
  /** A command that runs it, such as `["ip", "netns", "exec", NAME]`. */
  readonly runner?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where its `src/` is, if not here. */
  readonly place?: string;
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [fact: string]: unknown;
}

export interface Program {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Of the first endpoint. */
  readonly port: number;
  readonly listening: readonly string[];
  /** What it has logged till now. */
  log(): readonly LogLine[];
  writeSite(dns: readonly string[]): void;
  /** Runs `homeport WORDS --data FOLDER`. */
  command(...words: readonly string[]): { readonly status: number | null; readonly stdout: string };
  end(): Promise<void>;
}

/** Throws an Error with all that it has said when it does not start. */
export async function startProgram(
  t: Pick<TestContext, "after">,
  options: ProgramOptions = {},
): Promise<Program> {
  const { runner = [], environment = {}, place = installed } = options;
  const folder = mkdtempSync(join(tmpdir(), "homeport-program-"));
  const site = join(folder, "site.yaml");
  const data = join(folder, "data");
  const writeSite = (lines: readonly string[]) =>
    writeFileSync(site, ["site: lab", "dns:", ...lines.map((line) => `  ${line}`), ""].join("\n"));
  writeFileSync(join(folder, "zone.db"), options.zone ?? smallZone);
  writeSite(options.dns ?? ['listen: ["127.0.0.1:0"]', ...zoneLines]);
  const words = [join(place, "src/main.ts"), "start", "--json", "--site", site, "--data", data];
  const [command, ...args] = [...runner, process.execPath, ...words];
  const env = { ...process.env, ...environment };
  const child = spawn(command!, args, { stdio: ["ignore", "pipe", "pipe"], env });
  const exited = once(child, "exit");
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
  const end = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await exited;
  };
  t.after(async () => {
    await end();
    rmSync(folder, { recursive: true });
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (printed += chunk));
  const started = new Promise<void>((resolve) => {
    child.stdout.on("data", () => {
      if (printed.endsWith("}\n")) resolve(); // the end of the document
    });
  });
  await Promise.race([
    started,
    once(child, "close").then(([code]) => {
      throw new Error(`it ended with ${code}: ${printed}${errors}`);
    }),
  ]);
  const status = JSON.parse(printed) as { capabilities?: { listening: string[] }[] };
  if (status.capabilities === undefined) throw new Error(`it ended with: ${printed}`);
  const { listening } = status.capabilities[0]!;
  return {
    child,
    folder,
    listening,
    port: Number(listening[0]!.split(":").at(-1)),
    log: () =>
      errors.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as LogLine] : [])),
    writeSite,
    command(...asked) {
      const said = spawnSync(process.execPath, [join(place, "src/main.ts"), ...asked, "--data", data], {
        encoding: "utf8",
      });
      return { status: said.status, stdout: said.stdout + said.stderr };
    },
    end,
  };
}

export const zoneLines: readonly string[] = ["zones: [{ name: lab.example, file: zone.db }]"];

/** A command that runs another with so many files at most. */
export function withOpenFiles(most: number): readonly string[] {
  return ["sh", "-c", `ulimit -n ${most} && exec "$@"`, "sh"];
}

/** Files that a process has open. */
export function openFiles(child: ChildProcess): number {
  return readdirSync(`/proc/${child.pid}/fd`).length;
}

/** Seconds of processor time that a process has taken, all threads together. proc_pid_stat(5). */
export function processorSeconds(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "latin1")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Octets of memory that a process has. proc_pid_status(5). */
export function residentOctets(child: ChildProcess): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "latin1"))![1]) * 1024;
}
