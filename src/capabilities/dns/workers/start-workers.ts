/** Starts the workers that the site asks for, or says why UDP is answered without them. */
import type { Log } from "#contracts/log.ts";
import { loadLibc } from "#platform/datagram/libc.ts";
import type { DnsConfig } from "../config.ts";
import { type Engine, Transport } from "../engine/engine.ts";
import { limits } from "../limits.ts";
import { automaticWorkers, WorkerPool } from "./worker-pool.ts";

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
  const count = config.workers === "auto" ? automaticWorkers() : config.workers;
  const reply = new Uint8Array(limits.udpPayloadOctetsMax);
  try {
    return await WorkerPool.start({
      libc,
      count,
      log,
      answer: (query, peer) => {
        const octets = engine.answer(query, query.length, peer.octets, Transport.udp, reply);
        return octets === 0 ? undefined : reply.subarray(0, octets);
      },
    });
  } catch (error) {
    log.error({ error: String(error) }, "the DNS workers do not start; this thread answers in their place");
    return undefined;
  }
}
