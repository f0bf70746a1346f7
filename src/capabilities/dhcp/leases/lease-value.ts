/** Leases as the store has them: `dhcp/lease4/ADDRESS`, and past ones `dhcp/past4/ADDRESS/SINCE`. */
import { z } from "zod";
import { typedKey } from "#platform/store/typed-key.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { Lease } from "./lease.ts";

const hex = z.string().regex(/^([0-9a-f]{2})*$/);
const seconds = z.int().min(0);

const LeaseValue = z.strictObject({
  client: hex,
  hardware: hex,
  state: z.enum(["bound", "released", "expired", "declined"]),
  since: seconds,
  renewedAt: seconds,
  expiresAt: seconds,
  hostName: z.string().optional(),
  name: z.string().optional(),
  nameProblem: z.string().optional(),
  agent: hex.optional(),
  vendorClass: z.string().optional(),
});
export type LeaseValue = z.output<typeof LeaseValue>;

export const leaseKey = typedKey("dhcp/lease4/", LeaseValue);

const PastLeaseValue = z.strictObject({
  client: hex,
  hardware: hex,
  since: seconds,
  until: seconds,
  end: z.enum(["expired", "released", "declined", "moved", "taken-back"]),
  hostName: z.string().optional(),
  name: z.string().optional(),
});
export type PastLeaseValue = z.output<typeof PastLeaseValue>;

export const pastLeaseKey = typedKey("dhcp/past4/", PastLeaseValue);

/** Without the fields that are undefined: JSON has none of them either. */
export function leaseValueOf(lease: Lease): LeaseValue {
  const { address: _, ...value } = lease;
  return value as LeaseValue;
}

/** @throws ZodError: not a lease; TypeError: not an address */
export function leaseOf(name: string, value: unknown): Lease {
  const { hostName, name: dnsName, nameProblem, agent, vendorClass, ...rest } = LeaseValue.parse(value);
  const address = parseIpv4(name);
  if (address === -1) throw new TypeError(`"${name}" is no IPv4 address`);
  return { address, ...rest, hostName, name: dnsName, nameProblem, agent, vendorClass };
}

export function leaseName(address: number): string {
  return ipv4ToText(address);
}
