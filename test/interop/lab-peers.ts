/** Real name servers with a config of their own, each in a folder and on a port of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { findProgram } from "../peers.ts";
import { dig, freePort, until } from "./lab-tools.ts";

export type PeerName = "named" | "knotd" | "nsd";

export const peerPackageOf: Readonly<Record<PeerName, string>> = {
  named: "bind9",
  knotd: "knot",
  nsd: "nsd",
};

export interface LabKey {
  readonly name: string;
  readonly algorithm: string;
  /** In base64. */
  readonly secret: string;
}

export const algorithms = [
  "hmac-md5",
  "hmac-sha1",
  "hmac-sha224",
  "hmac-sha256",
  "hmac-sha384",
  "hmac-sha512",
] as const;

export function keyOf(algorithm: string): LabKey {
  return { name: `key-${algorithm}`, algorithm, secret: Buffer.alloc(32, algorithm).toString("base64") };
}

export function bindKey({ name, algorithm, secret }: LabKey): string {
  return `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };\n`;
}

export class LabPeer {
  readonly program: PeerName;
  readonly port: number;
  readonly folder = mkdtempSync(join(tmpdir(), "homeport-peer-"));
  private child: ChildProcess | undefined;
  private text = "";

  private constructor(program: PeerName, port: number) {
    this.program = program;
    this.port = port;
  }

  /** Its folder and port stand; `start` starts it. */
  static async place(t: Pick<TestContext, "after">, program: PeerName): Promise<LabPeer> {
    const peer = new LabPeer(program, await freePort());
    t.after(async () => {
      await peer.stop();
      rmSync(peer.folder, { recursive: true, force: true });
    });
    return peer;
  }

  write(file: string, text: string): string {
    const path = join(this.folder, file);
    writeFileSync(path, text);
    return path;
  }

  /** `config`: what stands beside the options that each lab needs. */
  async start(config: string): Promise<void> {
    const file = this.write("config", frameOf[this.program](this, config));
    const args = {
      named: ["-g", "-d", "3", "-n", "1", "-c", file],
      knotd: ["-c", file],
      nsd: ["-d", "-c", file],
    };
    const child = spawn(findProgram(this.program)!, args[this.program], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (this.text += text));
    const ended = once(child, "close").then(() => {
      throw new Error(`${this.program} ended:\n${this.text}`);
    });
    ended.catch(() => {});
    const answers = until(`${this.program} answers`, async () => {
      const text = await dig(this.port, ".", "SOA", "+tries=1", "+time=1");
      return text.includes("status:") ? true : undefined;
    });
    await Promise.race([answers, ended]);
  }

  /** Reads another config, as named and knotd do on SIGHUP. */
  reload(config: string): void {
    this.write("config", frameOf[this.program](this, config));
    this.signal("SIGHUP");
  }

  /** What it has logged till now. */
  log(): string {
    return this.text;
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    // nsd has children that its end by SIGKILL would leave behind
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 5000);
    await exited;
    clearTimeout(late);
  }
}

type Place = Pick<LabPeer, "folder" | "port">;

const frameOf: Readonly<Record<PeerName, (place: Place, config: string) => string>> = {
  named: ({ folder, port }, config) => {
    const [options = "", statements = ""] = config.split("---\n");
    return `options { directory "${folder}"; pid-file none; session-keyfile "${folder}/session.key";
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; empty-zones-enable no; notify-delay 0;
  transfers-in 20; transfers-per-ns 20;
  max-records-per-type 0; max-ixfr-ratio unlimited;
${options}};
controls { };
${statements}`;
  },
  knotd: ({ folder, port }, config) => `server:
  rundir: "${folder}"
  listen: 127.0.0.1@${port}
  pidfile: "${folder}/knot.pid"
  udp-workers: 1
  tcp-workers: 1
  background-workers: 2
log:
  - target: stderr
    any: info
database:
  storage: "${folder}"
${config}`,
  nsd: ({ folder, port }, config) => `server:
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/xfrd.state"
  xfrdir: "${folder}"
  zonelistfile: "${folder}/zone.list"
  server-count: 1
  rrl-ratelimit: 0
  xfrd-reload-timeout: 0
  verbosity: 3
remote-control:
  control-enable: no
${config}`,
};
