import assert from "node:assert/strict";
import test from "node:test";
import { StoreError } from "#contracts/store.ts";
import { limits } from "#platform/dns-query/limits.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { Rcode } from "#protocols/dns/registry.ts";
import { remoteLimits } from "./limits.ts";
import { bothZones, fern, moss, RemoteBench, wishOf } from "./remote-bench.testing.ts";
import type { RemoteChange } from "./remote-publisher.ts";

const fernRecords = [
  "17.9.168.192.in-addr.arpa. PTR fern.lan.example.",
  "fern.lan.example. A 192.168.9.17",
  'fern.lan.example. TXT "005ed5057eb72c3f648ae3f4b40f0c3441"',
];

const rules: readonly [sentence: string, holds: (bench: RemoteBench) => Promise<void>][] = [
  [
    "a name gets to both zones, each at its server",
    async (bench) => {
      assert.equal(await bench.wish(), undefined);
      assert.equal(bench.names.stateOf("fern.lan.example.")?.pending, true);
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), fernRecords);
      assert.deepEqual(bench.names.stateOf("fern.lan.example."), { pending: false, problem: undefined });
      assert.deepEqual(Object.fromEntries(bench.asked), { "192.0.2.53 53": 1, "192.0.2.54 5353": 1 });
      assert.equal(bench.names.pending, 0);
    },
  ],
  [
    "what has been done is not done again at a renewal",
    async (bench) => {
      await bench.wish();
      await bench.settled();
      const { log } = bench.zones;
      const updates = log.length;
      await bench.wish();
      await bench.settled();
      assert.equal(log.length, updates);
    },
  ],
  [
    "a name in none of the zones is nothing to other servers",
    async (bench) => {
      assert.equal(await bench.wish({ name: "fern.test." }), "nowhere");
      assert.equal(await bench.wish({ forward: false, address: parseIpv4("10.0.0.1") }), "nowhere");
    },
  ],
  [
    "of a name of our own the PTR record alone may be at another server",
    async (bench) => {
      await bench.wish({ name: "fern.test.", forward: false });
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), ["17.9.168.192.in-addr.arpa. PTR fern.test."]);
      await bench.withdraw("fern.test.", "192.168.9.17");
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), []);
    },
  ],
  [
    "what was wished before the program ended is done by the next one",
    async (bench) => {
      const change = bench.names.wish(wishOf({})) as RemoteChange;
      await bench.memory.transact([], change.operations);
      await bench.names[Symbol.asyncDispose]();
      await bench.open();
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), fernRecords);
    },
  ],
  [
    "a server that does not answer is asked again, later and later, until it does",
    async (bench) => {
      bench.zones.script.push(() => "silent");
      await bench.wish();
      await bench.settled();
      const state = bench.names.stateOf("fern.lan.example.");
      assert.deepEqual(state, { pending: true, problem: "the server 192.0.2.53 did not answer" });
      assert.match(bench.names.problems[0]?.what ?? "", /get into lan\.example\. since .* did not answer$/);
      assert.equal(bench.collected.lines.length, 1);
      const tries = limits.updateUdpTimeoutsMs.length;
      assert.equal(bench.asked.get("192.0.2.53 53"), tries);
      await bench.pass(1_500);
      assert.equal(bench.asked.get("192.0.2.53 53"), 2 * tries);
      await bench.pass(1_000);
      assert.equal(bench.asked.get("192.0.2.53 53"), 2 * tries, "after 2 s");
      bench.zones.script.length = 0;
      await bench.pass(1_500);
      assert.deepEqual(bench.zones.texts(), fernRecords);
      assert.deepEqual(bench.names.problems, []);
      assert.equal(bench.collected.lines.at(-1)?.sentence, "the server 192.0.2.53 takes names again");
    },
  ],
  [
    "one zone that is away does not keep the other from what can be done there",
    async (bench) => {
      bench.zones.script.push((zone) => (zone === "lan.example." ? "silent" : undefined));
      await bench.wish();
      await bench.wish({ name: "own.test.", forward: false, address: parseIpv4("192.168.9.18") });
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), ["18.9.168.192.in-addr.arpa. PTR own.test."]);
    },
  ],
  [
    "an answer that was lost costs nothing, with a guard and without",
    async (bench) => {
      for (const guard of [wishOf({}).guard, undefined]) {
        const lost = [undefined, undefined, "lost", "lost", "lost"] as const;
        bench.zones.script.push(...lost.slice(guard === undefined ? 1 : 2).map((one) => () => one));
        bench.zones.script.push(() => undefined);
        await bench.wish({ guard });
        await bench.settled();
        await bench.pass(2_000);
        assert.equal(bench.zones.texts().length, guard === undefined ? 2 : 3);
        assert.deepEqual(bench.names.stateOf("fern.lan.example."), { pending: false, problem: undefined });
        await bench.withdraw("fern.lan.example.", "192.168.9.17");
        await bench.settled();
        assert.deepEqual(bench.zones.texts(), []);
        bench.zones.script.length = 0;
      }
    },
  ],
  [
    "another owner at the server keeps the name: no PTR record, and the loser is told",
    async (bench) => {
      bench.zones.add("fern.lan.example.", "A", "192.168.9.99");
      await bench.wish();
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), ["fern.lan.example. A 192.168.9.99"]);
      const problem = "fern.lan.example is another owner's at the server 192.0.2.53";
      assert.deepEqual(bench.names.stateOf("fern.lan.example."), { pending: false, problem });
      await bench.withdraw("fern.lan.example.", "192.168.9.17");
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), ["fern.lan.example. A 192.168.9.99"]);
      assert.deepEqual(await bench.stored(), []);
    },
  ],
  [
    "it is asked again when the client renews, but not too often",
    async (bench) => {
      bench.zones.add("fern.lan.example.", "A", "192.168.9.99");
      await bench.wish();
      await bench.settled();
      bench.zones.records.length = 0;
      await bench.wish();
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), []);
      bench.clock.advance(remoteLimits.conflictRetryMs);
      await bench.wish();
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), fernRecords);
      assert.equal(bench.names.stateOf("fern.lan.example.")?.problem, undefined);
    },
  ],
  [
    "of two clients here the first keeps the name",
    async (bench) => {
      await bench.wish();
      const other = { owner: moss, address: parseIpv4("192.168.9.18") };
      assert.equal(await bench.wish(other), "fern.lan.example is 52:54:00:00:00:01's");
      await bench.withdraw("fern.lan.example.", "192.168.9.17");
      assert.equal(await bench.wish(other), undefined);
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), [
        "18.9.168.192.in-addr.arpa. PTR fern.lan.example.",
        "fern.lan.example. A 192.168.9.18",
        'fern.lan.example. TXT "00cf6242f693ebbf1d545159548e44ab81"',
      ]);
    },
  ],
  [
    "but a host of the site file counts before it",
    async (bench) => {
      await bench.wish();
      await bench.settled();
      assert.equal(
        await bench.wish({ owner: "dhcp:host:fern", address: parseIpv4("192.168.9.18") }),
        undefined,
      );
      await bench.settled();
      assert.match(bench.zones.texts().join(), /fern\.lan\.example\. A 192\.168\.9\.18/);
      assert.equal(await bench.wish(), "fern.lan.example is that of the host fern in the site file");
    },
  ],
  [
    "a client that moves has its name at the new address alone",
    async (bench) => {
      await bench.wish();
      await bench.settled();
      await bench.wish({ address: parseIpv4("192.168.9.30") });
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), [
        "30.9.168.192.in-addr.arpa. PTR fern.lan.example.",
        "fern.lan.example. A 192.168.9.30",
        'fern.lan.example. TXT "005ed5057eb72c3f648ae3f4b40f0c3441"',
      ]);
      await bench.withdraw("fern.lan.example.", "192.168.9.17");
      await bench.settled();
      assert.equal(bench.zones.texts().length, 3, "the old lease has nothing to end");
    },
  ],
  [
    "another kind of guard takes the place of the old one",
    async (bench) => {
      await bench.wish({ guard: undefined });
      await bench.settled();
      await bench.wish();
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), fernRecords);
    },
  ],
  [
    "what ends is taken away, and forgotten",
    async (bench) => {
      await bench.wish();
      await bench.settled();
      await bench.withdraw("fern.lan.example.", "192.168.9.17");
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), []);
      assert.deepEqual(await bench.stored(), []);
      assert.equal(bench.names.stateOf("fern.lan.example."), undefined);
    },
  ],
  [
    "what ends while the server is away is taken away when it is back, before the next owner's comes",
    async (bench) => {
      await bench.wish();
      await bench.settled();
      bench.zones.script.push(() => "silent");
      await bench.withdraw("fern.lan.example.", "192.168.9.17");
      await bench.settled();
      await bench.names[Symbol.asyncDispose]();
      await bench.open();
      await bench.wish({ owner: moss, address: parseIpv4("192.168.9.18") });
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), fernRecords);
      bench.zones.script.length = 0;
      await bench.pass(4_000);
      assert.match(
        bench.zones.texts().join(),
        /^18\.9.* PTR fern\.lan\.example\.,fern\.lan\.example\. A 192\.168\.9\.18/,
      );
      assert.equal(bench.zones.texts().length, 3);
    },
  ],
  [
    "a name that was never sent needs no taking away without a guard",
    async (bench) => {
      bench.zones.script.push(() => "silent");
      await bench.wish({ guard: undefined });
      await bench.settled();
      bench.zones.add("fern.lan.example.", "A", "192.168.9.17");
      bench.zones.script.length = 0;
      await bench.withdraw("fern.lan.example.", "192.168.9.17");
      await bench.settled();
      assert.deepEqual(
        bench.zones.texts(),
        ["fern.lan.example. A 192.168.9.17"],
        "somebody else's, with this address",
      );
      assert.deepEqual(await bench.stored(), []);
    },
  ],
  [
    "one name that is refused does not keep others of its zone waiting",
    async (bench) => {
      bench.zones.script.push(
        () => Rcode.REFUSED,
        () => undefined,
      );
      await bench.wish();
      await bench.wish({ name: "oak.lan.example.", owner: moss, address: parseIpv4("192.168.9.18") });
      await bench.settled();
      assert.match(bench.zones.texts().join(), /oak\.lan\.example\. A/);
      const state = bench.names.stateOf("fern.lan.example.");
      assert.deepEqual(state, { pending: true, problem: "the server 192.0.2.53 was refused: REFUSED" });
      assert.deepEqual(bench.names.problems, []);
      await bench.pass(remoteLimits.retryMsMin + 1_000);
      assert.match(bench.zones.texts().join(), /fern\.lan\.example\. A/);
    },
  ],
  [
    "a zone that refuses everything is left alone",
    async (bench) => {
      bench.zones.script.push(() => Rcode.NOTAUTH);
      for (let host = 0; host < 20; host++)
        await bench.wish({
          name: `h${host}.lan.example.`,
          owner: `dhcp:${host}`,
          address: parseIpv4(`192.168.9.${host}`),
        });
      await bench.settled();
      assert.ok(bench.zones.log.length < 20, `${bench.zones.log.length} updates`);
      assert.match(bench.names.problems[0]?.what ?? "", /NOTAUTH/);
      bench.zones.script.length = 0;
      await bench.pass(12_000);
      assert.equal(bench.zones.texts().length, 60);
    },
  ],
  [
    "a store that cannot write is tried again",
    async (bench) => {
      await bench.wish();
      bench.failure = new StoreError("HP_STORE_FULL", "the disk is full");
      await bench.settled();
      assert.match(bench.names.stateOf("fern.lan.example.")?.problem ?? "", /the disk is full/);
      bench.failure = undefined;
      await bench.pass(remoteLimits.retryMsMin + 1_000);
      assert.deepEqual(bench.zones.texts(), fernRecords);
      assert.deepEqual(bench.names.stateOf("fern.lan.example."), { pending: false, problem: undefined });
    },
  ],
  [
    "what a zone is to have that the site file has no more is forgotten",
    async (bench) => {
      await bench.wish();
      await bench.settled();
      bench.names.use([]);
      await bench.withdraw("fern.lan.example.", "192.168.9.17");
      await bench.settled();
      assert.deepEqual(await bench.stored(), []);
      assert.deepEqual(bench.zones.texts(), fernRecords);
    },
  ],
  [
    "a zone that has moved to another server gets its names there when clients renew",
    async (bench) => {
      await bench.wish();
      await bench.settled();
      bench.zones.records.length = 0;
      const moved = bothZones.map((zone) => ({ ...zone, title: "198.51.100.53" }));
      bench.names.use(moved);
      await bench.wish();
      await bench.settled();
      assert.deepEqual(bench.zones.texts(), fernRecords);
    },
  ],
  [
    "the names that are wished are told",
    async (bench) => {
      await bench.wish();
      assert.deepEqual(bench.names.wished(), [
        { name: "fern.lan.example.", owner: fern, address: parseIpv4("192.168.9.17") },
      ]);
      await bench.withdraw("fern.lan.example.", "192.168.9.17", moss);
      assert.equal(bench.names.wished().length, 1, "another's is not taken away");
    },
  ],
];
for (const [sentence, holds] of rules) {
  test(sentence, async () => {
    const bench = await new RemoteBench().open();
    await holds(bench);
    await bench.names[Symbol.asyncDispose]();
  });
}

for (const guarded of [true, false]) {
  test(`whatever fails on the way, in the end the zones say what is wished, ${guarded ? "with" : "without"} guards`, async () => {
    let seed = 5;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 0x8000_0000;
      return Math.floor(seed / 0x10000) % below;
    };
    const bench = await new RemoteBench().open();
    const outcomes = ["lost", "silent", Rcode.SERVFAIL, undefined, undefined] as const;
    bench.zones.script.push(() => outcomes[random(outcomes.length)]);
    const names = ["a.lan.example.", "b.lan.example.", "c.lan.example."];
    for (let step = 0; step < 150; step++) {
      const name = names[random(names.length)]!;
      const address = parseIpv4(`192.168.9.${10 * (1 + names.indexOf(name)) + random(3)}`);
      const [current] = bench.names.wished().filter((one) => one.name === name);
      if (current !== undefined && random(3) === 0) {
        const change = bench.names.withdraw({ name, address: current.address, mayOwn: () => true });
        if (change !== undefined) await bench.write(change);
      } else {
        const owner = [fern, moss][random(2)]!;
        const { guard } = wishOf({ owner });
        await bench.wish({ name, address, owner, guard: guarded ? guard : undefined });
      }
      await bench.pass(remoteLimits.tickMs * random(6));
      if (random(10) === 0) {
        await bench.names[Symbol.asyncDispose]();
        await bench.open();
      }
    }
    bench.zones.script.length = 0;
    await bench.pass(2 * remoteLimits.retryMsMax);
    assert.equal(bench.names.pending, 0);
    const addresses = bench.zones
      .texts()
      .filter((text) => / A /.test(text))
      .map((text) => text.replace(" A ", " "));
    const wished = bench.names
      .wished()
      .map(({ name, address }) => `${name} ${[24, 16, 8, 0].map((by) => (address >>> by) & 255).join(".")}`);
    assert.deepEqual(addresses, wished.sort());
    const pointers = bench.zones.texts().filter((text) => text.includes(" PTR "));
    assert.equal(pointers.length, wished.length, pointers.join());
  });
}
