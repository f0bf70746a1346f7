import assert from "node:assert/strict";
import test from "node:test";
import { parseLatencies, parseStatistics } from "./dnsperf.ts";

const output = `DNS Performance Testing Tool
Version 2.10.0

[Status] Testing complete (time limit)

Statistics:

  Queries sent:         112471
  Queries completed:    112460 (99.99%)
  Queries lost:         11 (0.01%)

  Response codes:       NOERROR 56230 (50.00%), NXDOMAIN 56230 (50.00%)
  Average packet size:  request 38, response 54
  Run time (s):         2.004409
  Queries per second:   56106.313512

  Average Latency (s):  0.002496 (min 0.000033, max 0.011591)
  Latency StdDev (s):   0.002413
`;

test("the statistics at the end are read", () => {
  assert.deepEqual(parseStatistics(output), {
    sent: 112_471,
    answered: 112_460,
    lost: 11,
    seconds: 2.004409,
    responseOctets: 54,
    rcodes: new Map([
      ["NOERROR", 56_230],
      ["NXDOMAIN", 56_230],
    ]),
  });
});

test("a run without any answer has no response codes", () => {
  const silent = output.replace(/codes:.*/, "codes:       ").replace(/112460 \(99.99%\)/, "0 (0.00%)");
  const { answered, rcodes } = parseStatistics(silent);
  assert.equal(answered, 0);
  assert.equal(rcodes.size, 0);
});

test("the statistics of connections, which stand behind, are not taken for those of queries", () => {
  const connections = "\nConnection Statistics:\n\n  Reconnections:        3\n";
  assert.deepEqual(parseStatistics(output + connections), parseStatistics(output));
});

test("what is missing is named", () => {
  assert.throws(() => parseStatistics(output.replace(/Run time.*\n/, "")), /says no "Run time"/);
});

const lines = [
  ["are sorted", "> NOERROR b.example A 0.000300\n> NXDOMAIN a.example A 0.000100\n", [0.0001, 0.0003]],
  ["leave out what timed out", "> T a.example A\n> NOERROR b.example A 0.5\n", [0.5]],
  ["leave out what was interrupted", "> I a.example A\n> NOERROR b.example A 0.5\n", [0.5]],
  ["leave out all other lines", `${output}> NOERROR t.example A 0.25\n`, [0.25]],
] as const;
for (const [why, text, want] of lines) {
  test(`latencies ${why}`, () => assert.deepEqual([...parseLatencies(text)], want));
}
