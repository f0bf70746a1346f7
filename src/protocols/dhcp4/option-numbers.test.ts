import assert from "node:assert/strict";
import { test } from "node:test";
import { WireError } from "../dns/wire.ts";
import { hex } from "./message.testing.ts";
import {
  addressesOf,
  octetsOfAddresses,
  octetsOfUint32,
  uint16Option,
  uint32Option,
} from "./option-numbers.ts";

const options = new Map([
  [57, hex("8240")],
  [50, hex("c0a80901")],
  [51, hex("ffffffff")],
  [12, hex("706331")],
]);

test("numbers are read without a sign", () => {
  assert.deepEqual(
    [uint16Option(options, 57), uint32Option(options, 50), uint32Option(options, 51)],
    [0x8240, 0xc0a80901, 0xffffffff],
  );
});

test("an option that is not there has none", () => {
  assert.deepEqual([uint16Option(options, 93), uint32Option(options, 54)], [undefined, undefined]);
});

test("an option of another length is refused by its code", () => {
  for (const read of [uint16Option, uint32Option])
    assert.throws(
      () => read(options, 12),
      (error) => error instanceof WireError && error.field === "option 12" && error.code === "bad-value",
    );
});

test("addresses and numbers are written as they are read", () => {
  const addresses = [0xc0a80901, 0, 0xffffffff];
  assert.deepEqual(addressesOf(octetsOfAddresses(addresses)), addresses);
  assert.equal(octetsOfUint32(0xfffefdfc).toHex(), "fffefdfc");
  assert.throws(() => addressesOf(hex("c0a809")), WireError);
});
