/** What has changed about the addresses of this machine and its ways out. */
import type { AddressFamily } from "#contracts/public-address.ts";

export type AddressEvent =
  | {
      readonly kind: "address";
      /** `changed`: it is preferred no longer, or again. */
      readonly change: "added" | "removed" | "changed";
      readonly family: AddressFamily;
      /** In its canonical form. */
      readonly address: string;
      readonly prefixLength: number;
      /** The kernel's number of the interface; undefined where only a poll tells. */
      readonly interfaceIndex: number | undefined;
    }
  /** A route to all of the Internet or to a great part of it. */
  | {
      readonly kind: "route";
      readonly change: "added" | "removed";
      readonly family: AddressFamily;
      readonly interfaceIndex: number | undefined;
    }
  | { readonly kind: "link"; readonly change: "up" | "down"; readonly interfaceIndex: number }
  /** Some were lost: anything may have changed. */
  | { readonly kind: "unknown" };
