import assert from "node:assert/strict";
import test from "node:test";
import { parsePerfdhcp } from "./perfdhcp.ts";

const half = (name: string, numbers: string): string => `***Statistics for: ${name}***\n${numbers}\n`;

const offers = `sent packets: 31999
received packets: 30033
drops: 1966
drops ratio: 6.14394 %
orphans: 0
rejected leases: 0
non unique addresses: 12

min delay: 0.055 ms
avg delay: 8.645 ms
max delay: 31.871 ms
std deviation: 0.197 ms
collected packets: 0
`;
const acknowledgements = `sent packets: 30033
received packets: 28716
drops: 1317
drops ratio: 4.385 %
orphans: 0
rejected leases: 0
non unique addresses: 0

min delay: 0.079 ms
avg delay: 8.557 ms
max delay: 30.875 ms
std deviation: 0.169 ms
collected packets: 0
`;
/** As perfdhcp 2.2.0 writes it when nobody answers, the lines that run into each other included. */
const silence = `sent packets: 49
received packets: 0
drops: 49
drops ratio: 100 %
orphans: 0
rejected leases: 0
non unique addresses: 0

min delay: inf ms
avg delay: min delay: n/a
avg delay: n/a
max delay: n/a
std deviation: n/a
collected packets: 0
`;

const head = `Running: perfdhcp -4 -l relay0 -u -r 8000 -R 60000 -p 4 -W 500000 10.64.0.1
Scenario: basic.
Multi-thread mode enabled.
***Rate statistics***
Rate: 6379.77 4-way exchanges/second, expected rate: 8000

***Malformed Packets***
Malformed packets: 0
`;
const output = head + half("DISCOVER-OFFER", offers) + half("REQUEST-ACK", acknowledgements);

test("both halves of an exchange are read", () => {
  assert.deepEqual(parsePerfdhcp(output), {
    offer: { sent: 31_999, received: 30_033, notUnique: 12, meanMs: 8.645, mostMs: 31.871 },
    acknowledgement: { sent: 30_033, received: 28_716, notUnique: 0, meanMs: 8.557, mostMs: 30.875 },
  });
});

test("of several reports the last one counts", () => {
  const early = half("DISCOVER-OFFER", silence) + half("REQUEST-ACK", silence);
  assert.deepEqual(parsePerfdhcp(early + output), parsePerfdhcp(output));
});

test("where nobody answers there are counts, and delays are no numbers", () => {
  const { offer } = parsePerfdhcp(head + half("DISCOVER-OFFER", silence) + half("REQUEST-ACK", silence));
  assert.deepEqual(offer, {
    sent: 49,
    received: 0,
    notUnique: 0,
    meanMs: Number.NaN,
    mostMs: Number.NaN,
  });
});

const missing = [
  ["a half", output.replace("REQUEST-ACK", "RENEW-ACK"), /nothing of REQUEST-ACK/],
  ["a number", output.replace("received packets: 28716\n", ""), /no "received packets" of REQUEST-ACK/],
] as const;
for (const [what, text, message] of missing) {
  test(`${what} that is missing is named`, () => assert.throws(() => parsePerfdhcp(text), message));
}
