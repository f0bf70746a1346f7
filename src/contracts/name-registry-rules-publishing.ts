/** For tests: what publishing a host does, and when it is refused. */
import assert from "node:assert/strict";
import type { PublishedHost } from "./name-registry.ts";
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
import { StoreError } from "./store.ts";

const lease = { do: "put", key: "dhcp/lease/192.0.2.7", value: { mac: "52:54:00:12:34:56" } } as const;

const host: readonly Rule[] = [
  [
    "a host has its addresses and their PTR records once it is published",
    async ({ registry, records }) => {
      const outcome = await registry.publish(fern({ addresses: ["192.0.2.7", "2001:db8::7"] }));
      assert.deepEqual(outcome, { published: true, changed: true, reverse: ["192.0.2.7", "2001:db8::7"] });
      assert.deepEqual(
        records(),
        [
          `7.${"0.".repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa. 300 PTR fern.lan.example.`,
          "7.2.0.192.in-addr.arpa. 300 PTR fern.lan.example.",
          "fern.lan.example. 300 A 192.0.2.7",
          "fern.lan.example. 300 AAAA 2001:db8::7",
        ].sort(),
      );
    },
  ],
  [
    "the same publication again changes nothing, however name and addresses are written",
    async ({ registry, changes }) => {
      await registry.publish(fern({ addresses: ["192.0.2.7", "2001:db8::7"] }));
      const before = changes();
      const again = await registry.publish(
        fern({ name: "FERN.Lan.example.", addresses: ["2001:DB8:0:0::7", "192.0.2.7", "2001:db8::0007"] }),
      );
      assert.deepEqual(again, { published: true, changed: false, reverse: ["2001:db8::7", "192.0.2.7"] });
      assert.equal(changes(), before);
    },
  ],
  [
    "the same publication again leaves since when it is so, and another says it anew",
    async ({ registry }) => {
      await registry.publish(fern());
      const first = await registry.lookUp(fern().name);
      await registry.publish(fern());
      assert.deepEqual(await registry.lookUp(fern().name), first);
      await registry.publish(fern({ ttl: 60 }));
      const changed = await registry.lookUp(fern().name);
      assert.ok(changed!.publishedAtMs > first!.publishedAtMs);
    },
  ],
  [
    "a host that moved loses its old address and its PTR record, and no other",
    async ({ registry, records }) => {
      await registry.publish(fern({ addresses: ["192.0.2.7", "192.0.2.8"] }));
      await registry.publish(fern({ addresses: ["192.0.2.8", "192.0.2.9"] }));
      assert.deepEqual(records(), [
        "8.2.0.192.in-addr.arpa. 300 PTR fern.lan.example.",
        "9.2.0.192.in-addr.arpa. 300 PTR fern.lan.example.",
        "fern.lan.example. 300 A 192.0.2.8",
        "fern.lan.example. 300 A 192.0.2.9",
      ]);
    },
  ],
  [
    "a host that is IPv6 alone has no A record any more",
    async ({ registry, records }) => {
      await registry.publish(fern());
      await registry.publish(fern({ addresses: ["2001:db8::7"], reverse: false }));
      assert.deepEqual(records(), ["fern.lan.example. 300 AAAA 2001:db8::7"]);
    },
  ],
  [
    "another TTL is that of all its records",
    async ({ registry, records }) => {
      await registry.publish(fern());
      assert.equal((await registry.publish(fern({ ttl: 60 }))).published, true);
      assert.deepEqual(
        records(),
        fernRecords.map((line) => line.replace("300", "60")),
      );
    },
  ],
  [
    "guards stand beside the addresses, others take their place, and without any they go",
    async ({ registry, records }) => {
      const data = "317bf41a2c5b70fd9ca4e283d364dcddd5";
      const digest = "AAEBOSD+XR3Os/0LozeXVqcNc7FwCfQdWL3b/NaiUDlW2No=";
      await registry.publish(fern({ guards: [{ type: "TXT", data }] }));
      assert.deepEqual(records(), [...fernRecords, `fern.lan.example. 300 TXT "${data}"`]);
      await registry.publish(fern({ guards: [{ type: "DHCID", data: digest }] }));
      assert.deepEqual(records(), [...fernRecords, `fern.lan.example. 300 DHCID ${digest}`]);
      await registry.publish(fern());
      assert.deepEqual(records(), fernRecords);
    },
  ],
  [
    "without reverse there is no PTR record, and one of before goes",
    async ({ registry, records }) => {
      await registry.publish(fern());
      const outcome = await registry.publish(fern({ reverse: false }));
      assert.deepEqual(outcome, { published: true, changed: true, reverse: [] });
      assert.deepEqual(records(), ["fern.lan.example. 300 A 192.0.2.7"]);
    },
  ],
  [
    "an address that lies in no reverse zone of this server has no PTR record",
    async ({ registry, records }) => {
      const outcome = await registry.publish(fern({ addresses: ["203.0.113.7"] }));
      assert.deepEqual(outcome, { published: true, changed: true, reverse: [] });
      assert.deepEqual(records(), ["fern.lan.example. 300 A 203.0.113.7"]);
    },
  ],
  [
    "a name lands in the zone with the longest name that it lies in",
    async ({ registry, records, hold }) => {
      hold("own.lan.example");
      const name = "fern.own.lan.example";
      assert.equal(whyOf(await registry.publish(fern({ name }))), "zone-unavailable");
      assert.deepEqual(records(), []);
    },
  ],
  [
    "where an alias leads from the reverse zone into another one, the PTR record is there",
    async ({ registry, records, alter }) => {
      const alias = "7.2.0.192.in-addr.arpa. 300 CNAME 7.0/25.2.0.192.in-addr.arpa.";
      await alter([], [alias]);
      assert.deepEqual(await registry.publish(fern()), {
        published: true,
        changed: true,
        reverse: ["192.0.2.7"],
      });
      const pointer = "7.0/25.2.0.192.in-addr.arpa. 300 PTR fern.lan.example.";
      assert.deepEqual(records(), [pointer, alias, fernRecords[1]]);
      assert.equal(await registry.withdraw(fern().name, mac), true);
      assert.deepEqual(records(), [alias]);
    },
  ],
  [
    "an alias that leads from the reverse zone to a host's name is not followed",
    async ({ registry, records, alter }) => {
      const alias = "7.2.0.192.in-addr.arpa. 300 CNAME pointer.lan.example.";
      await alter([], [alias]);
      assert.deepEqual(await registry.publish(fern()), { published: true, changed: true, reverse: [] });
      assert.deepEqual(records(), [alias, fernRecords[1]]);
    },
  ],
  [
    "a reverse zone of a part of a network is found without its parent",
    async ({ registry, records }) => {
      const address = "198.51.100.130";
      const outcome = await registry.publish(fern({ addresses: [address] }));
      assert.deepEqual(outcome, { published: true, changed: true, reverse: [address] });
      assert.equal(records()[0], "130.128/26.100.51.198.in-addr.arpa. 300 PTR fern.lan.example.");
      assert.deepEqual(await registry.publish(fern({ addresses: ["198.51.100.1"] })), {
        published: true,
        changed: true,
        reverse: [],
      });
      assert.deepEqual(records(), ["fern.lan.example. 300 A 198.51.100.1"]);
    },
  ],
];

/** A record that stands in the way of fern.lan.example, and what is said then. */
const inTheWay: readonly (readonly [sentence: string, line: string, why: string])[] = [
  ["has an address", "fern.lan.example. 60 A 192.0.2.99", "static"],
  ["has the very address that it is to have", "fern.lan.example. 300 A 192.0.2.7", "static"],
  ["has an address of the other family", "fern.lan.example. 60 AAAA 2001:db8::99", "static"],
  ["receives mail", "fern.lan.example. 60 MX 10 mail.lan.example.", "static"],
  ["says something in a TXT record", 'fern.lan.example. 60 TXT "v=spf1 -all"', "static"],
  ["says who may sign for it", 'fern.lan.example. 60 CAA 0 issue "ca.example"', "static"],
  ["is an alias", "fern.lan.example. 60 CNAME www.lan.example.", "static"],
  ["is delegated", "fern.lan.example. 60 NS ns.other.example.", "no-zone"],
  [
    "has a guard of another server",
    "fern.lan.example. 60 DHCID AAABxLmlskllE0MVjd57zHcWmEH3pCQ6VytcKD//7es/deY=",
    "static",
  ],
];

const invalid: readonly (readonly [sentence: string, more: Partial<PublishedHost>])[] = [
  ["with an empty label", { name: "fern..lan.example" }],
  ["with a blank", { name: "my fern.lan.example" }],
  ["of all hosts", { name: "*.lan.example" }],
  ["of the root", { name: "." }],
  ["that begins with a hyphen", { name: "-fern.lan.example" }],
  ["with a label of 64 octets", { name: `${"f".repeat(64)}.lan.example` }],
  ["without addresses", { addresses: [] }],
  ["at an address of five numbers", { addresses: ["192.0.2.7.1"] }],
  ["at a name", { addresses: ["fern.lan.example"] }],
  ["at no address at all", { addresses: ["0.0.0.0"] }],
  ["at an address of one link", { addresses: ["fe80::1%eth0"] }],
  [
    "with more addresses than a host has",
    { addresses: Array.from({ length: 300 }, (_, i) => `192.0.2.${i % 256}`) },
  ],
  ["with a guard that is not base64", { guards: [{ type: "DHCID", data: "?" }] }],
  ["with a guard that is too long", { guards: [{ type: "TXT", data: "x".repeat(256) }] }],
  ["with a TTL below zero", { ttl: -1 }],
  ["with a TTL of half a second", { ttl: 0.5 }],
  ["with a TTL of 32 bits", { ttl: 2 ** 31 }],
  ["without an owner", { owner: "" }],
  ["of an owner with a line break", { owner: "dhcp:\n" }],
];

const refusals: readonly Rule[] = [
  ...inTheWay.map(
    ([sentence, line, why]): Rule => [
      `a name that ${sentence} is somebody's and stays as it is`,
      async ({ registry, records, alter, changes }) => {
        await alter([], [line]);
        const before = changes();
        const outcome = await registry.publish(fern());
        assert.equal(whyOf(outcome), why);
        assert.match(outcome.published ? "" : outcome.sentence, /fern\.lan\.example/);
        assert.deepEqual([records(), changes()], [[line], before]);
        assert.equal(await registry.lookUp(fern().name), undefined);
      },
    ],
  ),
  ...invalid.map(
    ([sentence, more]): Rule => [
      `a host ${sentence} is none`,
      async ({ registry, records }) => {
        assert.equal(whyOf(await registry.publish(fern(more))), "invalid");
        assert.deepEqual(records(), []);
      },
    ],
  ),
  [
    "a name that lies in no zone of this server is not published",
    async ({ registry }) => {
      assert.equal(whyOf(await registry.publish(fern({ name: "fern.example.net" }))), "no-zone");
    },
  ],
  [
    "the name of a zone is nobody's",
    async ({ registry }) => {
      assert.equal(whyOf(await registry.publish(fern({ name: "lan.example" }))), "static");
    },
  ],
  [
    "a name below a delegation is another server's",
    async ({ registry, alter }) => {
      await alter([], ["attic.lan.example. 60 NS ns.other.example."]);
      assert.equal(whyOf(await registry.publish(fern({ name: "fern.attic.lan.example" }))), "no-zone");
    },
  ],
  [
    "a name below a DNAME record would be seen by nobody",
    async ({ registry, alter }) => {
      await alter([], ["attic.lan.example. 60 DNAME cellar.lan.example."]);
      assert.equal(whyOf(await registry.publish(fern({ name: "fern.attic.lan.example" }))), "static");
    },
  ],
  [
    "names above and below a static one, and those that a wildcard stands for, are free",
    async ({ registry, records, alter }) => {
      const lines = ["*.lan.example. 60 A 192.0.2.99", "a.b.lan.example. 60 A 192.0.2.98"];
      await alter([], lines);
      for (const name of ["b.lan.example", "x.a.b.lan.example", "c.lan.example"]) {
        const outcome = await registry.publish(fern({ name, owner: `test:${name}`, reverse: false }));
        assert.equal(whyOf(outcome), "published");
      }
      assert.equal(records().length, 5);
    },
  ],
  [
    "a name that another owner has is taken, and it is said by whom",
    async ({ registry, records }) => {
      await registry.publish(fern());
      const outcome = await registry.publish(fern({ name: "FERN.lan.example", owner: otherMac }));
      assert.ok(!outcome.published && outcome.why === "taken" && outcome.owner === mac);
      assert.deepEqual(records(), fernRecords);
    },
  ],
  [
    "a zone that cannot be changed now is said, and leaves what was published",
    async ({ registry, records, hold, release }) => {
      await registry.publish(fern());
      hold("lan.example");
      assert.equal(whyOf(await registry.publish(fern({ ttl: 60 }))), "zone-unavailable");
      assert.deepEqual(records(), fernRecords);
      await release("lan.example");
      assert.equal(whyOf(await registry.publish(fern({ ttl: 60 }))), "published");
    },
  ],
  [
    "a reverse zone that cannot be changed now holds nobody up, and the next publication has its PTR record",
    async ({ registry, records, hold, release }) => {
      hold(reverseZone);
      assert.deepEqual(await registry.publish(fern()), { published: true, changed: true, reverse: [] });
      await release(reverseZone);
      assert.deepEqual(await registry.publish(fern()), {
        published: true,
        changed: true,
        reverse: ["192.0.2.7"],
      });
      assert.deepEqual(records(), fernRecords);
    },
  ],
];

const alongside: readonly Rule[] = [
  [
    "what goes along is written with the records, also when none of them changes",
    async ({ registry, store }) => {
      await registry.publish(fern(), { alongside: [lease] });
      assert.deepEqual((await store.get(lease.key))?.value, lease.value);
      await registry.publish(fern(), { alongside: [{ ...lease, value: "renewed" }] });
      assert.equal((await store.get(lease.key))?.value, "renewed");
    },
  ],
  [
    "what goes along is durable in one step with the records",
    async ({ registry, store }) => {
      await registry.publish(fern(), { alongside: [lease] });
      assert.ok((await keysWrittenWith(store, lease.key)).length > 1);
    },
  ],
  [
    "what goes along is not written when the name is refused",
    async ({ registry, store }) => {
      await registry.publish(fern({ owner: otherMac }));
      assert.equal(whyOf(await registry.publish(fern(), { alongside: [lease] })), "taken");
      const elsewhere = fern({ name: "fern.example.net" });
      assert.equal(whyOf(await registry.publish(elsewhere, { alongside: [lease] })), "no-zone");
      assert.equal(await store.get(lease.key), undefined);
    },
  ],
  [
    "what cannot go along rejects, and fails nobody else's",
    async ({ registry, records }) => {
      const many = Array.from({ length: 100 }, (_, i) => ({ ...lease, key: `dhcp/lease/${i}` }));
      const outcomes = await Promise.allSettled([
        registry.publish(fern({ name: "a.lan.example" }), { alongside: [{ ...lease, key: "\n" }] }),
        registry.publish(fern({ name: "b.lan.example" }), { alongside: many }),
        registry.publish(fern({ name: "c.lan.example" }), {
          alongside: [{ ...lease, value: "x".repeat(100_000) }],
        }),
        registry.publish(fern()),
      ]);
      for (const outcome of outcomes.slice(0, 3))
        assert.ok(outcome.status === "rejected" && outcome.reason instanceof StoreError);
      assert.equal(outcomes[3]?.status, "fulfilled");
      assert.deepEqual(records(), fernRecords);
    },
  ],
];

export const publishingRules: readonly Rule[] = [...host, ...refusals, ...alongside];
