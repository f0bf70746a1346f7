/** Starts the workers that the site asks for, or says why UDP is answered without them. */
import { availableParallelism } from "node:os";
import { ConfigError } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import { loadLibc } from "#platform/datagram/libc.ts";
import type { DnsConfig } from "../config.ts";
import { type Engine, Transport } from "../engine/engine.ts";
import { limits } from "../limits.ts";
import { type AnswerHandedOver, type PreparedSize, WorkerPool } from "./worker-pool.ts";

/** Undefined: control's own thread answers, as `engine` says, which also answers what workers hand over. */
export async function startWorkers(
  config: DnsConfig,
  log: Log,
  engine: Engine,
): Promise<WorkerPool | undefined> {
  const { libc, missing } = loadLibc();
  if (libc === undefined) {
    log.info({ missing }, `UDP goes through Node's own sockets, one datagram at a time: ${missing}`);
    return undefined;
  }
  const reply = new Uint8Array(limits.udpPayloadOctetsMax);
  const answer: AnswerHandedOver = (query, peer) => {
    const octets = engine.answer(query, query.length, peer.octets, Transport.udp, reply);
    return octets === 0 ? undefined : reply.subarray(0, octets);
  };
  try {
    return await WorkerPool.start({ libc, log, answer }, workerCount(config.workers));
  } catch (error) {
    log.error({ err: error }, "the DNS workers do not start; this thread answers in their place");
    return undefined;
  }
}

/** As many workers as the new config asks for. Throws ConfigError when they cannot be had. */
export async function prepareWorkers(
  pool: WorkerPool | undefined,
  config: DnsConfig,
): Promise<PreparedSize | undefined> {
  const count = workerCount(config.workers);
  try {
    return await pool?.prepareSize(count);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const what = `${count} workers do not start: ${error instanceof Error ? error.message : String(error)}`;
    const remedy = "write fewer";
    throw new ConfigError("HP_DNS_WORKERS", [{ severity: "error", path: "dns.workers", what, remedy }]);
  }
}

/** How many workers the site asks for. `auto` leaves a processor to control and to the machine. */
export function workerCount(workers: DnsConfig["workers"], processors = availableParallelism()): number {
  if (workers !== "auto") return workers;
  return Math.max(1, Math.min(limits.workersAutoMax, processors - 1));
}
