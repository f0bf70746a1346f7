/** For tests: hosts beside one another, hosts of an earlier server, many at once, and the program's end. */
import assert from "node:assert/strict";
import type { RegistryRecord } from "./name-registry.ts";
import { fern, fernRecords, mac, otherMac, type Rule, whyOf } from "./name-registry-bench.ts";

const reverse: readonly Rule[] = [
  [
    "a static PTR record stays as it is, and the host has its name nevertheless",
    async ({ registry, records, alter }) => {
      const theirs = "7.2.0.192.in-addr.arpa. 60 PTR moss.lan.example.";
      await alter([], [theirs]);
      assert.deepEqual(await registry.publish(fern()), { published: true, changed: true, reverse: [] });
      await registry.withdraw(fern().name, mac);
      assert.deepEqual(records(), [theirs]);
    },
  ],
  [
    "a static PTR record that says the name counts, and stays when the host goes",
    async ({ registry, records, alter }) => {
      const theirs = "7.2.0.192.in-addr.arpa. 60 PTR fern.lan.example.";
      await alter([], [theirs]);
      assert.deepEqual(await registry.publish(fern()), {
        published: true,
        changed: true,
        reverse: ["192.0.2.7"],
      });
      await registry.withdraw(fern().name, mac);
      assert.deepEqual(records(), [theirs]);
    },
  ],
  [
    "of two hosts with one address the first has the PTR record, and the second has it once the first is gone",
    async ({ registry, records }) => {
      const moss = fern({ name: "moss.lan.example", owner: otherMac });
      await registry.publish(fern());
      assert.deepEqual(await registry.publish(moss), { published: true, changed: true, reverse: [] });
      await registry.withdraw(fern().name, mac);
      assert.deepEqual(records(), ["moss.lan.example. 300 A 192.0.2.7"]);
      assert.deepEqual(await registry.publish(moss), {
        published: true,
        changed: true,
        reverse: ["192.0.2.7"],
      });
    },
  ],
  [
    "what else stands at the name of an address keeps the PTR record away",
    async ({ registry, records, alter }) => {
      const theirs = '7.2.0.192.in-addr.arpa. 60 TXT "reserved"';
      await alter([], [theirs]);
      assert.deepEqual(await registry.publish(fern()), { published: true, changed: true, reverse: [] });
      assert.ok(records().includes(theirs));
    },
  ],
];

const guard = "317bf41a2c5b70fd9ca4e283d364dcddd5";
const left: readonly string[] = [
  "99.2.0.192.in-addr.arpa. 1200 PTR fern.lan.example.",
  "fern.lan.example. 1200 A 192.0.2.99",
  `fern.lan.example. 1200 TXT "${guard}"`,
];

function isMine(records: readonly RegistryRecord[]): boolean {
  const texts = records.filter(({ type }) => type === "TXT").map(({ data }) => data);
  return texts.length === 1 && texts[0] === `"${guard}"`;
}

const takingOver: readonly Rule[] = [
  [
    "records of an earlier server are their machine's, PTR records too",
    async ({ registry, records, alter }) => {
      await alter([], left);
      const outcome = await registry.publish(fern(), { takeOver: isMine });
      assert.deepEqual(outcome, { published: true, changed: true, reverse: ["192.0.2.7"] });
      assert.deepEqual(records(), fernRecords);
      await registry.withdraw(fern().name, mac);
      assert.deepEqual(records(), []);
    },
  ],
  [
    "records of an earlier server that stay as they are become the host's",
    async ({ registry, records, alter }) => {
      await alter([], left);
      const same = fern({ addresses: ["192.0.2.99"], ttl: 1200, guards: [{ type: "TXT", data: guard }] });
      const outcome = await registry.publish(same, { takeOver: isMine });
      assert.deepEqual(outcome, { published: true, changed: false, reverse: ["192.0.2.99"] });
      assert.deepEqual(records(), left);
      assert.equal(whyOf(await registry.publish(same)), "published");
      await registry.withdraw(same.name, mac);
      assert.deepEqual(records(), []);
    },
  ],
  [
    "an address that another server put beside the host's own guard is the host's again",
    async ({ registry, records, alter }) => {
      const guarded = fern({ guards: [{ type: "TXT", data: guard }] });
      await registry.publish(guarded);
      await alter(["fern.lan.example. 300 A 192.0.2.7"], ["fern.lan.example. 300 A 198.51.100.7"]);
      assert.equal(whyOf(await registry.publish(guarded)), "static", "nobody says that it is");
      const outcome = await registry.publish(guarded, { takeOver: isMine });
      assert.deepEqual(outcome, { published: true, changed: true, reverse: ["192.0.2.7"] });
      assert.deepEqual(records(), [...fernRecords, `fern.lan.example. 300 TXT "${guard}"`]);
    },
  ],
  [
    "records of an earlier server are another machine's when it is told so",
    async ({ registry, records, alter }) => {
      await alter([], left);
      const seen: RegistryRecord[] = [];
      const takeOver = (all: readonly RegistryRecord[]): boolean => {
        seen.push(...all);
        return false;
      };
      assert.equal(whyOf(await registry.publish(fern(), { takeOver })), "static");
      assert.deepEqual(records(), left);
      const name = "fern.lan.example.";
      assert.deepEqual(seen.slice(0, 2), [
        { name, type: "A", ttl: 1200, data: "192.0.2.99" },
        { name, type: "TXT", ttl: 1200, data: `"${guard}"` },
      ]);
    },
  ],
  [
    "a PTR record that says another name is not taken over",
    async ({ registry, records, alter }) => {
      const theirs = "99.2.0.192.in-addr.arpa. 60 PTR moss.lan.example.";
      await alter([], [...left.slice(1), theirs]);
      const outcome = await registry.publish(fern({ addresses: ["192.0.2.99"] }), { takeOver: isMine });
      assert.deepEqual(outcome, { published: true, changed: true, reverse: [] });
      assert.ok(records().includes(theirs));
    },
  ],
  [
    "records of types that are no address and no guard stay beside what was taken over",
    async ({ registry, records, alter }) => {
      const mail = "fern.lan.example. 1200 MX 10 mail.lan.example.";
      await alter([], [...left, mail]);
      assert.equal(whyOf(await registry.publish(fern(), { takeOver: isMine })), "published");
      await registry.withdraw(fern().name, mac);
      assert.deepEqual(records(), [mail]);
    },
  ],
  [
    "an alias is not taken over, nor a name that another owner has",
    async ({ registry, alter }) => {
      const asked = (): boolean => assert.fail("it was asked");
      await alter([], ["fern.lan.example. 60 CNAME www.lan.example."]);
      assert.equal(whyOf(await registry.publish(fern(), { takeOver: asked })), "static");
      await registry.publish(fern({ name: "moss.lan.example" }));
      const other = fern({ name: "moss.lan.example", owner: otherMac });
      assert.equal(whyOf(await registry.publish(other, { takeOver: asked })), "taken");
    },
  ],
];

const many: readonly Rule[] = [
  [
    "what is published is found by name, and by the beginning of its owner",
    async ({ registry }) => {
      const hosts = [
        fern(),
        fern({ name: "moss.lan.example", owner: otherMac, addresses: ["2001:DB8::1", "192.0.2.9"] }),
        fern({ name: "road.lan.example", owner: "vpn:road" }),
      ];
      for (const host of hosts) await registry.publish(host);
      const names = (await registry.list("dhcp:")).map(({ name }) => name);
      assert.deepEqual(names.sort(), ["fern.lan.example.", "moss.lan.example."]);
      assert.equal((await registry.list("")).length, 3);
      assert.deepEqual(await registry.list("usb:"), []);
      const { publishedAtMs, ...moss } = (await registry.lookUp("MOSS.lan.example"))!;
      const addresses = ["2001:db8::1", "192.0.2.9"];
      assert.deepEqual(moss, { name: "moss.lan.example.", owner: otherMac, addresses, ttl: 300 });
      assert.ok(publishedAtMs > 0);
      assert.equal(await registry.lookUp("none.lan.example"), undefined);
      assert.equal(await registry.lookUp(".."), undefined);
    },
  ],
  [
    "of 200 who want 50 names at once each name has one, and all of it agrees",
    async ({ registry, records, store }) => {
      const wishes = Array.from({ length: 200 }, (_, i) => ({
        name: `host-${i % 50}.lan.example`,
        owner: `test:${i}`,
        addresses: [`192.0.2.${i + 1}`],
        ttl: 300,
      }));
      const outcomes = await Promise.all(
        wishes.map((wish) =>
          registry.publish(wish, { alongside: [{ do: "put", key: `test/${wish.owner}`, value: wish.name }] }),
        ),
      );
      const winners = wishes.filter((_, i) => outcomes[i]!.published);
      assert.equal(new Set(winners.map(({ name }) => name)).size, 50);
      assert.equal(winners.length, 50);
      for (const outcome of outcomes)
        assert.ok(outcome.published || (outcome.why === "taken" && outcome.owner));
      const want = winners.flatMap(({ name, addresses: [address] }) => [
        `${address!.split(".").at(-1)}.2.0.192.in-addr.arpa. 300 PTR ${name}.`,
        `${name}. 300 A ${address}`,
      ]);
      assert.deepEqual(records(), want.sort());
      const owners = (await registry.list("test:")).map(({ owner }) => owner).sort();
      assert.deepEqual(owners, winners.map(({ owner }) => owner).sort());
      assert.equal((await store.list("test/")).length, 50);
    },
  ],
  [
    "calls for one name are done in the order in which they came",
    async ({ registry, records }) => {
      const calls = [8, 9, 10].map((last) => registry.publish(fern({ addresses: [`192.0.2.${last}`] })));
      const withdrawn = registry.withdraw(fern().name, mac);
      const last = registry.publish(fern({ owner: otherMac }));
      assert.deepEqual((await Promise.all(calls)).map(whyOf), ["published", "published", "published"]);
      assert.equal(await withdrawn, true);
      assert.equal(whyOf(await last), "published");
      assert.deepEqual(records(), fernRecords);
    },
  ],
  [
    "hosts that want one address at once share it, and one of them has the PTR record",
    async ({ registry, records }) => {
      const hosts = Array.from({ length: 10 }, (_, i) =>
        fern({ name: `h${i}.lan.example`, owner: `test:${i}` }),
      );
      const outcomes = await Promise.all(hosts.map((host) => registry.publish(host)));
      const reversed = outcomes.filter((outcome) => outcome.published && outcome.reverse.length === 1);
      assert.deepEqual([reversed.length, records().length], [1, 11]);
    },
  ],
  [
    "the program's end and start changes nothing of who has which name",
    async (bench) => {
      await bench.registry.publish(fern());
      const before = await bench.registry.lookUp(fern().name);
      await bench.restart();
      const { registry } = bench;
      assert.deepEqual(bench.records(), fernRecords);
      assert.deepEqual(await registry.lookUp(fern().name), before);
      assert.equal(whyOf(await registry.publish(fern({ owner: otherMac }))), "taken");
      assert.deepEqual(await registry.publish(fern()), {
        published: true,
        changed: false,
        reverse: ["192.0.2.7"],
      });
      assert.equal(await registry.withdraw(fern().name, mac), true);
      await bench.restart();
      assert.deepEqual(bench.records(), []);
      assert.equal(await bench.registry.lookUp(fern().name), undefined);
    },
  ],
];

export const sharingRules: readonly Rule[] = [...reverse, ...takingOver, ...many];
