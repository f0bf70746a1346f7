/** An address that the site has or had, as the store has it at `ddns/address/FAMILY/NUMBER`. */
import { z } from "zod";
import type { AddressFamily } from "#contracts/public-address.ts";
import { type TypedKey, typedKey } from "#platform/store/typed-key.ts";

const AddressValue = z.strictObject({
  address: z.string(),
  /** Undefined: it was imported, and nobody knows. */
  fromMs: z.int().optional(),
  lastSeenMs: z.int().optional(),
  /** When another was seen; undefined: it still is, or nobody knows. */
  untilMs: z.int().optional(),
  seenBy: z.array(z.string()).readonly(),
});
export type AddressValue = z.output<typeof AddressValue>;

const keys: Readonly<Record<AddressFamily, TypedKey<AddressValue>>> = {
  ipv4: typedKey("ddns/address/ipv4/", AddressValue),
  ipv6: typedKey("ddns/address/ipv6/", AddressValue),
};

export function addressKey(family: AddressFamily): TypedKey<AddressValue> {
  return keys[family];
}

const digits = 12;

/** Numbers rise with each address, whatever the clock says. */
export function numberText(number: number): string {
  return String(number).padStart(digits, "0");
}
