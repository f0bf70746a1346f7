import assert from "node:assert/strict";
import test from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { limits } from "../limits.ts";
import { AddressHistory } from "./address-history.ts";

const startMs = 1_800_000_000_000;
const hour = 3_600_000;

async function open(store = openMemoryStore(), wall = startMs) {
  const { log, lines } = collectLog();
  const now = { wall, monotonic: 0 };
  const ports = { store, log, nowMs: () => now.wall, monotonicMs: () => now.monotonic };
  const history = await AddressHistory.open(ports);
  const pass = (ms: number) => {
    now.wall += ms;
    now.monotonic += ms;
  };
  return { history, store, lines, now, pass };
}

test("which address it was at a moment", async () => {
  const { history, pass } = await open();
  await history.change("ipv4", "198.51.100.1", ["a"]);
  pass(10 * hour);
  await history.change("ipv4", "198.51.100.2", ["b"]);
  await history.change("ipv6", "2001:db8::1", ["b"]);
  const at = async (atMs: number) =>
    (await history.list({ family: "ipv4", atMs })).map(({ address }) => address);
  assert.deepEqual(await at(startMs - 1), []);
  assert.deepEqual(await at(startMs), ["198.51.100.1"]);
  assert.deepEqual(await at(startMs + 10 * hour - 1), ["198.51.100.1"]);
  assert.deepEqual(await at(startMs + 10 * hour), ["198.51.100.2"]);
  assert.equal((await history.list({})).length, 3);
  assert.equal((await history.list({ limit: 1 })).length, 1);
});

test("a quiet site writes once an hour, and knows better in between", async () => {
  const { history, store, pass } = await open();
  await history.change("ipv4", "198.51.100.1", ["a"]);
  const before = await store.revision();
  for (let looks = 0; looks < 24; looks++) {
    pass(hour / 12);
    await history.seen("ipv4");
  }
  assert.equal((await store.revision()) - before, 2);
  pass(60_000);
  await history.seen("ipv4");
  const [present] = await history.list({});
  assert.equal(present?.lastSeenMs, startMs + 2 * hour + 60_000);
});

test("times that a wrong clock wrote are corrected once it is right", async () => {
  const { history, now, pass } = await open(openMemoryStore(), 1_000);
  await history.change("ipv4", "198.51.100.1", ["a"]);
  pass(60_000);
  now.wall = startMs; // the time has come from the network
  await history.seen("ipv4");
  const [present] = await history.list({});
  assert.equal(present?.fromMs, startMs - 60_000);
});

test("also of an address that another has followed by then", async () => {
  const { history, now, pass } = await open(openMemoryStore(), 1_000);
  await history.change("ipv4", "198.51.100.1", ["a"]);
  pass(60_000);
  now.wall = startMs;
  await history.change("ipv4", "198.51.100.2", ["a"]);
  const past = await history.list({ family: "ipv4" });
  assert.deepEqual(
    past.map(({ fromMs, untilMs }) => [fromMs, untilMs]),
    [
      [startMs, undefined],
      [startMs - 60_000, startMs],
    ],
  );
});

test("an import while an address is seen and another one follows loses none of them", async () => {
  const { history, store, pass } = await open();
  await history.change("ipv4", "198.51.100.1", ["a"]);
  pass(2 * hour);
  const old = Array.from({ length: 150 }, (_, index) => ({
    family: "ipv4" as const,
    address: `203.0.113.${index}`,
  }));
  await Promise.all([
    history.import(old, "editdns"),
    history.seen("ipv4"),
    history.change("ipv4", "198.51.100.2", ["a"]),
  ]);
  const addresses = (await history.list({})).map(({ address }) => address);
  assert.deepEqual(addresses.slice(0, 3), ["198.51.100.2", "198.51.100.1", "203.0.113.149"]);
  assert.equal(addresses.length, 152);
  const again = await open(store);
  assert.equal(again.history.present("ipv4")?.address, "198.51.100.2");
});

test("an address does not end before it began, whatever the clock does", async () => {
  const { history, now } = await open();
  await history.change("ipv4", "198.51.100.1", ["a"]);
  now.wall -= 5 * hour;
  await history.change("ipv4", "198.51.100.2", ["a"]);
  const past = await history.list({ family: "ipv4" });
  assert.deepEqual(
    past.map(({ address }) => address),
    ["198.51.100.2", "198.51.100.1"],
  );
  assert.equal(past[1]!.untilMs, startMs);
});

test("the history of an earlier program comes before what this one saw, once", async () => {
  const { history, store, pass } = await open();
  await history.change("ipv4", "198.51.100.9", ["a"]);
  pass(hour);
  const old = [
    { family: "ipv4", address: "198.51.100.1" },
    { family: "ipv4", address: "198.51.100.2", fromMs: startMs - 9 * hour, untilMs: startMs - hour },
  ] as const;
  assert.equal(await history.import(old, "editdns"), 2);
  assert.equal(await history.import(old, "editdns"), 0);
  const addresses = async (one: AddressHistory) =>
    (await one.list({ family: "ipv4" })).map(({ address }) => address);
  assert.deepEqual(await addresses(history), ["198.51.100.9", "198.51.100.2", "198.51.100.1"]);
  await history.change("ipv4", "198.51.100.10", ["a"]);
  const again = await open(store);
  assert.deepEqual(await addresses(again.history), [
    "198.51.100.10",
    "198.51.100.9",
    "198.51.100.2",
    "198.51.100.1",
  ]);
  assert.equal(again.history.present("ipv4")?.address, "198.51.100.10");
});

test("an imported address is none that the site has now", async () => {
  const { history } = await open();
  await history.import([{ family: "ipv4", address: "198.51.100.1" }], "editdns");
  assert.equal(history.present("ipv4"), undefined);
  await history.change("ipv4", "198.51.100.1", ["a"]);
  assert.equal((await history.list({})).length, 2);
});

test("an entry of a newer version counts as unknown, is told, and is not overwritten", async () => {
  const store = openMemoryStore();
  const key = "ddns/address/ipv4/000000000007";
  const value = { version: 2, address: { text: "198.51.100.1" } };
  await store.transact([], [{ do: "put", key, value }]);
  const { history, lines } = await open(store);
  assert.equal(history.present("ipv4"), undefined);
  assert.equal(lines.filter(({ level }) => level === "warn").length, 1);
  await history.change("ipv4", "198.51.100.2", ["a"]);
  assert.deepEqual((await store.get(key))?.value, value);
  assert.equal((await history.list({})).length, 1);
});

test("the history is bounded, and the oldest goes", async () => {
  const store = openMemoryStore();
  const value = { address: "198.51.100.1", fromMs: 1, lastSeenMs: 1, untilMs: 2, seenBy: [] };
  const number = limits.historyMax;
  await store.transact(
    [],
    [
      { do: "put", key: "ddns/address/ipv4/000000000001", value },
      { do: "put", key: `ddns/address/ipv4/${String(number).padStart(12, "0")}`, value },
    ],
  );
  const { history } = await open(store);
  await history.change("ipv4", "198.51.100.2", ["a"]);
  assert.equal((await history.list({})).length, 2);
  assert.equal(await store.get("ddns/address/ipv4/000000000001"), undefined);
});
