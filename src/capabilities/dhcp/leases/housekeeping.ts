/** Forgets what nobody will ask for any more: leases that ended long ago, and the oldest of the past ones. */
import type { Store } from "#contracts/store.ts";
import { limits } from "../limits.ts";
import type { AddressTurns } from "./address-turns.ts";
import type { LeaseTable } from "./lease-table.ts";
import { leaseKey, leaseName, pastLeaseKey } from "./lease-value.ts";
import { pastOperations } from "./past-lease.ts";

const pageKeys = 1_000;
const deletesPerTransaction = 100;

export async function forgetOldLeases(
  {
    table,
    turns,
    store,
  }: { readonly table: LeaseTable; readonly turns: AddressTurns; readonly store: Store },
  nowSeconds: number,
): Promise<number> {
  const before = nowSeconds - limits.expiredLeaseAgeMsMax / 1000;
  const old = [...table.values()].filter(
    ({ state, expiresAt }) => (state === "expired" || state === "released") && expiresAt < before,
  );
  for (const lease of old) {
    await turns.take(lease.address);
    try {
      if (table.at(lease.address) !== lease) continue; // its client has come back
      const key = leaseKey.delete(leaseName(lease.address));
      await store.transact([], [key, ...pastOperations(lease, undefined, nowSeconds)]);
      table.delete(lease.address);
    } finally {
      turns.end(lease.address);
    }
  }
  return old.length;
}

/** Those beyond the age, and of the others the oldest beyond the number. Resolves with how many. */
export async function forgetPastLeases(
  store: Store,
  nowSeconds: number,
  leasesMax: number = limits.pastLeasesMax,
): Promise<number> {
  const before = nowSeconds - limits.pastLeaseAgeMsMax / 1000;
  const all: { readonly key: string; readonly since: number }[] = [];
  for await (const page of pagesOf(store)) {
    for (const { key } of page) all.push({ key, since: Number(key.slice(key.lastIndexOf("/") + 1)) });
  }
  all.sort((one, other) => other.since - one.since);
  const gone = all.filter(({ since }, index) => index >= leasesMax || since < before);
  for (let from = 0; from < gone.length; from += deletesPerTransaction) {
    const page = gone.slice(from, from + deletesPerTransaction);
    await store.transact(
      [],
      page.map(({ key }) => ({ do: "delete", key })),
    );
  }
  return gone.length;
}

async function* pagesOf(store: Store) {
  let after: string | undefined;
  for (;;) {
    const page = await store.list(pastLeaseKey.prefix, {
      limit: pageKeys,
      ...(after !== undefined && { after }),
    });
    if (page.length > 0) yield page;
    if (page.length < pageKeys) return;
    after = page.at(-1)!.key;
  }
}
