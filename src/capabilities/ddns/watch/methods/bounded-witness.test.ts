import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { WireError } from "#protocols/dns/wire.ts";
import type { Sighting } from "../witness.ts";
import { boundedWitness, CouldNotTell } from "./bounded-witness.ts";
import { facts, wordsOf } from "./witness-ports.testing.ts";

const address: Sighting = { kind: "address", address: "9.9.9.9" };

suite("a witness", () => {
  test("says what it has found", async () => {
    assert.equal(await wordsOf(boundedWitness(facts, async () => address)), "9.9.9.9");
  });

  for (const [why, error, want] of [
    ["a reason", new CouldNotTell("has no address"), "has no address"],
    ["a wrong message", new WireError("bad-value", "STUN.type", 0), "STUN.type at octet 0: bad-value"],
  ] as const) {
    test(`tells ${why} instead of failing`, async () => {
      assert.equal(await wordsOf(boundedWitness(facts, () => Promise.reject(error))), want);
    });
  }

  test("that hangs is given up in time", async () => {
    const hangs = boundedWitness(facts, () => new Promise<never>(() => {}), 5);
    assert.equal(await wordsOf(hangs), "did not answer within 0.005 s");
  });

  test("that fails because its time is over is given up in time", async () => {
    const breaksOff = boundedWitness(
      facts,
      (_family, signal) =>
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("aborted")));
        }),
      5,
    );
    assert.equal(await wordsOf(breaksOff), "did not answer within 0.005 s");
  });

  test("is broken off, and not begun when that is past", async () => {
    const look = new AbortController();
    const hangs = boundedWitness(facts, () => new Promise<never>(() => {}));
    const sighting = hangs.look("ipv4", look.signal);
    look.abort();
    assert.deepEqual(await sighting, { kind: "unknown", why: "is not waited for any longer" });
    assert.deepEqual(await hangs.look("ipv4", look.signal), await sighting);
  });
});
