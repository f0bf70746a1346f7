/**
 * Hosts of the update server as the store has them: `ddns/hosts/USER`, and what they told, at
 * `ddns/host-names/NAME`.
 */
import { z } from "zod";
import { typedKey } from "#platform/store/typed-key.ts";

const momentMs = z.int().min(0);

const HostName = z.strictObject({
  name: z.string(),
  /** Such as `::1` or `mac:…`: of prefixes that an update tells. */
  interfaceId: z.string().optional(),
  /** Another name of this host: when that one gets an IPv6 address, this one gets its prefix. */
  follows: z.string().optional(),
});
export type HostName = z.output<typeof HostName>;

const HostValue = z.strictObject({
  secretHash: z.string(),
  names: z.array(HostName).min(1),
  createdAtMs: momentMs,
  secretSetAtMs: momentMs,
  disabled: z.boolean(),
});
export type HostValue = z.output<typeof HostValue>;

const NameValue = z.strictObject({
  ipv4: z.string().optional(),
  ipv6: z.string().optional(),
  /** When an update counted last: a change, or a refresh. Absent: never. */
  updatedAtMs: momentMs.optional(),
  /** The address that it came from. */
  from: z.string().optional(),
  agent: z.string().optional(),
  /** Needless updates since `faultsSinceMs`. */
  faults: z.int().min(0),
  faultsSinceMs: momentMs,
});
export type NameValue = z.output<typeof NameValue>;

export const hostKey = typedKey("ddns/hosts/", HostValue);
export const nameKey = typedKey("ddns/host-names/", NameValue);

export const neverUpdated: NameValue = { faults: 0, faultsSinceMs: 0 };
