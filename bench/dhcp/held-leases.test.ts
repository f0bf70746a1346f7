import assert from "node:assert/strict";
import test from "node:test";
import { parseHeldLeases } from "./held-leases.ts";

test("leases of our clients are read from the list, and those of others are left out", () => {
  const leases = [
    { address: "10.65.0.1", hardwareAddress: "02:48:00:00:00:07", state: "bound" },
    { address: "10.65.0.2", hardwareAddress: "00:0c:01:02:03:04", state: "bound" },
    { address: "10.65.0.3", hardwareAddress: null, state: "bound" },
  ];
  assert.deepEqual(parseHeldLeases(JSON.stringify({ leases })), [{ client: 7, address: 0x0a410001 }]);
});
