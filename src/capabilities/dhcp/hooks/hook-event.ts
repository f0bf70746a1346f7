/** What a hook is told: one flat object, as JSON and as variables of the environment. */
import type { LeaseEvent } from "#contracts/lease-events.ts";
import type { hookEvents } from "../config.ts";
import type { PoolView } from "../control.ts";

export type HookEventKind = (typeof hookEvents)[number];

export interface HookEvent {
  readonly event: HookEventKind;
  /** Events of one subject reach a hook one after the other. */
  readonly subject: string;
  readonly facts: Readonly<Record<string, string | number | null>>;
}

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

/** Those that a lease has, so that a script may rely on each being set, if only to nothing. */
const leaseVariables = {
  address: "",
  hardwareAddress: "",
  hostName: "",
  name: "",
  subnet: "",
  expiresAt: "",
};

/**
 * `HOMEPORT_HARDWARE_ADDRESS` and its like. Host names are what strangers say: no control character of theirs
 * gets here, but all else does, so that whoever puts it into a command must quote it.
 */
export function hookVariables({ facts }: HookEvent): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...leaseVariables, ...facts }).map(([name, value]) => [
      `HOMEPORT_${name.replaceAll(/[A-Z]/g, "_$&").toUpperCase()}`,
      String(value ?? "").replaceAll(/[\p{Cc}\p{Cs}]/gu, "?"),
    ]),
  );
}
