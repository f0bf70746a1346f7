/** Who is to have which name, and why not. */
import type { PublishedGuard } from "#contracts/name-registry.ts";
import type { StoreOperation } from "#contracts/store.ts";
import type { ClientIdentity } from "#protocols/dhcp4/guard-identity.ts";
import type { Lease } from "../leases/lease.ts";
import { type GuardKind, guardOf } from "./guards.ts";

export interface Claim {
  /** With the final dot. */
  readonly name: string;
  readonly owner: string;
  readonly address: number;
  /** Seconds. */
  readonly ttl: number;
  readonly reverse: boolean;
  readonly identity: ClientIdentity | undefined;
  /** The client's lease until now. */
  readonly before: Lease | undefined;
  /** Written only when the name is published, or will be. */
  readonly operations: readonly StoreOperation[];
}

export interface Refusal {
  /** Undefined: there is no server that could have the name, and nobody expects it. */
  readonly problem: string | undefined;
  /** The name is its owner's as it was before. */
  readonly isKept: boolean;
}

export function guardOfClaim({ name, identity }: Claim, kind: GuardKind): PublishedGuard | undefined {
  return identity === undefined ? undefined : guardOf(kind, name, identity);
}
