/**
 * Name servers as child processes: started with a set of zones, watched until they answer, weighed, ended.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nameOctets, parseName } from "#protocols/dns/name.ts";

export interface BenchZone {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
}

export interface Weighed {
  readonly server: string;
  /** From the start of the process to the first answer for the last zone. */
  readonly readyMs: number;
  readonly residentOctets: number;
}

type Arrange = (folder: string, port: number, zones: readonly BenchZone[]) => readonly [string, ...string[]];

const programFolder = join(import.meta.dirname, "..");

/** How each server is told what to serve. Peers that are not installed are left out. */
const arrangements: Readonly<Record<string, { readonly program: string; readonly arrange: Arrange }>> = {
  homeport: {
    program: process.execPath,
    arrange: (folder, port, zones) => {
      const list = zones.map(({ name, file }) => `    - { name: ${name}, file: ${file} }`).join("\n");
      writeFileSync(
        join(folder, "site.yaml"),
        `site: bench\ndns:\n  listen: ["127.0.0.1:${port}"]\n  zones:\n${list}\n`,
      );
      const data = join(folder, "data");
      const site = join(folder, "site.yaml");
      return [process.execPath, join(programFolder, "src/main.ts"), "start", "--site", site, "--data", data];
    },
  },
  named: {
    program: "/usr/sbin/named",
    arrange: (folder, port, zones) => {
      const list = zones
        .map(({ name, file }) => `zone "${name}" { type master; file "${file}"; };`)
        .join("\n");
      const options = `directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none; recursion no; max-records-per-type 0; session-keyfile none;`;
      writeFileSync(join(folder, "named.conf"), `options { ${options} };\ncontrols {};\n${list}\n`);
      return ["/usr/sbin/named", "-g", "-n", "1", "-c", join(folder, "named.conf")];
    },
  },
  knotd: {
    program: "/usr/sbin/knotd",
    arrange: (folder, port, zones) => {
      const list = zones
        .map(
          ({ name, file }) =>
            `  - domain: ${name}\n    file: ${file}\n    zonefile-load: whole\n    journal-content: none`,
        )
        .join("\n");
      const server = `server:\n  rundir: ${folder}\n  listen: 127.0.0.1@${port}\n  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1`;
      writeFileSync(
        join(folder, "knot.conf"),
        `${server}\ndatabase:\n  storage: ${folder}\nzone:\n${list}\n`,
      );
      return ["/usr/sbin/knotd", "-c", join(folder, "knot.conf")];
    },
  },
  nsd: {
    program: "/usr/sbin/nsd",
    arrange: (folder, port, zones) => {
      const list = zones.map(({ name, file }) => `zone:\n  name: ${name}\n  zonefile: ${file}`).join("\n");
      const server = [
        "server:",
        `  ip-address: 127.0.0.1@${port}`,
        "  server-count: 1",
        `  zonesdir: "${folder}"`,
        `  database: ""`,
        `  pidfile: "${folder}/nsd.pid"`,
        `  xfrdfile: "${folder}/xfrd.state"`,
        `  zonelistfile: "${folder}/zone.list"`,
        `  xfrdir: "${folder}"`,
        `  username: ""`,
        "remote-control:\n  control-enable: no",
      ];
      writeFileSync(join(folder, "nsd.conf"), `${server.join("\n")}\n${list}\n`);
      return ["/usr/sbin/nsd", "-d", "-c", join(folder, "nsd.conf")];
    },
  },
};

export function installedServers(): string[] {
  return Object.entries(arrangements)
    .filter(([, { program }]) => existsSync(program))
    .map(([server]) => server);
}

/** Starts a server, waits for its answer to the last zone's SOA, weighs it and ends it. */
export async function weigh(
  server: string,
  zones: readonly BenchZone[],
  patienceMs = 60_000,
): Promise<Weighed> {
  const folder = mkdtempSync(join(tmpdir(), `homeport-bench-${server}-`));
  mkdirSync(join(folder, "data"), { mode: 0o700 });
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const [program, ...words] = arrangements[server]!.arrange(folder, port, zones);
  const startedMs = performance.now();
  const child = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"], env: environment() });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2000);
  });
  try {
    await untilAnswered(port, zones.at(-1)!.name, child, patienceMs);
    const readyMs = performance.now() - startedMs;
    // what loading needed is given back now or not at all
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return { server, readyMs, residentOctets: residentOctets(child.pid!) };
  } catch (error) {
    throw new Error(`${server}: ${String(error)}\n${errors}`, { cause: error });
  } finally {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_COMPILE_CACHE: join(programFolder, "node_modules/.cache/homeport") };
}

async function untilAnswered(
  port: number,
  zone: string,
  child: ChildProcess,
  patienceMs: number,
): Promise<void> {
  const socket = createSocket("udp4");
  const query = Buffer.concat([
    Buffer.from("12340000000100000000" + "0000", "hex"),
    nameOctets(parseName(`${zone}.`)),
    Buffer.from("00060001", "hex"),
  ]);
  const answered = new Promise<void>((resolve) => {
    socket.on("message", (message) => {
      const answers = message.readUInt16BE(6);
      if ((message[3]! & 15) === 0 && answers > 0) resolve();
    });
  });
  socket.on("error", () => {}); // nobody listens yet
  const timer = setInterval(() => socket.send(query, port, "127.0.0.1"), 5);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`ended with ${code} before it answered`);
  });
  let patience: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    patience = setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
  });
  try {
    await Promise.race([answered, ended, late]);
  } finally {
    ended.catch(() => {});
    clearInterval(timer);
    clearTimeout(patience);
    socket.close();
  }
}

/** Of the process and its children: NSD serves from one. Shared pages are counted once, by the larger one. */
function residentOctets(pid: number): number {
  const children = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
    .stdout.split("\n")
    .filter(Boolean);
  const sizes = [pid, ...children.map(Number)].map((one) => {
    const status = readFileSync(`/proc/${one}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  });
  return Math.max(...sizes);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await exited;
  clearTimeout(hard);
}
