/** For tests: leases in a few words. */
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { clientKey } from "../exchange/said.testing.ts";
import type { Lease, LeaseState } from "./lease.ts";

/** A lease of a client known by its hardware address: `01` for 52:54:00:00:00:01. Times in seconds. */
export function leaseFor(
  mac: string,
  address: string,
  { since = 0, expiresAt, state = "bound" as LeaseState, ...rest }: Partial<Lease> & { expiresAt: number },
): Lease {
  const client = clientKey(mac);
  return {
    address: parseIpv4(address),
    client,
    hardware: client.slice(2),
    state,
    since,
    renewedAt: since,
    expiresAt,
    hostName: undefined,
    name: undefined,
    nameProblem: undefined,
    agent: undefined,
    vendorClass: undefined,
    ...rest,
  };
}
