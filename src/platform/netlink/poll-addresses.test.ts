import assert from "node:assert/strict";
import test from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import type { LocalAddress } from "#platform/listen/local-addresses.ts";
import type { AddressEvent } from "./address-event.ts";
import { pollAddresses } from "./poll-addresses.ts";

const home: LocalAddress = { address: "203.0.113.9", family: 4, prefixLength: 24 };
const local: LocalAddress = { address: "fe80::1%eth0", family: 6, prefixLength: 64 };

test("addresses that come and go between two looks are told, and nothing else is", () => {
  const clock = new SteppedClock();
  let now: readonly LocalAddress[] = [home];
  const told: AddressEvent[] = [];
  const watch = pollAddresses({ clock, onChange: (event) => told.push(event), read: () => now });
  clock.advance(5_000);
  assert.deepEqual(told, []);
  now = [local];
  clock.advance(1_000);
  const rest = { kind: "address", interfaceIndex: undefined } as const;
  assert.deepEqual(told.splice(0), [
    { ...rest, change: "removed", family: "ipv4", address: "203.0.113.9", prefixLength: 24 },
    { ...rest, change: "added", family: "ipv6", address: "fe80::1", prefixLength: 64 },
  ]);
  watch[Symbol.dispose]();
  now = [home];
  clock.advance(5_000);
  assert.deepEqual(told, []);
});

test("an address whose network has changed has gone and come", () => {
  const clock = new SteppedClock();
  let now = home;
  const told: string[] = [];
  using _watch = pollAddresses({
    clock,
    onChange: (event) => told.push(event.kind === "address" ? event.change : event.kind),
    read: () => [now],
  });
  now = { ...home, prefixLength: 32 };
  clock.advance(1_000);
  assert.deepEqual(told, ["removed", "added"]);
});
