import assert from "node:assert/strict";
import test from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import { addressGroup } from "./address-group.ts";
import { openStreamListener } from "./listener.ts";
import { connectClient, settled } from "./stream-client.ts";
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

const echo = {
  address: "127.0.0.1",
  port: 0,
  onMessage: (message: Uint8Array) => message,
  log: collectLog().log,
} as const;

test("a protocol may have lengths of four octets, and its own bound on messages", async () => {
  const framing = { lengthOctets: 4, messageOctetsMax: 5, answerOctetsMax: 70_000 } as const;
  const onMessage = () => new Uint8Array(70_000).fill(7);
  await using listener = await openStreamListener({ ...echo, onMessage, framing });
  await using client = await connectClient(listener.local);
  client.write(Uint8Array.of(0, 0, 0, 5, 104, 101, 108, 108, 111));
  await settled(() => client.pieces.reduce((sum, octets) => sum + octets, 0) === 70_004);
  client.write(Uint8Array.of(0x80, 0, 0, 6));
  await client.closed;
  assert.equal(listener.counters.malformed, 1);
});

test("an address that is not admitted is closed before it is read", async () => {
  const asked: string[] = [];
  const admits = (address: string) => asked.push(address) === 0;
  await using listener = await openStreamListener({ ...echo, admits });
  await using client = await connectClient(listener.local);
  await client.closed;
  assert.deepEqual(asked, ["127.0.0.1"]);
  assert.equal(listener.counters.received, 0);
  assert.equal(listener.connections, 0);
});
