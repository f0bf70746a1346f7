/**
 * How each name server is told what to serve, and with how many workers. Each is set up for speed and for the
 * same answers: no limit on responses, no sections that a client can do without, no transfers, no journals.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DnsConfig } from "../src/capabilities/dns/config.ts";
import { findProgram } from "../test/peers.ts";

export interface BenchZone {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
}

export interface Arrangement {
  /** Where the server may write. */
  readonly folder: string;
  readonly port: number;
  readonly zones: readonly BenchZone[];
  /** Threads or processes that answer queries. */
  readonly workers: number;
}

interface Program {
  readonly name: string;
  /** Debian package that brings it. */
  readonly debianPackage?: string;
  /** Writes its configuration and returns the command that starts it. */
  arrange(arrangement: Arrangement, program: string): readonly string[];
  version(program: string): string;
}

const projectFolder = join(import.meta.dirname, "..");

const homeport: Program = {
  name: "homeport",
  arrange({ folder, port, zones, workers }, program) {
    mkdirSync(join(folder, "data"), { mode: 0o700 });
    const list = zones.map(({ name, file }) => `    - { name: ${name}, file: ${file} }`).join("\n");
    const setting = homeportHasWorkers() ? `  workers: ${workers}\n` : "";
    const site = join(folder, "site.yaml");
    writeFileSync(site, `site: bench\ndns:\n  listen: ["127.0.0.1:${port}"]\n${setting}  zones:\n${list}\n`);
    const words = ["start", "--site", site, "--data", join(folder, "data")];
    return [program, join(projectFolder, "src/main.ts"), ...words];
  },
  version() {
    const { version } = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8"));
    const commit = saidBy("git", ["-C", projectFolder, "rev-parse", "--short", "HEAD"]).trim();
    const changed = saidBy("git", ["-C", projectFolder, "status", "--porcelain", "src"]) !== "";
    const source = commit === "" ? "" : ` (${commit}${changed ? " and changes" : ""})`;
    return `Homeport ${version}${source} on Node ${process.versions.node}`;
  },
};

const named: Program = {
  name: "named",
  debianPackage: "bind9",
  arrange({ folder, port, zones, workers }, program) {
    const list = zones.map(({ name, file }) => `zone "${name}" { type primary; file "${file}"; };`);
    const options = [
      `directory "${folder}"`,
      `listen-on port ${port} { 127.0.0.1; }`,
      "listen-on-v6 { none; }",
      "pid-file none",
      "session-keyfile none",
      "recursion no",
      "minimal-responses yes",
      "notify no",
      "allow-transfer { none; }",
      "max-records-per-type 0",
    ];
    const file = join(folder, "named.conf");
    writeFileSync(file, `options { ${options.join("; ")}; };\ncontrols {};\n${list.join("\n")}\n`);
    return [program, "-g", "-n", String(workers), "-c", file];
  },
  version: (program) => (saidBy(program, ["-v"]).match(/BIND [\w.]+/) ?? ["BIND"])[0],
};

const knotd: Program = {
  name: "knotd",
  debianPackage: "knot",
  arrange({ folder, port, zones, workers }, program) {
    const list = zones.map(
      ({ name, file }) =>
        `  - domain: ${name}\n    file: ${file}\n    zonefile-load: whole\n    journal-content: none`,
    );
    const server = [
      "server:",
      `  rundir: ${folder}`,
      `  listen: 127.0.0.1@${port}`,
      `  udp-workers: ${workers}`,
      `  tcp-workers: ${workers}`,
      "  background-workers: 1",
      `database:\n  storage: ${folder}`,
    ];
    const file = join(folder, "knot.conf");
    writeFileSync(file, `${server.join("\n")}\nzone:\n${list.join("\n")}\n`);
    return [program, "-c", file];
  },
  version: (program) => (saidBy(program, ["-V"]).match(/[\d.]+/) ?? [""])[0].replace(/^/, "Knot "),
};

const nsd: Program = {
  name: "nsd",
  debianPackage: "nsd",
  arrange({ folder, port, zones, workers }, program) {
    const list = zones.map(({ name, file }) => `zone:\n  name: ${name}\n  zonefile: ${file}`);
    const server = [
      "server:",
      `  ip-address: 127.0.0.1@${port}`,
      `  server-count: ${workers}`,
      `  reuseport: ${workers > 1 ? "yes" : "no"}`,
      "  minimal-responses: yes",
      "  rrl-ratelimit: 0",
      "  rrl-whitelist-ratelimit: 0",
      `  zonesdir: "${folder}"`,
      `  database: ""`,
      `  pidfile: "${folder}/nsd.pid"`,
      `  xfrdfile: "${folder}/xfrd.state"`,
      `  zonelistfile: "${folder}/zone.list"`,
      `  xfrdir: "${folder}"`,
      `  username: ""`,
      "remote-control:\n  control-enable: no",
    ];
    const file = join(folder, "nsd.conf");
    writeFileSync(file, `${server.join("\n")}\n${list.join("\n")}\n`);
    return [program, "-d", "-c", file];
  },
  version: (program) => (saidBy(program, ["-v"]).match(/[\d.]+\d/) ?? [""])[0].replace(/^/, "NSD "),
};

/** In the order of the tables. */
const programs: readonly Program[] = [homeport, named, knotd, nsd];

export const serverNames: readonly string[] = programs.map(({ name }) => name);

export function installedServers(): string[] {
  return serverNames.filter((name) => programFile(name) !== undefined);
}

/** "knotd is not installed; Debian package knot brings it" for each that is missing. */
export function missingServers(): string[] {
  return programs
    .filter(({ name }) => programFile(name) === undefined)
    .map(({ name, debianPackage }) => `${name} is not installed; Debian package ${debianPackage} brings it`);
}

/** Writes the configuration of an installed server; returns the command that starts it. */
export function arrangeServer(name: string, arrangement: Arrangement): readonly string[] {
  return programCalled(name).arrange(arrangement, programFile(name)!);
}

export function serverVersion(name: string): string {
  return programCalled(name).version(programFile(name)!);
}

/** Whether Homeport can be told how many threads are to answer. */
export function homeportHasWorkers(): boolean {
  return DnsConfig.safeParse({ workers: 1 }).success;
}

function programCalled(name: string): Program {
  return programs.find((program) => program.name === name)!;
}

function programFile(name: string): string | undefined {
  return name === "homeport" ? process.execPath : findProgram(name);
}

/** Both outputs: NSD says its version on standard error. */
function saidBy(program: string, words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  return `${stdout ?? ""}${stderr ?? ""}`;
}
