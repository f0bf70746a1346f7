import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { Expiry } from "./expiry.ts";

const start = 1_000;

/** Leases end at `ends`, change, and vanish, while the time goes on, stands, jumps ahead, or goes back. */
const steps = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("note" as const),
      address: fc.integer({ min: 1, max: 8 }),
      seconds: fc.integer({ min: -5, max: 60 }),
    }),
    fc.record({ do: fc.constant("forget" as const), address: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ do: fc.constant("pass" as const), seconds: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ do: fc.constant("pass" as const), seconds: fc.constantFrom(-3_600, -1, 500, 3_600) }),
  ),
  { maxLength: 120 },
);

test("each lease is due once its end has come, once, whatever it was prolonged or shortened by before", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const expiry = new Expiry(start);
      const ends = new Map<number, number>();
      let now = start;
      let furthest = start;
      for (const step of list) {
        if (step.do === "note") {
          ends.set(step.address, now + step.seconds);
          expiry.note(step.address, now + step.seconds);
        } else if (step.do === "forget") {
          ends.delete(step.address);
        } else {
          now += step.seconds;
          const due = expiry.takeDue(now, (address) => ends.get(address));
          for (const address of due) {
            assert.ok(ends.get(address)! <= now, "never before its end");
            ends.delete(address);
          }
          assert.equal(new Set(due).size, due.length);
          // One that was over when it was noted is due in the next second that has not been looked at.
          if (now > furthest) for (const end of ends.values()) assert.ok(end > now, "none is forgotten");
          furthest = Math.max(furthest, now);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

test("a renewal makes no other place for an address than the one it stands in", () => {
  const expiry = new Expiry(start);
  let endsAt = start + 100;
  expiry.note(1, endsAt);
  let asked = 0;
  for (let now = start + 1; now <= start + 1_000; now++) {
    endsAt = now + 100;
    expiry.note(1, endsAt);
    assert.deepEqual(
      expiry.takeDue(now, () => {
        asked++;
        return endsAt;
      }),
      [],
    );
  }
  assert.equal(asked, 10, "once in the time of a lease");
});
