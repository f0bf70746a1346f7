/** For tests: what withdrawing a name does, and what becomes of records that others changed meanwhile. */
import assert from "node:assert/strict";
import {
  fern,
  fernRecords,
  keysWrittenWith,
  mac,
  otherMac,
  type Rule,
  reverseZone,
  whyOf,
} from "./name-registry-bench.ts";

const lease = { do: "put", key: "dhcp/lease/192.0.2.7", value: "released" } as const;
const fingerprint =
  "fern.lan.example. 300 SSHFP 4 2 0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20";
const both = fern({ addresses: ["192.0.2.7", "2001:db8::7"] });
const [pointer, address] = fernRecords as [string, string];

const withdrawing: readonly Rule[] = [
  [
    "a name that is withdrawn has no records, and is free",
    async ({ registry, records }) => {
      await registry.publish(both);
      assert.equal(await registry.withdraw("FERN.lan.example.", mac), true);
      assert.deepEqual(records(), []);
      assert.equal(await registry.lookUp(both.name), undefined);
      assert.equal(whyOf(await registry.publish(fern({ owner: otherMac }))), "published");
    },
  ],
  [
    "a name is withdrawn by its owner alone",
    async ({ registry, records, store }) => {
      await registry.publish(fern());
      assert.equal(await registry.withdraw(fern().name, otherMac, { alongside: [lease] }), false);
      assert.deepEqual(records(), fernRecords);
      assert.equal(await store.get(lease.key), undefined);
    },
  ],
  [
    "a name that nobody has is not withdrawn, nor one a second time, nor what is no name",
    async ({ registry }) => {
      assert.equal(await registry.withdraw("fern.lan.example", mac), false);
      await registry.publish(fern());
      assert.equal(await registry.withdraw("fern.lan.example", mac), true);
      assert.equal(await registry.withdraw("fern.lan.example", mac), false);
      assert.equal(await registry.withdraw("..", mac), false);
    },
  ],
  [
    "what goes along is written with the withdrawal",
    async ({ registry, store }) => {
      await registry.publish(fern());
      await registry.withdraw(fern().name, mac, { alongside: [lease] });
      assert.equal((await store.get(lease.key))?.value, "released");
      assert.ok((await keysWrittenWith(store, lease.key)).length > 1);
    },
  ],
  [
    "a static record is not withdrawn by anybody",
    async ({ registry, records, alter }) => {
      await alter([], [address]);
      assert.equal(await registry.withdraw(fern().name, mac), false);
      assert.deepEqual(records(), [address]);
    },
  ],
  [
    "a guard stays where another server has given the machine an address since, and goes where none is left",
    async ({ registry, records, alter }) => {
      const data = "317bf41a2c5b70fd9ca4e283d364dcddd5";
      const guard = `fern.lan.example. 300 TXT "${data}"`;
      const theirs = "fern.lan.example. 300 A 198.51.100.7";
      await registry.publish(fern({ guards: [{ type: "TXT", data }] }));
      await alter([address], [theirs]);
      assert.equal(await registry.withdraw(fern().name, mac), true);
      assert.deepEqual(records(), [theirs, guard]);
      await alter([theirs, guard], []);
      await registry.publish(fern({ guards: [{ type: "TXT", data }] }));
      await registry.withdraw(fern().name, mac);
      assert.deepEqual(records(), []);
    },
  ],
  [
    "a name withdrawn while its zone cannot be changed is free, and its records go when it can",
    async ({ registry, records, hold, release }) => {
      await registry.publish(fern());
      hold("lan.example");
      assert.equal(await registry.withdraw(fern().name, mac), true);
      assert.deepEqual(records(), [address]);
      assert.deepEqual(await registry.list(""), []);
      assert.equal(await registry.withdraw(fern().name, mac), false);
      await release("lan.example");
      assert.deepEqual(records(), []);
    },
  ],
  [
    "a PTR record of a withdrawn name goes when its zone can be changed",
    async ({ registry, records, hold, release }) => {
      await registry.publish(fern());
      hold(reverseZone);
      assert.equal(await registry.withdraw(fern().name, mac), true);
      assert.deepEqual(records(), [pointer]);
      await release(reverseZone);
      assert.deepEqual(records(), []);
    },
  ],
  [
    "a PTR record of an address that was left while its zone could not be changed goes later",
    async ({ registry, records, hold, release }) => {
      await registry.publish(fern());
      hold(reverseZone);
      await registry.publish(fern({ addresses: ["2001:db8::7"], reverse: false }));
      assert.ok(records().includes(pointer));
      await release(reverseZone);
      assert.deepEqual(records(), ["fern.lan.example. 300 AAAA 2001:db8::7"]);
    },
  ],
  [
    "a PTR record stays when its host is published again while its zone cannot be changed",
    async ({ registry, records, hold, release }) => {
      await registry.publish(fern());
      hold(reverseZone);
      assert.deepEqual(await registry.publish(fern({ addresses: ["192.0.2.8", "192.0.2.7"] })), {
        published: true,
        changed: true,
        reverse: ["192.0.2.7"],
      });
      await release(reverseZone);
      assert.deepEqual(records(), [...fernRecords, "fern.lan.example. 300 A 192.0.2.8"]);
    },
  ],
  [
    "what is left of a withdrawn name is the next owner's",
    async (bench) => {
      const { registry, records, hold } = bench;
      await registry.publish(both);
      hold("lan.example");
      await registry.withdraw(fern().name, mac);
      await bench.restart();
      const next = fern({ owner: otherMac, addresses: ["192.0.2.8"] });
      assert.equal(whyOf(await bench.registry.publish(next)), "published");
      assert.deepEqual(records(), [
        "8.2.0.192.in-addr.arpa. 300 PTR fern.lan.example.",
        "fern.lan.example. 300 A 192.0.2.8",
      ]);
    },
  ],
];

const meanwhile: readonly Rule[] = [
  [
    "what somebody put beside a name makes it theirs once the host has withdrawn it, whatever is left of the host",
    async ({ registry, alter, hold, release }) => {
      await registry.publish(both);
      await alter([], [fingerprint]);
      hold("lan.example");
      assert.equal(await registry.withdraw(both.name, mac), true);
      await release("lan.example", "before the registry hears of it");
      assert.equal(whyOf(await registry.publish(fern())), "static");
    },
  ],
  [
    "a record that somebody removed comes back with the next publication",
    async ({ registry, records, alter }) => {
      for (const line of fernRecords) {
        await registry.publish(fern());
        await alter([line], []);
        const outcome = await registry.publish(fern());
        assert.deepEqual(outcome, { published: true, changed: true, reverse: ["192.0.2.7"] });
        assert.deepEqual(records(), fernRecords);
      }
      await alter(fernRecords, []);
      await registry.publish(fern());
      assert.deepEqual(records(), fernRecords);
    },
  ],
  [
    "a TTL that somebody changed comes back, and the record is still the host's",
    async ({ registry, records, alter }) => {
      await registry.publish(fern());
      await alter([address], [address.replace("300", "9")]);
      await registry.publish(fern());
      assert.deepEqual(records(), fernRecords);
      await alter([address], [address.replace("300", "9")]);
      await registry.withdraw(fern().name, mac);
      assert.deepEqual(records(), []);
    },
  ],
  [
    "an address that somebody wrote in the place of the host's makes the name theirs",
    async ({ registry, records, alter }) => {
      await registry.publish(both);
      const theirs = "fern.lan.example. 60 A 192.0.2.99";
      await alter([address], [theirs]);
      const before = records();
      assert.equal(whyOf(await registry.publish(both)), "static");
      assert.deepEqual(records(), before);
      assert.equal(await registry.withdraw(both.name, mac), true);
      assert.deepEqual(records(), [theirs]);
      assert.equal(whyOf(await registry.publish(both)), "static");
    },
  ],
  [
    "a name is its owner's again when what stood in its way is gone",
    async ({ registry, records, alter }) => {
      await registry.publish(fern());
      const theirs = "fern.lan.example. 300 A 192.0.2.99";
      await alter([], [theirs]);
      assert.equal(whyOf(await registry.publish(fern({ owner: otherMac }))), "taken");
      assert.equal(whyOf(await registry.publish(fern())), "static");
      await alter([theirs], []);
      assert.equal(whyOf(await registry.publish(fern())), "published");
      assert.deepEqual(records(), fernRecords);
    },
  ],
  [
    "a guard that somebody else left at a guarded name makes it theirs",
    async ({ registry, alter }) => {
      const guarded = fern({ guards: [{ type: "TXT", data: "00cf6242f693ebbf1d545159548e44ab81" }] });
      await registry.publish(guarded);
      await alter([], ['fern.lan.example. 300 TXT "317bf41a2c5b70fd9ca4e283d364dcddd5"']);
      assert.equal(whyOf(await registry.publish(guarded)), "static");
    },
  ],
  [
    "a record of another type that somebody put beside a published name stays, whatever becomes of the host",
    async ({ registry, records, alter }) => {
      await registry.publish(fern());
      await alter([], [fingerprint]);
      assert.equal(whyOf(await registry.publish(fern({ ttl: 60, addresses: ["192.0.2.8"] }))), "published");
      assert.ok(records().includes(fingerprint));
      await registry.withdraw(fern().name, mac);
      assert.deepEqual(records(), [fingerprint]);
      assert.equal(whyOf(await registry.publish(fern())), "static");
    },
  ],
  [
    "a name of which only what somebody put beside it is left is theirs",
    async ({ registry, records, alter }) => {
      await registry.publish(fern());
      await alter(fernRecords, [fingerprint]);
      assert.equal(whyOf(await registry.publish(fern())), "static");
      assert.deepEqual(records(), [fingerprint]);
    },
  ],
  [
    "a PTR record that somebody wrote in the place of the host's is theirs",
    async ({ registry, records, alter }) => {
      await registry.publish(fern());
      const theirs = "7.2.0.192.in-addr.arpa. 60 PTR moss.lan.example.";
      await alter([pointer], [theirs]);
      assert.deepEqual(await registry.publish(fern()), { published: true, changed: false, reverse: [] });
      await registry.withdraw(fern().name, mac);
      assert.deepEqual(records(), [theirs]);
    },
  ],
  [
    "a PTR record that somebody put beside the host's keeps its TTL and stays",
    async ({ registry, records, alter }) => {
      await registry.publish(fern());
      const theirs = "7.2.0.192.in-addr.arpa. 300 PTR moss.lan.example.";
      await alter([], [theirs]);
      await registry.publish(fern({ ttl: 60 }));
      assert.ok(records().includes(theirs));
      await registry.withdraw(fern().name, mac);
      assert.deepEqual(records(), [theirs]);
    },
  ],
];

export const withdrawingRules: readonly Rule[] = [...withdrawing, ...meanwhile];
