import assert from "node:assert/strict";
import { test } from "node:test";
import { changeLines } from "./address-network.ts";

test("the first address only comes", () => {
  assert.equal(changeLines(undefined, "198.18.0.1"), "address add 198.18.0.1/32 dev wan0\n");
});

test("the address before goes first", () => {
  const lines = "address del 198.18.0.1/32 dev wan0\naddress add 198.18.0.2/32 dev wan0\n";
  assert.equal(changeLines("198.18.0.1", "198.18.0.2"), lines);
});
