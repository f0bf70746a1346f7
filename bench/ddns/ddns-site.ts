/** A Homeport with zones of its own and a section `ddns`, as a program that is measured. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type ApiClient, NotRunning } from "#contracts/command.ts";
import { createApiClient } from "#surfaces/cli/api-client.ts";
import { freePort, untilAnswered } from "../name-servers.ts";
import type { ProcessGroup } from "../process-group.ts";
import type { Workplace } from "../workplace.ts";
import { apexLines, writeLines } from "../zone-files.ts";
import { type SiteWish, siteLines } from "./site-lines.ts";

const mainFile = join(import.meta.dirname, "../../src/main.ts");
const compileCache = join(import.meta.dirname, "../../node_modules/.cache/homeport");
const patienceMs = 60_000;

export interface DdnsSiteOptions {
  /** What else the site file says. */
  readonly wish?: Omit<SiteWish, "zone">;
  /** Words before the command, which enter a network namespace for instance. */
  readonly through?: readonly string[];
}

/** Keeps its data and its ports when it is started again. */
export class DdnsSite {
  readonly zone = "ddns.example";
  /** Of the name server, on 127.0.0.1. */
  readonly port: number;
  readonly folder: string;
  readonly api: ApiClient;
  private readonly place: Workplace;
  private readonly through: readonly string[] | undefined;
  private running: ProcessGroup | undefined;

  static async start(place: Workplace, options: DdnsSiteOptions = {}): Promise<DdnsSite> {
    const site = new DdnsSite(place, await freePort(), options);
    await site.restart();
    return site;
  }

  private constructor(place: Workplace, port: number, { wish = {}, through }: DdnsSiteOptions) {
    this.place = place;
    this.port = port;
    this.through = through;
    this.folder = place.newFolder("homeport");
    const file = join(this.folder, "zone.db");
    writeLines(file, apexLines());
    writeLines(join(this.folder, "site.yaml"), siteLines({ ...wish, zone: { name: this.zone, file, port } }));
    this.api = createApiClient(() => join(this.folder, "data", "homeport.sock"));
  }

  get group(): ProcessGroup {
    return this.running!;
  }

  /** The file that the method `command` of the site file reads. */
  static addressFile(place: Workplace): string {
    return join(place.folder, "address");
  }

  /** Resolves once all of it runs; returns how long the first answer took, in milliseconds. */
  async restart(): Promise<number> {
    await this.end();
    const startedMs = performance.now();
    const words = ["--site", join(this.folder, "site.yaml"), "--data", join(this.folder, "data")];
    this.running = this.place.start(
      [...(this.through ?? []), process.execPath, mainFile, "start", ...words],
      { env: { ...process.env, NODE_COMPILE_CACHE: compileCache } },
    );
    if (this.through === undefined) {
      await untilAnswered(this.port, this.zone, this.running, patienceMs).catch((error: Error) => {
        throw new Error(`homeport: ${error.message}\n${this.running!.errors}`, { cause: error });
      });
    }
    const answeredMs = performance.now() - startedMs;
    await this.untilWhole();
    return answeredMs;
  }

  /** The API comes last. */
  private async untilWhole(): Promise<void> {
    for (const untilMs = performance.now() + patienceMs; ; await delay(20)) {
      try {
        await this.api.request("GET", "/api/version");
        return;
      } catch (error) {
        if (!(error instanceof NotRunning)) return;
        if (performance.now() > untilMs || this.group.ended)
          throw new Error(this.group.errors, { cause: error });
      }
    }
  }

  /** SIGKILL, to all its processes and threads at once. */
  async kill(): Promise<void> {
    this.group.kill();
    await this.group.end();
  }

  async end(): Promise<void> {
    if (this.running !== undefined) await this.place.end(this.running);
    this.running = undefined;
  }
}

/** The method `command` sees this address from now on. */
export function setAddress(place: Workplace, address: string): void {
  writeFileSync(DdnsSite.addressFile(place), `${address}\n`);
}
