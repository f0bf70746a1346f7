/** For tests: records of others that become a host's, and those that stay beside it. */
import assert from "node:assert/strict";
import type { PublishOptions, RegistryRecord } from "./name-registry.ts";
import { fern, fernRecords, mac, otherMac, type Rule, whyOf } from "./name-registry-bench.ts";

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

const earlierServers: readonly Rule[] = [
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

const justAddresses: PublishOptions = { takeOver: () => "addresses" };

const takingAddresses: readonly Rule[] = [
  [
    "of a static name only the addresses are taken over when that is asked for, and only of its families",
    async ({ registry, records, alter }) => {
      const beside = [
        "99.2.0.192.in-addr.arpa. 60 PTR fern.lan.example.",
        "fern.lan.example. 60 AAAA 2001:db8::99",
        "fern.lan.example. 60 DHCID AAABxLmlskllE0MVjd57zHcWmEH3pCQ6VytcKD//7es/deY=",
        "fern.lan.example. 60 MX 10 mail.lan.example.",
        'fern.lan.example. 60 TXT "v=spf1 -all"',
      ];
      await alter([], ["fern.lan.example. 60 A 192.0.2.99", "fern.lan.example. 60 A 192.0.2.98", ...beside]);
      const host = fern({ reverse: false });
      const outcome = await registry.publish(host, justAddresses);
      assert.deepEqual(outcome, { published: true, changed: true, reverse: [] });
      const all = [...beside, "fern.lan.example. 300 A 192.0.2.7"];
      assert.deepEqual(records(), all.sort());
      const moved = fern({ reverse: false, addresses: ["192.0.2.8"] });
      assert.equal(whyOf(await registry.publish(moved)), "static", "nobody says that the AAAA may stay");
      assert.equal(whyOf(await registry.publish(moved, justAddresses)), "published");
      assert.equal(await registry.withdraw(host.name, mac), true);
      assert.deepEqual(records(), beside);
    },
  ],
  [
    "a family that only the host had goes with it, beside addresses of others that stay",
    async ({ registry, records, alter }) => {
      const theirs = "fern.lan.example. 60 AAAA 2001:db8::99";
      await registry.publish(fern({ reverse: false, addresses: ["192.0.2.7", "2001:db8::7"] }));
      await alter([], [theirs]);
      await registry.publish(fern({ reverse: false }), justAddresses);
      assert.deepEqual(records(), ["fern.lan.example. 300 A 192.0.2.7", theirs]);
    },
  ],
  [
    "the name of a zone has addresses when they are asked for, and nothing else of it changes",
    async ({ registry, records, alter, changes }) => {
      const zone = fern({ name: "lan.example", reverse: false });
      await alter([], ["www.lan.example. 60 CNAME lan.example."]);
      const yes = () => true;
      assert.equal(whyOf(await registry.publish(zone, { takeOver: yes })), "static");
      assert.equal(whyOf(await registry.publish(zone, justAddresses)), "published");
      const before = changes();
      const again = await registry.publish(zone, justAddresses);
      assert.deepEqual(again, { published: true, changed: false, reverse: [] });
      assert.deepEqual(
        [(await registry.lookUp("lan.example"))?.addresses, changes()],
        [["192.0.2.7"], before],
      );
      assert.equal(await registry.withdraw("lan.example", mac), true);
      assert.equal(changes(), before + 1);
      assert.deepEqual(records(), ["www.lan.example. 60 CNAME lan.example."]);
    },
  ],
  [
    "a name of all hosts is published when that is asked for, and found and withdrawn like any other",
    async (bench) => {
      const all = fern({ name: "*.lan.example", wildcard: true, reverse: false });
      assert.equal(whyOf(await bench.registry.publish(all)), "published");
      assert.deepEqual(bench.records(), ["*.lan.example. 300 A 192.0.2.7"]);
      await bench.restart();
      assert.deepEqual((await bench.registry.lookUp("*.LAN.example"))?.addresses, ["192.0.2.7"]);
      assert.equal(whyOf(await bench.registry.publish({ ...all, owner: otherMac })), "taken");
      assert.equal(await bench.registry.withdraw("*.lan.example", mac), true);
      assert.deepEqual(bench.records(), []);
      for (const name of [
        "*",
        "*.",
        "a.*.lan.example",
        "*.*.lan.example",
        "*a.lan.example",
        "*.my fern.lan.example",
      ])
        assert.equal(whyOf(await bench.registry.publish({ ...all, name })), "invalid", name);
    },
  ],
  [
    "an alias keeps its name, whatever is asked for",
    async ({ registry, records, alter }) => {
      await alter([], ["fern.lan.example. 60 CNAME www.lan.example."]);
      const asked = (): "addresses" => assert.fail("it was asked");
      assert.equal(whyOf(await registry.publish(fern(), { takeOver: asked })), "static");
      assert.deepEqual(records(), ["fern.lan.example. 60 CNAME www.lan.example."]);
    },
  ],
];

export const takingOverRules: readonly Rule[] = [...earlierServers, ...takingAddresses];
