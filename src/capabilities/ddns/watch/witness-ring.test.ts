import assert from "node:assert/strict";
import test from "node:test";
import { limits } from "../limits.ts";
import { fakeWitness } from "./witness.testing.ts";
import { WitnessRing } from "./witness-ring.ts";

const address = "198.51.100.1";
const service = (title: string) => fakeWitness(title, address, { pauseMsMin: 600_000 });

function ring() {
  let nowMs = 0;
  const made = new WitnessRing(() => nowMs);
  const titles = (witnesses: Parameters<WitnessRing["order"]>[0], family: "ipv4" | "ipv6" = "ipv4") =>
    made.order(witnesses, family).map(({ title }) => title);
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { made, titles, pass };
}

test("what costs nobody anything comes first, then services, the longest unasked first", () => {
  const { made, titles, pass } = ring();
  const [a, b, c] = [service("a"), service("b"), service("c")];
  const own = fakeWitness("interface ppp0", address);
  const all = [a, b, own, c];
  assert.deepEqual(titles(all), ["a", "b", "interface ppp0", "c"]);
  made.asked(a, "ipv4");
  made.asked(own, "ipv4");
  pass(700_000);
  made.asked(b, "ipv4");
  pass(700_000);
  assert.deepEqual(titles(all), ["interface ppp0", "c", "a", "b"]);
});

test("a service has its pause, for each family", () => {
  const { made, titles, pass } = ring();
  const a = service("a");
  made.asked(a, "ipv4");
  assert.deepEqual(titles([a]), []);
  assert.deepEqual(titles([a], "ipv6"), ["a"]);
  pass(600_000);
  assert.deepEqual(titles([a]), ["a"]);
});

test("who is left alone is asked again after a day", () => {
  const { made, titles, pass } = ring();
  const a = service("a");
  assert.equal(made.leaveAlone(a, "ipv4"), true);
  assert.equal(made.leaveAlone(a, "ipv4"), false);
  assert.deepEqual(titles([a]), []);
  pass(limits.unwillingMs);
  assert.deepEqual(titles([a]), ["a"]);
});

test("what is no longer configured is forgotten", () => {
  const { made, titles } = ring();
  const [a, b] = [service("a"), service("b c")];
  made.asked(a, "ipv4");
  made.asked(b, "ipv4");
  made.keep([b]);
  assert.deepEqual(titles([a, b]), ["a"]);
});
