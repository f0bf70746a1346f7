import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, changeOf } from "./bench-addresses.ts";

for (const [change, address] of [
  [0, "198.18.0.0"],
  [300, "198.18.1.44"],
  [131_071, "198.19.255.255"],
] as const) {
  test(`change ${change} is ${address}, and the other way round`, () => {
    assert.equal(addressOf(change), address);
    assert.equal(changeOf(address), change);
  });
}

test("after all addresses the first comes again", () => {
  assert.equal(addressOf(131_072), "198.18.0.0");
});

for (const address of ["198.17.255.255", "198.20.0.0", "nothing"]) {
  test(`${address} is of no change`, () => assert.equal(changeOf(address), undefined));
}
