/** A server with one zone that takes signed updates, and the clients that send them. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { LoadProcess } from "../load-process.ts";
import { freePort, untilAnswered } from "../name-servers.ts";
import type { ProcessGroup } from "../process-group.ts";
import type { Workplace } from "../workplace.ts";
import { hostsZone, writeLines } from "../zone-files.ts";
import type { UpdateOrder, UpdateReport } from "./update-load.ts";
import { arrangeUpdateServer, type UpdateServer } from "./update-servers.ts";

export const updatedZone = "updates.example";

const key = {
  key: "bench-key",
  algorithm: "hmac-sha256",
  secret: randomBytes(32).toString("base64"),
} as const;
const script = join(import.meta.dirname, "update-load.ts");
const patienceMs = 60_000;

export type LoadSize = Pick<UpdateOrder, "clients" | "seconds" | "updatesEach" | "prefix">;

/** Keeps its data and its port when it is started again. */
export class UpdatedServer {
  readonly name: UpdateServer;
  readonly port: number;
  private readonly place: Workplace;
  private readonly command: readonly string[];
  private running: ProcessGroup | undefined;

  /** `names`: how many the zone has at first. */
  static async start(place: Workplace, name: UpdateServer, names: number): Promise<UpdatedServer> {
    const folder = place.newFolder(name);
    const file = join(folder, "zone.db");
    writeLines(file, hostsZone(names));
    const port = await freePort();
    const command = arrangeUpdateServer(name, { folder, port, zone: updatedZone, file, ...key });
    const server = new UpdatedServer(place, name, { port, command });
    await server.restart();
    return server;
  }

  private constructor(
    place: Workplace,
    name: UpdateServer,
    { port, command }: { readonly port: number; readonly command: readonly string[] },
  ) {
    this.place = place;
    this.name = name;
    this.port = port;
    this.command = command;
  }

  get group(): ProcessGroup {
    return this.running!;
  }

  /** Resolves once it answers; returns how long that took, in milliseconds. */
  async restart(): Promise<number> {
    await this.end();
    const startedMs = performance.now();
    this.running = this.place.start(this.command);
    await untilAnswered(this.port, updatedZone, this.running, patienceMs).catch((error: Error) => {
      throw new Error(`${this.name}: ${error.message}\n${this.running!.errors}`, { cause: error });
    });
    return performance.now() - startedMs;
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

  /** Clients that are ready, with all their updates signed. */
  async prepareLoad(size: LoadSize): Promise<LoadProcess<UpdateReport>> {
    const order: UpdateOrder = { port: this.port, zone: updatedZone, ...key, ...size };
    return await LoadProcess.start<UpdateReport>(script, order);
  }
}
