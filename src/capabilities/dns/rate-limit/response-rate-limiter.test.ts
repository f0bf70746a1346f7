import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addressOctets } from "#platform/listen/address-octets.ts";
import { parseAddressMatch } from "../address-match.ts";
import { limits } from "../limits.ts";
import { BucketTable, rateLimitMemory } from "./bucket-table.ts";
import { LimiterRig, plainLimits } from "./rate-limit.testing.ts";
import { ResponseCategory, ResponseRateLimiter, Verdict } from "./response-rate-limiter.ts";

const { answer, nxdomain, error } = ResponseCategory;
const victim = "203.0.113.7";

for (const [why, other, isOneNetwork] of [
  ["the /24 of a client is one network", "203.0.113.250", true],
  ["the next /24 is another", "203.0.112.7", false],
  ["an IPv6 client is another", "2001:db8::1", false],
] as const) {
  test(why, () => {
    const rig = new LimiterRig();
    assert.equal(rig.passes(20, victim), 5);
    assert.equal(rig.passes(20, other), isOneNetwork ? 0 : 5);
  });
}

for (const [why, other, isOneNetwork] of [
  ["the /56 of a client is one network", "2001:db8:0:ff:ffff::1", true],
  ["the next /56 is another", "2001:db8:0:100::1", false],
] as const) {
  test(why, () => {
    const rig = new LimiterRig();
    assert.equal(rig.passes(20, "2001:db8::1"), 5);
    assert.equal(rig.passes(20, other), isOneNetwork ? 0 : 5);
  });
}

test("prefix lengths that are no whole octets are kept to the bit", () => {
  const rig = new LimiterRig({ ipv4PrefixLength: 25, ipv6PrefixLength: 128 });
  rig.passes(20, "203.0.113.7");
  assert.equal(rig.passes(1, "203.0.113.127"), 0);
  assert.equal(rig.passes(1, "203.0.113.128"), 1);
  rig.passes(20, "2001:db8::1");
  assert.equal(rig.passes(1, "2001:db8::1"), 0);
  assert.equal(rig.passes(1, "2001:db8::2"), 1);
});

test("answers about each name, denials of each zone, and errors have a limit of their own", () => {
  const rig = new LimiterRig();
  assert.equal(rig.passes(9, victim, answer, 1), 5);
  assert.equal(rig.passes(9, victim, answer, 2), 5);
  assert.equal(rig.passes(9, victim, nxdomain, 1), 3);
  assert.equal(rig.passes(9, victim, nxdomain, 2), 3);
  assert.equal(rig.passes(9, victim, error, 1), 2);
  assert.equal(rig.passes(9, victim, error, 2), 0, "errors are one, whatever was asked for");
});

test("the limit of all responses counts what no other limit holds back", () => {
  const rig = new LimiterRig({ allPerSecond: 12 });
  assert.equal(rig.passes(100, victim, nxdomain, 1), 3);
  const names = Array.from({ length: 9 }, (_, name) => rig.passes(4, victim, answer, name));
  assert.deepEqual(names, [4, 4, 1, 0, 0, 0, 0, 0, 0]);
});

test("a limit of 0 is none", () => {
  const rig = new LimiterRig({ responsesPerSecond: 0 });
  assert.equal(rig.passes(1000, victim), 1000);
});

for (const [why, client, isLimited] of [
  ["127.0.0.0/8 has no limit", "127.255.0.3", false],
  ["::1 has no limit", "::1", false],
  ["::2 has one", "::2", true],
  ["a client of the exempt list has no limit", "192.0.2.9", false],
  ["a client beside the exempt list has one", "192.0.3.9", true],
] as const) {
  test(why, () => {
    const rig = new LimiterRig({ exempt: parseAddressMatch(["192.0.2.0/24"]) });
    assert.equal(rig.passes(50, client), isLimited ? 5 : 50);
  });
}

for (const slip of [0, 1, 2, 3, 10]) {
  test(`slip ${slip} lets ${slip === 0 ? "none" : `one in ${slip}`} of those held back go truncated`, () => {
    const rig = new LimiterRig({ slip });
    const verdicts = rig
      .ask(5 + 60, victim)
      .split(" ")
      .slice(5);
    const expected = verdicts.map((_, index) => (slip !== 0 && index % slip === 0 ? "slip" : "drop"));
    assert.deepEqual(verdicts, expected);
    const slipped = slip === 0 ? 0 : 60 / slip;
    assert.deepEqual(rig.limiter.counters, { dropped: 60 - slipped, slipped });
  });
}

test("who stays below the limit is never held back", () => {
  const rig = new LimiterRig();
  for (let i = 0; i < 1000; i++, rig.nowMs += 200) assert.equal(rig.passes(1, victim), 1);
});

test("a flood gets nothing while it lasts, and full answers come again within the window", () => {
  const rig = new LimiterRig();
  rig.passes(5, victim);
  for (let i = 0; i < 1000; i++, rig.nowMs += 20) assert.equal(rig.passes(1, victim), 0);
  rig.nowMs += 3_900;
  assert.equal(rig.passes(1, victim), 0, "just before the window's end");
  rig.nowMs += 4_400;
  assert.equal(rig.passes(1, victim), 1, "after the window");
});

test("a clock that is set back holds nobody up, and one that leaps gives one second's worth", () => {
  const rig = new LimiterRig();
  rig.passes(5, victim);
  rig.nowMs -= 86_400_000;
  assert.equal(rig.passes(1, victim), 0, "nothing is earned by it");
  rig.nowMs += 1_000;
  assert.equal(rig.passes(9, victim), 4, "and time goes on from there");
  rig.nowMs += 40 * 86_400_000;
  rig.passes(1, victim); // 40 days are more than 31 bits of milliseconds
  rig.nowMs += 10_000;
  assert.equal(rig.passes(99, victim), 5);
});

test("threads with one memory count together", () => {
  const memory = rateLimitMemory();
  const [one, other] = [new LimiterRig({}, memory), new LimiterRig({}, memory)];
  assert.equal(one.passes(3, victim) + other.passes(9, victim), 5);
});

test("new settings hold from the next response on", () => {
  const rig = new LimiterRig();
  rig.passes(5, victim);
  rig.limiter.configure({ ...plainLimits, responsesPerSecond: 50 });
  rig.nowMs += 100;
  assert.equal(rig.passes(50, victim), 5);
});

test("never more passes than one second's worth and the rate times the time", () => {
  const arrivals = fc.array(
    fc.record({ waitMs: fc.integer({ min: -3_000, max: 3_000 }), count: fc.integer({ min: 1, max: 30 }) }),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 12 }), (steps, responsesPerSecond) => {
      const rig = new LimiterRig({ responsesPerSecond });
      let passed = 0;
      let forwardMs = 0;
      for (const { waitMs, count } of steps) {
        rig.nowMs += waitMs;
        forwardMs += Math.max(0, waitMs);
        passed += rig.passes(count, victim);
      }
      assert.ok(passed <= responsesPerSecond + (responsesPerSecond * forwardMs) / 1000);
    }),
    { numRuns: 300 },
  );
});

test("a million forged networks neither free a flooder nor hold up anybody else, in eight places each", () => {
  let probes = 0;
  const table = new BucketTable(rateLimitMemory(), (tags) => {
    const get = (target: Int32Array, index: string | symbol) => {
      probes++;
      return Reflect.get(target, index) as unknown;
    };
    return new Proxy(tags, { get });
  });
  const rates = Int32Array.of(200);
  table.configure(rates, 15);
  const forged = 20_000; // through the proxy; the million below without it
  for (let i = 0; i < forged; i++) table.take(Int32Array.of(i * 2654435761, i * 40503), 0, 0);
  assert.ok(probes <= forged * 2 * limits.rateLimitBucketsPerSet, `${probes} reads`);

  const memory = rateLimitMemory();
  const octets = memory.byteLength;
  const limiter = new ResponseRateLimiter({ ...plainLimits, responsesPerSecond: 200 }, memory);
  const [flooder, friend, client] = [addressOctets(victim), addressOctets("198.51.100.9"), new Uint8Array(4)];
  const random = fc.sample(fc.integer(), { numRuns: 1, seed: 1 })[0]!;
  let flooded = 0;
  for (let i = 0; i < 1_000_000; i++) {
    const nowMs = i >>> 8; // 256,000 a second
    new DataView(client.buffer).setUint32(0, Math.imul(i ^ random, 0x9e3779b1) | (1 << 24));
    if (client[0] !== 127) limiter.decide(client, answer, 1, nowMs);
    if (limiter.decide(flooder, answer, 1, nowMs) === Verdict.pass) flooded++;
    if (i % 2048 === 0) assert.equal(limiter.decide(friend, answer, 1, nowMs), Verdict.pass);
  }
  assert.equal(flooded, 200, "the flooder has what it had at the start");
  assert.equal(memory.byteLength, octets);
});

test("a full set gives up the bucket that lacks the least", () => {
  const table = new BucketTable(rateLimitMemory(8));
  table.configure(Int32Array.of(100), 15);
  for (let i = 0; i < 8; i++) {
    const bucket = table.take(Int32Array.of(i << 3, 0), 0, 0);
    for (let charges = 0; charges < (i === 3 ? 20 : 50); charges++) table.charge(bucket, 0, 0);
  }
  const taken = table.take(Int32Array.of(99 << 3, 0), 0, 0);
  assert.equal(taken, table.take(Int32Array.of(99 << 3, 0), 0, 0));
  const left = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => table.tags.includes((i << 3) | 1));
  assert.deepEqual(left, [true, true, true, false, true, true, true, true]);
});
