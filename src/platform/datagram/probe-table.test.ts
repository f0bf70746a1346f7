import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import { limits } from "./limits.ts";
import { ProbeTable } from "./probe-table.ts";

function table(probesMax = 4) {
  const clock = new SteppedClock();
  const asked: [address: number, sequence: number][] = [];
  const busy: boolean[] = [];
  const probes = new ProbeTable<string>({
    clock,
    probesMax,
    ask: (address, sequence) => void asked.push([address, sequence]),
    onBusy: () => void busy.push(true),
    onIdle: () => void busy.push(false),
  });
  return { clock, asked, busy, probes };
}

suite("a table of probes", () => {
  test("an answer is told at once, and nothing is asked any more", async () => {
    const { clock, asked, busy, probes } = table();
    const answer = probes.probe(1, 200);
    clock.advance(40);
    probes.answer(1, "somebody");
    assert.equal(await answer, "somebody");
    clock.advance(1_000);
    assert.equal(asked.length, 1);
    assert.deepEqual(busy, [true, false]);
    assert.equal(probes.answered, 1);
  });

  test("without an answer it is asked twice, and free when the wait is over", async () => {
    const { clock, asked, busy, probes } = table();
    let told = false;
    const answer = probes.probe(1, 200).then((said) => {
      told = true;
      return said;
    });
    clock.advance(99);
    assert.equal(asked.length, 1);
    clock.advance(limits.probeTickMs);
    assert.deepEqual(asked, [
      [1, 1],
      [1, 1],
    ]);
    clock.advance(199 - 99 - limits.probeTickMs);
    await Promise.resolve();
    assert.equal(told, false);
    clock.advance(limits.probeTickMs);
    assert.equal(await answer, undefined);
    assert.deepEqual(busy, [true, false]);
  });

  test("two who ask for one address share what is asked, and the longer wait counts", async () => {
    const { clock, asked, probes } = table();
    const answers = [probes.probe(1, 100), probes.probe(1, 300)];
    clock.advance(250);
    probes.answer(1, "somebody");
    assert.deepEqual(await Promise.all(answers), ["somebody", "somebody"]);
    assert.equal(asked.filter(([, sequence]) => sequence === 1).length, 2);
    assert.equal(probes.probed, 1);
  });

  test("more than the bound are told that nobody answered, and counted", async () => {
    const { clock, asked, probes } = table(2);
    const waiting = [probes.probe(1, 100), probes.probe(2, 100)];
    assert.equal(await probes.probe(3, 100), undefined);
    assert.equal(probes.skipped, 1);
    assert.equal(asked.length, 2);
    clock.advance(200);
    assert.deepEqual(await Promise.all(waiting), [undefined, undefined]);
    const after = probes.probe(3, 100);
    probes.answer(3, "somebody");
    assert.equal(await after, "somebody");
  });

  for (const [why, address, sequence] of [
    ["for an address that nobody asked for", 9, 1],
    ["to what was asked before", 1, 0],
  ] as const) {
    test(`an answer ${why} counts for nothing`, async () => {
      const { clock, probes } = table();
      const answer = probes.probe(1, 100);
      probes.answer(address, "somebody", sequence);
      clock.advance(200);
      assert.equal(await answer, undefined);
      assert.equal(probes.answered, 0);
    });
  }

  test("when it is disposed of, nobody waits any longer", async () => {
    const { busy, probes } = table();
    const answers = [probes.probe(1, 100), probes.probe(2, 100)];
    probes[Symbol.dispose]();
    assert.deepEqual(await Promise.all(answers), [undefined, undefined]);
    assert.deepEqual(busy, [true, false]);
  });
});
