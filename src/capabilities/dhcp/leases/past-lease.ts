/** What is kept of a lease when another takes its place. */
import type { StoreOperation } from "#contracts/store.ts";
import { isActive, type Lease } from "./lease.ts";
import { leaseName, type PastLeaseValue, pastLeaseKey } from "./lease-value.ts";

/** Nothing when the lease that follows is the same client's and goes on. */
export function pastOperations(
  before: Lease | undefined,
  next: Lease | undefined,
  nowSeconds: number,
): readonly StoreOperation[] {
  if (before === undefined || before.hardware === "") return [];
  if (
    next !== undefined &&
    next.client === before.client &&
    next.since === before.since &&
    next.state === "bound"
  )
    return [];
  return [{ do: "put", key: pastLeaseName(before), value: pastValueOf(before, nowSeconds) }];
}

export function pastValueOf(lease: Lease, nowSeconds: number): PastLeaseValue {
  const { client, hardware, since, hostName, name } = lease;
  const until = Math.min(lease.state === "declined" ? lease.renewedAt : lease.expiresAt, nowSeconds);
  // JSON has no fields that are undefined.
  return { client, hardware, since, until, end: endOf(lease, nowSeconds), hostName, name } as PastLeaseValue;
}

function endOf(lease: Lease, nowSeconds: number): PastLeaseValue["end"] {
  if (lease.state === "bound") return isActive(lease, nowSeconds) ? "taken-back" : "expired";
  return lease.state;
}

function pastLeaseName({ address, since }: Lease): string {
  return pastLeaseKey.key(`${leaseName(address)}/${since}`);
}
