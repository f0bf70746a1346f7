import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { PoolSpace } from "./pool-space.ts";

const base = 0xc000_0200;

type Step = { readonly do: "take" | "free" | "end" | "block"; readonly at: number };

/** The same in sets. */
class Model {
  readonly taken = new Set<number>();
  readonly blocked = new Set<number>();
  ended: number[] = [];

  apply({ do: action, at }: Step): void {
    this.ended = this.ended.filter((one) => one !== at);
    switch (action) {
      case "take":
        this.taken.add(at);
        break;
      case "free":
        if (!this.blocked.has(at)) this.taken.delete(at);
        break;
      case "end":
        this.taken.add(at);
        if (!this.blocked.has(at)) this.ended.push(at);
        break;
      case "block":
        this.taken.add(at);
        this.blocked.add(at);
    }
  }

  firstUntouched(from: number, size: number): number {
    for (let step = 0; step < size; step++) {
      const at = base + ((from + step) % size);
      if (!this.taken.has(at)) return at;
    }
    return -1;
  }
}

function stepsFor(size: number) {
  return fc.array(
    fc.record({
      do: fc.constantFrom("take", "take", "take", "free", "end", "block"),
      at: fc.integer({ min: base, max: base + size - 1 }),
    }),
    { maxLength: 200 },
  );
}

test("a pool knows what is untouched, ended and blocked as sets do, whatever is done in whatever order", () => {
  const sizes = fc.constantFrom(1, 2, 31, 32, 33, 64, 100);
  const cases = sizes.chain((size) => fc.tuple(fc.constant(size), stepsFor(size), fc.nat(1_000)));
  fc.assert(
    fc.property(cases, ([size, steps, from]) => {
      const space = new PoolSpace({ first: base, last: base + size - 1 });
      const model = new Model();
      for (const step of steps) {
        space[step.do](step.at);
        model.apply(step);
        assert.equal(space.untouched, size - model.taken.size);
        assert.equal(space.firstUntouched(from), model.firstUntouched(from, size));
      }
      assert.equal(space.size, size - model.blocked.size);
      assert.deepEqual([...space.ended], model.ended);
      for (let at = base; at < base + size; at++) {
        assert.equal(space.isUntouched(at), !model.taken.has(at));
        assert.equal(space.isBlocked(at), model.blocked.has(at));
      }
    }),
    { numRuns: 300 },
  );
});

test("a pool at the end of all addresses counts beyond 2^31", () => {
  const space = new PoolSpace({ first: 0xffff_ff00, last: 0xffff_fffe });
  space.take(0xffff_ff00);
  assert.equal(space.firstUntouched(0), 0xffff_ff01);
  assert.equal(space.has(0xffff_ffff), false);
});
