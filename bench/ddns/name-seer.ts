/** When names have their new address, as those see it who ask. */
import { join } from "node:path";
import { LoadProcess } from "../load-process.ts";
import type { WatchOrder, WatchReport } from "./name-watch.ts";

const script = join(import.meta.dirname, "name-watch.ts");

/**
 * From the beginning of `change` until each name was answered with the address, in milliseconds. Throws when
 * that does not come to pass. @param through words that enter the network namespace of the name server
 */
export async function untilSeen(
  order: WatchOrder,
  change: () => Promise<void>,
  through: readonly string[] = [],
): Promise<number> {
  using watch = await LoadProcess.start<WatchReport>(script, order, through);
  const beganNs = process.hrtime.bigint();
  watch.begin();
  await change();
  const { seen, lastNs } = await watch.report();
  if (seen < order.names) {
    throw new Error(`${seen} of ${order.names} names had ${order.address} after ${order.patienceMs} ms`);
  }
  return Number(BigInt(lastNs) - beganNs) / 1e6;
}
