/** What holds at every provider with an API of zones, whatever the API. */
import assert from "node:assert/strict";
import { secretNames } from "#platform/log/redaction.ts";
import { ApiRun, noAnswer, type Reply, type StandIn } from "./api-stand-in.testing.ts";
import type { PublishResult } from "./provider.ts";

const same: PublishResult = { outcome: "same" };
const changed: PublishResult = { outcome: "changed" };

/** A zone with a record that follows and some that do not. */
export function house(standIn: StandIn): ApiRun {
  const run = new ApiRun(standIn);
  run.world.zone("example.net", [
    ["@", "A", "192.0.2.1", 3_600],
    ["home", "A", "192.0.2.1", 7_200],
    ["home", "AAAA", "2001:db8::1", 7_200],
    ["home", "TXT", "a note", 3_600],
    ["*.home", "A", "192.0.2.1", 3_600],
    ["www", "A", "192.0.2.80", 3_600],
  ]);
  run.world.zone("example.org", [["home", "A", "192.0.2.1", 3_600]]);
  return run;
}

/** Lines that have come and gone: `- old`, `+ new`. */
function difference(before: readonly string[], after: readonly string[]): readonly string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
}

function isSecret(name: string): boolean {
  return secretNames.some((one) => one === name);
}

/** One thing that holds. */
type Case = readonly [
  why: string,
  check: (run: ApiRun, standIn: StandIn) => Promise<void>,
  /** Of what not every provider has. */
  of?: NonNullable<StandIn["lacks"]>[number],
];

/** Each gets a house of its own. */
export const cases: readonly Case[] = [
  [
    "leaves alone what is right",
    async (run) => {
      const home = { name: "home.example.net" };
      const results = await run.publish(
        { ...home, address: "192.0.2.1" },
        { ...home, type: "AAAA", address: "2001:db8::1", ttl: 7_200 },
      );
      assert.deepEqual(results, [same, same]);
      assert.equal(run.writes.length, 0);
    },
  ],
  [
    "takes an IPv6 address for the same however it is written",
    async (run) => {
      run.world.zones[0]!.records[2]!.content = "2001:0DB8:0:0:0:0:0:0001";
      assert.deepEqual(
        await run.publish({ name: "home.example.net", type: "AAAA", address: "2001:db8::1" }),
        [same],
      );
    },
  ],
  [
    "changes the address alone, and nothing of others",
    async (run) => {
      const before = run.world.lines();
      assert.deepEqual(await run.publish({ name: "home.example.net" }), [changed]);
      const wanted = ["- home.example.net A 192.0.2.1 7200", "+ home.example.net A 192.0.2.9 7200"];
      assert.deepEqual(difference(before, run.world.lines()), wanted);
    },
  ],
  [
    "creates what is missing",
    async (run, { ttlDefault }) => {
      const before = run.world.lines();
      const results = await run.publish(
        { name: "new.example.net" },
        { name: "*.new.example.net", type: "AAAA", address: "2001:db8::9", ttl: 3_600 },
        { name: "example.org", ttl: 3_600 },
      );
      assert.deepEqual(results, [changed, changed, changed]);
      assert.deepEqual(difference(before, run.world.lines()).toSorted(), [
        "+ *.new.example.net AAAA 2001:db8::9 3600",
        "+ example.org A 192.0.2.9 3600",
        `+ new.example.net A 192.0.2.9 ${ttlDefault}`,
      ]);
      // It reads what it wrote
      assert.deepEqual(await run.publish({ name: "new.example.net" }, { name: "example.org" }), [same, same]);
    },
  ],
  [
    "changes the zone's own name and a wildcard",
    async (run) => {
      const results = await run.publish({ name: "example.net" }, { name: "*.home.example.net" });
      assert.deepEqual(results, [changed, changed]);
      assert.deepEqual(
        run.world
          .lines()
          .filter((line) => line.includes("192.0.2.9"))
          .toSorted(),
        ["*.home.example.net A 192.0.2.9 3600", "example.net A 192.0.2.9 3600"],
      );
    },
  ],
  [
    "changes a TTL that differs",
    async (run) => {
      const wanted = { name: "home.example.net", address: "192.0.2.1", ttl: 3_600 };
      assert.deepEqual(await run.publish(wanted), [changed]);
      assert.ok(
        run.world.lines().includes("home.example.net A 192.0.2.1 3600"),
        run.world.lines().join("\n"),
      );
      assert.deepEqual(await run.publish(wanted), [same]);
    },
    "ttl",
  ],
  [
    "makes of a TTL that it does not have one that it has, once",
    async (run) => {
      const wanted = { name: "home.example.net", address: "192.0.2.1", ttl: 5 };
      assert.deepEqual(await run.publish(wanted), [changed]);
      assert.deepEqual(await run.publish(wanted), [same]);
    },
    "ttl",
  ],
  [
    "does not choose among several records of one name and type",
    async (run, { definition: { title } }) => {
      run.world.add(run.world.zones[0]!, {
        name: "home.example.net",
        type: "A",
        content: "192.0.2.9",
        ttl: 3_600,
      });
      const sentence = `${title} has 2 A records at home.example.net; delete all but one`;
      const wanted: PublishResult = { outcome: "refused", scope: "record", code: "several", sentence };
      assert.deepEqual(await run.publish({ name: "home.example.net" }), [wanted]);
      assert.equal(run.writes.length, 0);
    },
  ],
  [
    "does not write beside a CNAME",
    async (run) => {
      run.world.add(run.world.zones[0]!, {
        name: "alias.example.net",
        type: "CNAME",
        content: "www.example.net",
        ttl: 3_600,
      });
      const [result] = await run.publish({ name: "alias.example.net" });
      assert.partialDeepStrictEqual(result, { outcome: "refused", scope: "record", code: "cname" });
      assert.equal(run.writes.length, 0);
    },
  ],
  [
    "tells of a name that is in no zone of the account, and goes on",
    async (run, { definition: { title } }) => {
      const results = await run.publish({ name: "home.example.com" }, { name: "home.example.net" });
      const sentence = `${title} shows no zone that home.example.com is in to this account`;
      assert.deepEqual(results, [
        { outcome: "refused", scope: "record", code: "no-zone", sentence },
        changed,
      ]);
    },
  ],
  [
    "tells of a zone of the site file that is not there",
    async (run) => {
      const [result] = await run.publish({ name: "home.example.com", zone: "example.com" });
      assert.partialDeepStrictEqual(result, { outcome: "refused", scope: "record" });
      assert.equal(run.writes.length, 0);
    },
  ],
  [
    "takes the nearest zone, or the one that the site file names",
    async (run) => {
      run.world.zone("sub.example.net", []);
      const results = await run.publish(
        { name: "a.sub.example.net" },
        { name: "b.sub.example.net", zone: "example.net" },
      );
      assert.deepEqual(results, [changed, changed]);
      const [outer, , inner] = run.world.zones;
      assert.ok(inner!.records.some(({ name }) => name === "a.sub.example.net"));
      assert.ok(outer!.records.some(({ name }) => name === "b.sub.example.net"));
    },
    "nested zones",
  ],
  [
    "looks for a nearer zone though it knows a farther one",
    async (run) => {
      const inner = run.world.zone("sub.example.net", []);
      await run.publish({ name: "b.sub.example.net", zone: "example.net" });
      await run.publish({ name: "a.sub.example.net" });
      assert.deepEqual(
        inner.records.map(({ name }) => name),
        ["a.sub.example.net"],
      );
    },
    "nested zones",
  ],
  [
    "asks for its zones once in an hour",
    async (run) => {
      await run.publish({ name: "home.example.net" });
      const first = run.asked.length;
      run.nowMs += 1_800_000;
      await run.publish({ name: "home.example.net" });
      const second = run.asked.length - first;
      run.nowMs += 3_600_000;
      await run.publish({ name: "home.example.net" });
      assert.equal(run.asked.length, first + 2 * second + 1);
    },
  ],
  [
    "finds a zone again that was deleted and made anew",
    async (run) => {
      await run.publish({ name: "home.example.net" });
      const old = run.world.zones.shift()!;
      run.world.zone("example.net", [["home", "A", "192.0.2.1"]]);
      assert.notEqual(old.id, run.world.zones.at(-1)!.id);
      assert.deepEqual(await run.publish({ name: "home.example.net" }), [changed]);
    },
  ],
  [
    "finds a record on the last page of a large zone",
    async (run) => {
      const zone = run.world.zones[1]!;
      for (let index = 0; index < 1_234; index++)
        run.world.add(zone, { name: `h${index}.example.org`, type: "A", content: "192.0.2.1", ttl: 3_600 });
      const names = [1_233, 1_232, 7, 999, 500].map((index) => ({ name: `h${index}.example.org` }));
      assert.deepEqual(
        await run.publish(...names),
        names.map(() => changed),
      );
      assert.equal(zone.records.length, 1_235);
    },
  ],
  [
    "asks little for twenty names of which one differs",
    async (run, { requestsMax }) => {
      const zone = run.world.zones[0]!;
      for (let index = 0; index < 20; index++)
        run.world.add(zone, {
          name: `h${index}.example.net`,
          type: "A",
          content: index === 7 ? "192.0.2.1" : "192.0.2.9",
          ttl: 3_600,
        });
      const names = Array.from({ length: 20 }, (_, index) => ({ name: `h${index}.example.net` }));
      const results = await run.publish(...names);
      assert.deepEqual(
        results,
        names.map((_, index) => (index === 7 ? changed : same)),
      );
      assert.ok(run.asked.length <= requestsMax, `${run.asked.length} requests`);
      assert.equal(run.writes.length, 1);
    },
  ],
  [
    "keeps no good record back for a bad one",
    async (run) => {
      const names = ["one", "two", "bad", "three", "four"].map((host) => ({ name: `${host}.example.net` }));
      const outcomes = (await run.publish(...names)).map(({ outcome }) => outcome);
      assert.deepEqual(outcomes, ["changed", "changed", "refused", "changed", "changed"]);
    },
  ],
  [
    "stops all that the account has when it refuses the credentials",
    async (run, { unauthorized }) => {
      run.intercept = () => unauthorized;
      const results = await run.publish({ name: "home.example.net" }, { name: "home.example.org" });
      for (const result of results)
        assert.partialDeepStrictEqual(result, { outcome: "refused", scope: "account" });
      assert.equal(run.asked.length, 1);
    },
  ],
  [
    "asks nothing more in any zone when it is to ask less often",
    async (run) => {
      const tooMany: Reply = { status: 429, text: "", headers: { "retry-after": "60" } };
      run.intercept = (request) => (run.isWrite(request) ? tooMany : undefined);
      const results = await run.publish({ name: "home.example.net" }, { name: "home.example.org" });
      for (const result of results)
        assert.partialDeepStrictEqual(result, { outcome: "failed", code: "http-429", retryAfterMs: 60_000 });
      assert.equal(run.writes.length, 1);
      assert.equal(run.asked.at(-1), run.writes[0]);
    },
  ],
  [
    "does not say its secrets when the provider does",
    async (run, { settings, refusal }) => {
      const secrets = Object.entries(settings).flatMap(([name, value]) => (isSecret(name) ? [value] : []));
      run.intercept = (request) =>
        run.isWrite(request) ? refusal(`what is ${secrets.join(" and ")}?\u001b[31m`) : undefined;
      const [result] = await run.publish({ name: "home.example.net" });
      assert.partialDeepStrictEqual(result, { outcome: "refused", scope: "record" });
      const text = JSON.stringify(result);
      assert.match(text, /what is \[not shown\]/);
      for (const secret of secrets) assert.ok(!text.includes(secret), text);
      assert.doesNotMatch(text, /u001b/);
    },
  ],
  [
    "knows after a lost answer that the change was made, when it looks again",
    async (run) => {
      run.intercept = (request) => (run.isWrite(request) ? { after: noAnswer(true) } : undefined);
      const [result] = await run.publish({ name: "home.example.net" });
      assert.partialDeepStrictEqual(result, { outcome: "unconfirmed" });
      run.intercept = () => undefined;
      assert.deepEqual(await run.publish({ name: "home.example.net" }), [same]);
    },
  ],
  [
    "leaves the rest for later when it fails again and again",
    async (run) => {
      run.intercept = (request) =>
        run.isWrite(request) ? { status: 500, text: "<html>Sorry</html>" } : undefined;
      const names = Array.from({ length: 10 }, (_, index) => ({ name: `h${index}.example.net` }));
      const results = await run.publish(...names);
      for (const result of results)
        assert.partialDeepStrictEqual(result, { outcome: "failed", code: "http-500" });
      assert.ok(run.writes.length <= 2, `${run.writes.length} requests`);
    },
  ],
];
