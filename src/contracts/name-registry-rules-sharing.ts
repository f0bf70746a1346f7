/** For tests: hosts beside one another, many at once, and the program's end. */
import assert from "node:assert/strict";
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

export const sharingRules: readonly Rule[] = [...reverse, ...many];
