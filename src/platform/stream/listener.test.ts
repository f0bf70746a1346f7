import assert from "node:assert/strict";
import test from "node:test";
import { addressGroup, openStreamListener } from "./listener.ts";
import { streamCompliance } from "./stream-compliance.ts";

streamCompliance("node", openStreamListener);

for (const [address, group] of [
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["2001:db8:1:2::", "2001:db8:1:2"],
  ["::1", "0:0:0:0"],
  ["fe80::1:2:3:4%eth0", "fe80:0:0:0"],
] as const) {
  test(`${address} counts for ${group}`, () => assert.equal(addressGroup(address), group));
}
