/** Which address a record is to have now. */
import { addressBehindPrefix } from "#protocols/public-address/prefix.ts";
import type { AddressWatcher } from "../watch/address-watcher.ts";
import { familyOf, type PlannedRecord } from "./record-plan.ts";

export interface WantedParts {
  readonly watcher: AddressWatcher;
  /** Of machines behind the site. */
  readonly prefix: () => string | undefined;
}

/**
 * Undefined: no address is known, or it was not seen since the program started. What is there already stays
 * then.
 */
export function wantedAddress(
  { type, interfaceId }: PlannedRecord,
  { watcher, prefix }: WantedParts,
): string | undefined {
  if (interfaceId !== undefined) {
    const network = prefix();
    if (network === undefined) return undefined;
    const [address, length] = network.split("/") as [string, string];
    return addressBehindPrefix(address, Number(length), interfaceId);
  }
  const family = familyOf(type);
  return watcher.isSure(family) ? watcher.current(family)?.address : undefined;
}
