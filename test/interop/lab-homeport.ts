/**
 * Homeport as users run it: a program of its own through `src/main.ts`, with a store and a folder of its own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { type Ended, freePort, run } from "./lab-tools.ts";

const main = join(import.meta.dirname, "../../src/main.ts");

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [fact: string]: unknown;
}

export interface LabSite {
  /** The `dns` section of site.yaml, without `listen`. */
  readonly dns: Readonly<Record<string, unknown>>;
  readonly ddns?: Readonly<Record<string, unknown>>;
  /** Files of the site folder by their path in it. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Ports stay the same as long as the test runs: other servers are told of them before it starts. */
export class LabHomeport {
  readonly port: number;
  readonly folder = mkdtempSync(join(tmpdir(), "homeport-lab-"));
  /** Of the program, beside the test's own. */
  environment: Readonly<Record<string, string>> = {};
  private child: ChildProcess | undefined;
  private errors = "";

  private constructor(port: number) {
    this.port = port;
  }

  /** Its folder and port stand; `start` starts it. */
  static async place(t: Pick<TestContext, "after">): Promise<LabHomeport> {
    const homeport = new LabHomeport(await freePort());
    t.after(async () => {
      await homeport.stop();
      rmSync(homeport.folder, { recursive: true, force: true });
    });
    return homeport;
  }

  static async start(t: Pick<TestContext, "after">, site: LabSite): Promise<LabHomeport> {
    const homeport = await LabHomeport.place(t);
    await homeport.start(site);
    return homeport;
  }

  write(file: string, text: string): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o600 });
  }

  writeSite({ dns, ddns, files = {} }: LabSite): void {
    for (const [file, text] of Object.entries(files)) this.write(file, text);
    const section = { listen: [`127.0.0.1:${this.port}`], workers: 1, ...dns };
    const other = ddns === undefined ? "" : `ddns: ${JSON.stringify(ddns)}\n`;
    this.write("site.yaml", `site: lab\ndns: ${JSON.stringify(section)}\n${other}`);
  }

  /** With the site as it was written last when none is given. */
  async start(site?: LabSite): Promise<void> {
    if (site !== undefined) this.writeSite(site);
    const words = ["start", "--json", "--site", join(this.folder, "site.yaml"), "--data", this.dataFolder];
    const child = spawn(process.execPath, [main, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...this.environment },
    });
    this.child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.errors += text));
    let printed = "";
    const started = new Promise<void>((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        if (printed.endsWith("}\n")) resolve(); // the end of the document
      });
    });
    const ended = once(child, "close").then(([code]) => {
      throw new Error(`Homeport ended with ${code}: ${printed}\n${this.errors}`);
    });
    ended.catch(() => {});
    await Promise.race([started, ended]);
  }

  get dataFolder(): string {
    return join(this.folder, "data");
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when it has ended. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.isRunning) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  /** Ends without a signal from here, such as by `rndc stop`. */
  async ended(): Promise<number | null> {
    const { child } = this;
    if (child !== undefined && this.isRunning) await once(child, "exit");
    return child?.exitCode ?? null;
  }

  async reload(site: LabSite): Promise<Ended> {
    this.writeSite(site);
    return this.command("reload");
  }

  /** Runs `homeport WORDS --data FOLDER`. */
  command(...words: readonly string[]): Promise<Ended> {
    return run(process.execPath, [main, ...words, "--data", this.dataFolder]);
  }

  /** What it has logged till now, over all its starts. */
  log(): readonly LogLine[] {
    return this.errors
      .split("\n")
      .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as LogLine] : []));
  }

  logText(): string {
    return this.errors;
  }
}
