/** A month of a site: nine changes of the address, three outages, and a service that lies. */
import assert from "node:assert/strict";
import test from "node:test";
import { providerHost, simulate, simulationStartMs } from "./simulation.testing.ts";

const minute = 60_000;
const hour = 3_600_000;
const day = 86_400_000;
const everyMs = 5 * minute;

const names = Array.from({ length: 20 }, (_, index) => `n${index}.example.net`);
const section = {
  every: "5m",
  address: { ipv4: ["https"], ipv6: [], alsoPublic: ["198.51.100.0/24"] },
  providers: [
    { name: "dyn", type: "dyndns2", server: `https://${providerHost}`, user: "site", password: "secret" },
  ],
  records: [{ names, types: ["A"], provider: "dyn" }],
};

/** When the address becomes which. */
const changes: readonly (readonly [atMs: number, address: string])[] = [
  [2.3 * day, "198.51.100.2"],
  [5.1 * day, "198.51.100.3"],
  [5.1 * day + 20 * minute, "198.51.100.4"],
  [9.7 * day, "198.51.100.5"],
  [13 * day + 2 * hour, "198.51.100.6"], // during an outage
  [17.25 * day, "198.51.100.7"],
  [21 * day, "198.51.100.1"], // it has had that before
  [24.5 * day, "198.51.100.8"],
  [28.9 * day, "198.51.100.9"],
];
const outages: readonly (readonly [fromMs: number, untilMs: number])[] = [
  [3 * day, 3 * day + 40 * minute],
  [13 * day, 13 * day + 6 * hour],
  [26 * day, 26 * day + 3 * minute],
];

test("a month of 9 changes, 3 outages and a lying service: the history is right", async (t) => {
  await using site = await simulate(section);
  const { internet, service, pass } = site;
  internet.behaviours.set("identme", { says: "198.51.100.66" }); // somebody else's address
  const moments = [
    ...changes.map(([atMs, address]) => ({ atMs, now: { address } })),
    ...outages.flatMap(([fromMs, untilMs]) => [
      { atMs: fromMs, now: { isDown: true } },
      { atMs: untilMs, now: { isDown: false } },
    ]),
  ].sort((one, other) => one.atMs - other.atMs);
  let nowMs = 0;
  for (const { atMs, now } of moments) {
    await pass(atMs - nowMs);
    nowMs = atMs;
    Object.assign(internet, now);
  }
  await pass(30 * day - nowMs);
  const past = (await service.control.history({ family: "ipv4" })).toReversed();
  for (const one of past) {
    const until = one.untilMs === undefined ? "now" : new Date(one.untilMs).toISOString();
    t.diagnostic(`${new Date(one.fromMs!).toISOString()} ${until} ${one.address} ${one.seenBy.join(", ")}`);
  }
  const truth = [[0, "198.51.100.1"] as const, ...changes];
  assert.deepEqual(
    past.map(({ address }) => address),
    truth.map(([, address]) => address),
  );
  for (const [index, [atMs]] of truth.entries()) {
    const outage = outages.find(([fromMs, untilMs]) => atMs >= fromMs && atMs < untilMs);
    const seenMs = past[index]!.fromMs! - simulationStartMs - (outage?.[1] ?? atMs);
    assert.ok(
      seenMs >= -2_000 && seenMs <= everyMs + minute,
      `${past[index]!.address} seen after ${seenMs} ms`,
    );
    if (index > 0) assert.equal(past[index - 1]!.untilMs, past[index]!.fromMs);
  }
  assert.ok(past.every(({ seenBy }) => seenBy.length >= 2 && !seenBy.includes("identme")));
  await t.test("each change was one request with all 20 names, and nothing else but a refresh", () => {
    const told = internet.updates.map(({ address }) => address);
    assert.deepEqual(
      told,
      truth.map(([, address]) => address),
    );
    assert.ok(internet.updates.every((update) => update.names.split(",").length === 20));
  });
  await t.test("what is published is the address", () => {
    assert.deepEqual(new Set(internet.published.values()), new Set(["198.51.100.9"]));
    assert.ok(
      service.control
        .records()
        .every(({ state, confirmation }) => state === "current" && confirmation.outcome === "yes"),
    );
  });
  await t.test("no service was asked more often than every ten minutes", () => {
    for (const [name, count] of internet.asked)
      assert.ok(count <= 30 * 144, `${name} was asked ${count} times`);
    assert.ok(internet.asked.get("identme")! <= 32, "the liar is asked once a day");
  });
});
