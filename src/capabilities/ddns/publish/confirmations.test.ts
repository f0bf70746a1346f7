import assert from "node:assert/strict";
import test from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { limits } from "../limits.ts";
import type { Confirmation } from "./confirm.ts";
import { Confirmations } from "./confirmations.ts";
import { RecordBook } from "./record-book.ts";
import type { PlannedRecord } from "./record-plan.ts";

const address = "198.51.100.1";
const yes: Confirmation = { outcome: "yes", sentence: undefined };
const no: Confirmation = { outcome: "no", sentence: "none of its servers has it" };
const dark: Confirmation = { outcome: "could-not-confirm", sentence: "nobody answers" };

const planned = (name: string) =>
  ({ id: `${name}/A/dyn`, name, type: "A", provider: "dyn" }) as unknown as PlannedRecord;
const home = planned("home.example.net");

/** Servers that answer one after the other as told, the last one for ever. */
async function bench(...answers: readonly Confirmation[]) {
  const clock = new SteppedClock();
  const startMs = clock.monotonicMs();
  const book = await RecordBook.open(openMemoryStore(), collectLog().log);
  const askedAtS: number[] = [];
  const missing: { name: string; isDaily: boolean }[] = [];
  const held: ((answer: Confirmation) => void)[] = [];
  const isHanging = answers.length === 0;
  const confirmations = new Confirmations({
    book,
    clock,
    confirm: async (_, signal) => {
      const answer = answers[Math.min(askedAtS.length, answers.length - 1)]!;
      askedAtS.push((clock.monotonicMs() - startMs) / 1_000);
      if (!isHanging) return answer;
      return new Promise((resolve) => {
        held.push(resolve);
        signal.addEventListener("abort", () => resolve(dark));
      });
    },
    onConfirmed: () => undefined,
    onMissing: ({ name }, _, isDaily) => void missing.push({ name, isDaily }),
  });
  const take = (record = home, current = address) =>
    book.write(new Map([[record.id, { failures: 0, current }]]));
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      confirmations.tick();
      await settle();
    }
  };
  const outcome = () => book.record(home.id).confirmation?.outcome;
  return { clock, book, confirmations, askedAtS, missing, held, take, pass, outcome };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

for (const [why, answers, seconds, outcome, isMissing] of [
  ["a server that has it is asked once", [yes], [2], "yes", false],
  ["secondaries get time to catch up", [no, no, yes], [2, 17, 77], "yes", false],
  ["what is there nowhere is told after the last time", [no], [2, 17, 77, 377], "no", true],
  ["what nobody can tell is no trouble", [dark], [2, 17, 77, 377], "could-not-confirm", false],
  ["what nobody could tell at first may be there", [dark, yes], [2, 17], "yes", false],
] as const)
  test(`after a change: ${why}`, async () => {
    const { confirmations, take, pass, askedAtS, missing, ...rest } = await bench(...answers);
    await take();
    confirmations.add(home, address);
    await pass(2_000);
    assert.deepEqual(askedAtS, seconds);
    assert.equal(rest.outcome(), outcome);
    assert.deepEqual(missing, isMissing ? [{ name: home.name, isDaily: false }] : []);
  });

test("while secondaries catch up nothing is said to be missing", async () => {
  const { confirmations, take, pass, outcome, missing } = await bench(no);
  await take();
  confirmations.add(home, address);
  await pass(300);
  assert.deepEqual([outcome(), missing], [undefined, []]);
});

test("each day it is asked once, and what is missing is told at once", async () => {
  const { confirmations, take, pass, askedAtS, missing } = await bench(no);
  await take();
  confirmations.add(home, address, true);
  await pass(2_000);
  assert.deepEqual([askedAtS, missing], [[1], [{ name: home.name, isDaily: true }]]);
});

test("an answer about an address that was replaced meanwhile says nothing of the new one", async () => {
  const { confirmations, take, pass, missing, held, outcome } = await bench();
  await take();
  confirmations.add(home, address, true);
  await pass(1);
  await take(home, "198.51.100.2");
  held[0]!(no);
  await settle();
  assert.deepEqual([outcome(), missing], [undefined, []]);
});

test("a second change begins anew, and is not asked for twice", async () => {
  const { confirmations, take, pass, askedAtS } = await bench(yes);
  await take();
  confirmations.add(home, address);
  await pass(1);
  confirmations.add(home, address);
  await pass(10);
  assert.deepEqual(askedAtS, [3]);
});

test("records that the site file no longer has are not asked for", async () => {
  const { confirmations, take, pass, askedAtS } = await bench(yes);
  await take();
  confirmations.add(home, address);
  confirmations.forgetAllBut(new Set());
  await pass(10);
  assert.deepEqual(askedAtS, []);
});

test("servers that hang are not waited for for ever, and no more are asked at once than may be", async () => {
  const { confirmations, book, pass, askedAtS, take } = await bench();
  const records = Array.from({ length: limits.confirmationsMax + 2 }, (_, index) =>
    planned(`n${index}.example`),
  );
  for (const record of records) {
    await take(record);
    confirmations.add(record, address, true);
  }
  await pass(1);
  assert.deepEqual([askedAtS.length, confirmations.isBusy], [limits.confirmationsMax, true]);
  await pass(16);
  assert.equal(askedAtS.length, records.length);
  assert.equal(book.record(records[0]!.id).confirmation?.outcome, "could-not-confirm");
});

test("of more records than may wait the last are not asked about", async () => {
  const { confirmations, take, pass, askedAtS } = await bench(yes);
  const { confirmationsWaitingMax: most } = limits;
  for (let index = 0; index <= most; index++) {
    await take(planned(`n${index}.example`));
    confirmations.add(planned(`n${index}.example`), address, true);
  }
  await pass(most / limits.confirmationsMax + 5);
  assert.equal(askedAtS.length, most);
});

test("disposed, it breaks off and writes nothing more", async () => {
  const { confirmations, take, pass, outcome } = await bench();
  await take();
  confirmations.add(home, address, true);
  await pass(1);
  await confirmations[Symbol.asyncDispose]();
  assert.deepEqual([outcome(), confirmations.isBusy], [undefined, false]);
});
