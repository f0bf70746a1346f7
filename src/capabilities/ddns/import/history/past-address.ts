/** Addresses that another program saw, as the history takes them. */
import { isIPv4, isIPv6 } from "node:net";
import type { AddressFamily } from "#contracts/public-address.ts";

export interface PastAddress {
  readonly family: AddressFamily;
  readonly address: string;
  /** Undefined: nobody knows. */
  readonly fromMs?: number;
  readonly untilMs?: number;
}

/** Undefined: the text is no address. */
export function familyOf(text: string): AddressFamily | undefined {
  if (isIPv4(text)) return "ipv4";
  return isIPv6(text) && !text.includes("%") ? "ipv6" : undefined;
}

/** An address that was told at a time; of several records, in any order. */
export interface ToldAddress {
  readonly address: string;
  readonly atMs: number;
}

/** From when to when each address was the site's: until another of its family was told. */
export function pastAddresses(told: readonly ToldAddress[]): readonly PastAddress[] {
  const past: PastAddress[] = [];
  for (const family of ["ipv4", "ipv6"] as const) {
    const own = told
      .filter(({ address }) => familyOf(address) === family)
      .sort((one, other) => one.atMs - other.atMs);
    const changes = own.filter(({ address }, index) => index === 0 || own[index - 1]!.address !== address);
    for (const [index, { address, atMs }] of changes.entries()) {
      const next = changes[index + 1];
      past.push({ family, address, fromMs: atMs, ...(next !== undefined && { untilMs: next.atMs }) });
    }
  }
  return past;
}
