/** Reads the leases of the store into a table. */
import type { Log } from "#contracts/log.ts";
import type { Store } from "#contracts/store.ts";
import type { LeaseTable } from "./lease-table.ts";
import { leaseKey, leaseOf } from "./lease-value.ts";

const pageKeys = 2_000;

/** One that cannot be read is said and left as it is: its address may be given to others then. */
export async function loadLeases(table: LeaseTable, store: Store, log: Log): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const page = await store.list(leaseKey.prefix, {
      limit: pageKeys,
      ...(after !== undefined && { after }),
    });
    for (const { key, value } of page) {
      try {
        table.put(leaseOf(key.slice(leaseKey.prefix.length), value));
      } catch (error) {
        log.error({ key, err: error }, `the lease ${key} of the store cannot be read`);
      }
    }
    if (page.length < pageKeys) return;
    after = page.at(-1)!.key;
  }
}
