import assert from "node:assert/strict";
import test from "node:test";
import { boundSockets } from "./receive-room.ts";

const head =
  "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref " +
  "pointer drops\n";
const row = (slot: string, inode: number): string =>
  `${slot}: 0200400A:0043 00000000:0000 07 00000000:00000300 00:00000000 00000000     0        0 ${inode} 2 ` +
  "0000000000000000 12\n";

test("sockets with a port are found by the names that descriptors have", () => {
  assert.deepEqual(
    boundSockets(head + row("  731", 180_766) + row(" 1203", 22_001)),
    new Set(["socket:[180766]", "socket:[22001]"]),
  );
});

test("where nobody listens, there are none", () => {
  assert.equal(boundSockets(head).size, 0);
});
