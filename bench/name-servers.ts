/** Name servers as child processes: started with a set of zones and watched until they answer. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { join } from "node:path";
import { nameOctets, parseName } from "#protocols/dns/name.ts";
import type { ProcessGroup } from "./process-group.ts";
import { arrangeServer, type BenchZone } from "./server-arrangements.ts";
import type { Workplace } from "./workplace.ts";

/** Ports below are other people's. */
const portMin = 20_000;
const portMax = 32_000;

export interface RunningServer {
  readonly name: string;
  readonly port: number;
  readonly group: ProcessGroup;
  /** From the start of the process to the first answer for the last zone. */
  readonly readyMs: number;
}

export interface StartOptions {
  readonly zones: readonly BenchZone[];
  readonly workers?: number;
  /** As `taskset -c` reads them. */
  readonly cores?: string;
  readonly patienceMs?: number;
}

/** Resolves once the server answers for the last zone. Throws with what it says when it does not. */
export async function startServer(
  place: Workplace,
  name: string,
  { zones, workers = 1, cores, patienceMs = 60_000 }: StartOptions,
): Promise<RunningServer> {
  const folder = place.newFolder(name);
  const port = await freePort();
  const command = arrangeServer(name, { folder, port, zones, workers });
  const startedMs = performance.now();
  const group = place.start(command, { env: environment(), ...(cores === undefined ? {} : { cores }) });
  try {
    await untilAnswered(port, zones.at(-1)!.name, group, patienceMs);
    if (cores !== undefined) group.keepTo(cores);
    return { name, port, group, readyMs: performance.now() - startedMs };
  } catch (error) {
    await place.end(group);
    throw new Error(`${name}: ${(error as Error).message}\n${group.errors}`, { cause: error });
  }
}

/** A query for the SOA of a zone, with the message's identifier. */
export function soaQuery(zone: string, id: number): Buffer {
  const query = Buffer.concat([
    Buffer.from("00000000000100000000" + "0000", "hex"),
    nameOctets(parseName(`${zone}.`)),
    Buffer.from("00060001", "hex"),
  ]);
  query.writeUInt16BE(id, 0);
  return query;
}

function environment(): NodeJS.ProcessEnv {
  const cache = join(import.meta.dirname, "../node_modules/.cache/homeport");
  return { ...process.env, NODE_COMPILE_CACHE: cache };
}

export async function untilAnswered(
  port: number,
  zone: string,
  group: ProcessGroup,
  patienceMs: number,
): Promise<void> {
  const socket = createSocket("udp4");
  const query = soaQuery(zone, 0x1234);
  const answered = new Promise<void>((resolve) => {
    socket.on("message", (message) => {
      const answers = message.readUInt16BE(6);
      if ((message[3]! & 15) === 0 && answers > 0) resolve();
    });
  });
  socket.on("error", () => {}); // nobody listens yet
  const timer = setInterval(() => socket.send(query, port, "127.0.0.1"), 5);
  const ended = group.end().then((code) => {
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

/** A port that nobody listens on with TCP, at random. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = portMin + Math.floor(Math.random() * (portMax - portMin));
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
