/** Reads the leases of the store into a table. */
import type { Log } from "#contracts/log.ts";
import type { Store } from "#contracts/store.ts";
import { shrink } from "#platform/process/collect.ts";
import { limits } from "../limits.ts";
import { isActive, type Lease } from "./lease.ts";
import { inOrderOfEnd, type LeaseTable } from "./lease-table.ts";
import { leaseKey, leaseOf } from "./lease-value.ts";

const pageKeys = 2_000;

/** One that cannot be read is said and left as it is: its address may be given to others then. */
export async function loadLeases(
  table: LeaseTable,
  store: Store,
  log: Log,
  nowSeconds: number,
): Promise<void> {
  const ended: Lease[] = [];
  for await (const { key, value } of entriesOf(store)) {
    try {
      const lease = withItsEnd(leaseOf(key.slice(leaseKey.prefix.length), value), nowSeconds);
      if (lease.state === "bound" || lease.state === "declined") table.put(lease);
      else ended.push(lease);
    } catch (error) {
      log.error({ key, err: error }, `the lease ${key} of the store cannot be read`);
    }
  }
  for (const lease of inOrderOfEnd(ended)) table.put(lease);
  // What reading has left behind is as much as the leases themselves.
  if (table.size >= limits.shrinkFromLeases) shrink();
}

/** That it has ended is not written of a lease without a name, and has been told when it was so. */
function withItsEnd(lease: Lease, nowSeconds: number): Lease {
  const isOver = lease.state === "bound" && lease.name === undefined && !isActive(lease, nowSeconds);
  return isOver ? { ...lease, state: "expired" } : lease;
}

async function* entriesOf(store: Store) {
  let after: string | undefined;
  for (;;) {
    const page = await store.list(leaseKey.prefix, {
      limit: pageKeys,
      ...(after !== undefined && { after }),
    });
    yield* page;
    if (page.length < pageKeys) return;
    after = page.at(-1)!.key;
  }
}
