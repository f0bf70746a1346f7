import assert from "node:assert/strict";
import test from "node:test";
import { datagramsMissed } from "./bench-network.ts";

const head = "Tcp: RtoAlgorithm RtoMin\nTcp: 1 200\n";
const udp =
  "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors\nUdp: 79915 0 2894 83111 2893 0\n";

test("what did not fit into the buffer of a socket is counted", () => {
  assert.equal(datagramsMissed(`${head}${udp}UdpLite: InDatagrams RcvbufErrors\nUdpLite: 0 7\n`), 2_893);
});

test("a kernel that does not count it is told of", () => {
  assert.throws(() => datagramsMissed(head), /no RcvbufErrors/);
});
