/** The best datagram listener that this machine has. */
import type { Log } from "#contracts/log.ts";
import { openBatchedListener } from "./batched.ts";
import type { OpenDatagramListener } from "./datagram.ts";
import { loadLibc } from "./libc.ts";
import { openDatagramListener } from "./portable.ts";

/** Decides once, and says why when it is the slower one. `HOMEPORT_NO_FFI=1` asks for that. */
export function chooseDatagramListener(log: Log, environment = process.env): OpenDatagramListener {
  const { missing } = loadLibc(environment);
  if (missing === undefined) return openBatchedListener;
  log.info({ missing }, `UDP goes through Node's own sockets, one datagram at a time: ${missing}`);
  return openDatagramListener;
}
