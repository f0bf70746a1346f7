/** Starts the workers that the site asks for, or says why UDP is answered without them. */
import { availableParallelism } from "node:os";
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import { loadLibc } from "#platform/datagram/libc.ts";
import type { DnsConfig } from "../config.ts";
import { limits } from "../limits.ts";
import { type AnswerHandedOver, type PreparedSize, WorkerPool } from "./worker-pool.ts";

export interface StartedWorkers {
  /** Undefined: control's own thread answers. */
  readonly pool: WorkerPool | undefined;
  /** Why that is so on a machine that could have workers. */
  readonly problem: ConfigProblem | undefined;
}

/** `answer`: what workers hand over. Throws ConfigError when the process may open too few files for them. */
export async function startWorkers(
  config: DnsConfig,
  log: Log,
  answer: AnswerHandedOver,
): Promise<StartedWorkers> {
  const { libc } = loadLibc();
  if (libc === undefined) return { pool: undefined, problem: undefined }; // whoever listens says why
  const count = workerCount(config.workers);
  try {
    return { pool: await WorkerPool.start({ libc, log, answer }, count), problem: undefined };
  } catch (error) {
    if (isOutOfFiles(error)) throw workersError(count, error);
    log.error({ err: error }, "the DNS workers do not start; this thread answers in their place");
    const what = `the DNS workers do not start, and the main thread answers in their place: ${messageOf(error)}`;
    const remedy = "report it with the lines of the log; it answers, only more slowly";
    return { pool: undefined, problem: { severity: "error", what, remedy } };
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
    throw error instanceof ConfigError ? error : workersError(count, error);
  }
}

function workersError(count: number, error: unknown): ConfigError {
  const what = `${count} workers do not start: ${messageOf(error)}`;
  const remedy = isOutOfFiles(error)
    ? 'raise the bound of open files ("ulimit -n", LimitNOFILE= in the systemd unit), or write fewer workers'
    : "write fewer workers";
  return new ConfigError("HP_DNS_WORKERS", [{ severity: "error", path: "dns.workers", what, remedy }]);
}

/** A thread needs some descriptors itself, and opens the files of its program. */
function isOutOfFiles(error: unknown): boolean {
  return /EMFILE|ENFILE|too many open files/.test(messageOf(error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** How many workers the site asks for. `auto` leaves a processor to control and to the machine. */
export function workerCount(workers: DnsConfig["workers"], processors = availableParallelism()): number {
  if (workers !== "auto") return workers;
  return Math.max(1, Math.min(limits.workersAutoMax, processors - 1));
}
