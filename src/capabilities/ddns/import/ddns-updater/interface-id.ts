/** `ipv6_suffix`: the part of an address behind the prefix, with the length of the prefix. */
import { isIPv6 } from "node:net";
import { canonicalAddress } from "#protocols/public-address/public-address.ts";

export interface InterfaceId {
  /** `::72ad:8fbb:a54e:bedd`. */
  readonly text: string;
  readonly prefixLength: number;
}

/** Undefined: it is none. */
export function interfaceIdOf(suffix: string): InterfaceId | undefined {
  const [, address, length] = /^([0-9a-f:]+)\/(\d{1,3})$/i.exec(suffix) ?? [];
  if (address === undefined || !isIPv6(address)) return undefined;
  const text = canonicalAddress(address, "ipv6");
  return text?.startsWith("::") ? { text, prefixLength: Number(length) } : undefined;
}
