/** The portable way: looks at the addresses of this machine again and again. */
import type { Clock } from "#platform/clock/clock.ts";
import { type LocalAddress, localAddresses } from "#platform/listen/local-addresses.ts";
import type { AddressEvent } from "./address-event.ts";
import { limits } from "./limits.ts";

export interface AddressPollOptions {
  readonly clock: Clock;
  readonly onChange: (event: AddressEvent) => void;
  readonly read?: () => readonly LocalAddress[];
}

/** Routes and links it cannot see; what there is at the beginning is no change. */
export function pollAddresses({ clock, onChange, read = localAddresses }: AddressPollOptions): Disposable {
  let known = byText(read());
  return clock.every(limits.pollMs, () => {
    const before = known;
    known = byText(read());
    for (const [text, address] of before) if (!known.has(text)) onChange(eventOf(address, "removed"));
    for (const [text, address] of known) if (!before.has(text)) onChange(eventOf(address, "added"));
  });
}

function byText(addresses: readonly LocalAddress[]): ReadonlyMap<string, LocalAddress> {
  return new Map(addresses.map((one) => [`${one.address}/${one.prefixLength}`, one]));
}

function eventOf({ address, family, prefixLength }: LocalAddress, change: "added" | "removed"): AddressEvent {
  return {
    kind: "address",
    change,
    family: family === 6 ? "ipv6" : "ipv4",
    address: address.replace(/%.*/, ""),
    prefixLength,
    interfaceIndex: undefined,
  };
}
