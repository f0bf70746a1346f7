/** Homeport on a machine of the lab, with its own site folder and store. */
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { type Ended, until } from "../lab-tools.ts";
import type { Machine, RunningProgram } from "./machine.ts";

const main = join(import.meta.dirname, "../../../src/main.ts");

export interface LabSite {
  readonly domain?: string;
  /** Sections of site.yaml. */
  readonly dns?: Readonly<Record<string, unknown>> | undefined;
  readonly dhcp?: Readonly<Record<string, unknown>>;
  readonly ddns?: Readonly<Record<string, unknown>>;
  /** Files of the site folder by their path in it. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [fact: string]: unknown;
}

/** What tests look at of a lease. */
export interface LabLease {
  readonly address: string;
  readonly state: string;
  readonly hardwareAddress: string | null;
  readonly hostName: string | null;
  readonly name: string | null;
  readonly nameProblem: string | null;
  readonly reservation: string | null;
  readonly expiresAt: string | null;
  readonly circuitId: string | null;
}

export class HomeportMachine {
  readonly machine: Machine;
  private program: RunningProgram | undefined;

  private constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Its site is written; `start` starts it. */
  static place(machine: Machine, site: LabSite): HomeportMachine {
    const homeport = new HomeportMachine(machine);
    homeport.writeSite(site);
    return homeport;
  }

  static async start(machine: Machine, site: LabSite): Promise<HomeportMachine> {
    const homeport = HomeportMachine.place(machine, site);
    await homeport.start();
    return homeport;
  }

  /** With the site as it was written last. */
  async start(): Promise<void> {
    const words = [main, "start", "--json", "--site", join(this.machine.folder, "site.yaml")];
    const program = this.machine.start(process.execPath, [...words, ...this.dataWords]);
    this.program = program;
    const isUp = () => {
      if (!program.isRunning()) throw new Error(`Homeport ended:\n${program.log()}`);
      return /^}$/m.test(program.log()) || undefined; // the end of the document
    };
    await until("Homeport has started", isUp, { told: program.log });
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.program?.signal(signal);
    await this.program?.stop();
  }

  writeSite({ domain, dns, dhcp, ddns, files = {} }: LabSite): void {
    for (const [file, text] of Object.entries(files)) this.machine.write(file, text, 0o600);
    const sections = Object.entries({ site: "lab", domain, dns, dhcp, ddns }).filter(
      ([, value]) => value !== undefined,
    );
    const lines = sections.map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`);
    this.machine.write("site.yaml", lines.join(""));
  }

  async reload(site: LabSite): Promise<void> {
    this.writeSite(site);
    const { code, output, errors } = await this.command("reload");
    if (code !== 0) throw new Error(`reload: ${output}${errors}`);
  }

  /** Runs `homeport WORDS --data FOLDER`. */
  command(...words: readonly string[]): Promise<Ended> {
    return this.machine.run(process.execPath, main, ...words, ...this.dataWords);
  }

  /** As the API tells them. */
  async leases(): Promise<readonly LabLease[]> {
    const socketPath = join(this.machine.folder, "data/homeport.sock");
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ socketPath, path: "/api/dhcp/leases" }, resolve).on("error", reject);
    });
    const text = await readText(response);
    if (response.statusCode !== 200) throw new Error(`leases: ${response.statusCode} ${text}`);
    return (JSON.parse(text) as { leases: readonly LabLease[] }).leases;
  }

  async leaseOf(address: string): Promise<LabLease | undefined> {
    return (await this.leases()).find((lease) => lease.address === address);
  }

  /** What it has logged till now. */
  log(): readonly LogLine[] {
    const lines = this.logText().split("\n");
    return lines.flatMap((line) => (line.startsWith('{"') ? [JSON.parse(line) as LogLine] : []));
  }

  logText(): string {
    return this.program?.log() ?? "";
  }

  private get dataWords(): readonly string[] {
    return ["--data", join(this.machine.folder, "data")];
  }
}
