/** What hooks are told of leases and of pools. */
import type { LeaseEvent } from "#contracts/lease-events.ts";
import type { HookEvent } from "#platform/hooks/hook-event.ts";
import type { PoolView } from "../control.ts";

/** Those that a lease has: a script finds a variable for each, if only an empty one. */
export const leaseFacts = ["address", "hardwareAddress", "hostName", "name", "subnet", "expiresAt"] as const;

export function leaseHookEvent(event: LeaseEvent): HookEvent {
  const { kind, address, hardwareAddress, hostName, name, subnet, atMs, expiresAtMs } = event;
  return {
    event: kind,
    subject: address,
    facts: {
      event: kind,
      at: new Date(atMs).toISOString(),
      address,
      hardwareAddress: hardwareAddress === "" ? null : hardwareAddress,
      hostName: hostName ?? null,
      name: name?.replace(/(?<=.)\.$/, "") ?? null,
      subnet,
      expiresAt: new Date(expiresAtMs).toISOString(),
    },
  };
}

export function poolHookEvent(pool: PoolView, atMs: number): HookEvent {
  const { subnet, range, size, used, free, declined, percent } = pool;
  return {
    event: "pool-low",
    subject: range,
    facts: {
      event: "pool-low",
      at: new Date(atMs).toISOString(),
      subnet,
      pool: range,
      size,
      used,
      free,
      declined,
      percent,
    },
  };
}
