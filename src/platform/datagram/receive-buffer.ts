/** What the operator hears when the kernel gives a smaller receive buffer than asked. */
import type { Log } from "#contracts/log.ts";
import { limits } from "./limits.ts";

/** @param reported what SO_RCVBUF says */
export function tellReceiveBuffer(reported: number, log: Log): void {
  // Linux reports twice what it gives, for its own accounting. socket(7), SO_RCVBUF.
  const given = reported / (process.platform === "linux" ? 2 : 1);
  const asked = limits.receiveBufferOctets;
  if (given >= asked) return;
  log.info(
    { asked, given },
    `the kernel gives a receive buffer of ${given} octets; more with "sysctl net.core.rmem_max=${asked}"`,
  );
}
