import assert from "node:assert/strict";
import test from "node:test";
import { boundSockets } from "./receive-room.ts";

const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  731: 0200400A:0043 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 180766 2 0000000000000000 0
 1203: 0100007F:0035 00000000:0000 07 00000000:00000300 00:00000000 00000000   101        0 22001 2 0000000000000000 12
`;

test("sockets with a port are found by the names that descriptors have", () => {
  assert.deepEqual(boundSockets(table), new Set(["socket:[180766]", "socket:[22001]"]));
});

test("where nobody listens, there are none", () => {
  assert.equal(boundSockets(table.slice(0, table.indexOf("\n") + 1)).size, 0);
});
