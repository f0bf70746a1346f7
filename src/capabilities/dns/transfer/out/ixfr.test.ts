import assert from "node:assert/strict";
import { test } from "node:test";
import { parseName } from "#protocols/dns/name.ts";
import type { ChangeSet } from "../../journal/change-set.ts";
import { type IxfrQuestion, isUpToDate, planIxfr, recordsOf } from "./ixfr.ts";
import { changeSet, FakeHistory, recordLine } from "./transfer-rig.ts";

const origin = parseName("example.");
const question: IxfrQuestion = { zone: origin, from: 1, to: 4, recordsMax: 100, octetsMax: 100_000 };

function historyOf(...sets: ChangeSet[]): FakeHistory {
  const history = new FakeHistory();
  history.sets = sets;
  return history;
}

const three = [changeSet(origin, 1), changeSet(origin, 2), changeSet(origin, 3)] as const;

for (const [held, served, expected] of [
  [5, 5, true],
  [6, 5, true],
  [4, 5, false],
  [0xffffffff, 0, false],
  [0, 0xffffffff, true],
  [5, 5 + 0x7fffffff, false],
  [5 + 0x80000000, 5, false],
  [5, 5 + 0x80000000, false],
] as const) {
  test(`a client with serial ${held} ${expected ? "has" : "has not"} what ${served} is, or more`, () => {
    assert.equal(isUpToDate(held, served >>> 0), expected);
  });
}

test("differences come set by set, each with the SOA records of before and since in front", async () => {
  const plan = await planIxfr(historyOf(...three), question);
  assert.ok(plan.kind === "differences" && plan.held !== undefined);
  const lines = [...recordsOf(plan.held)].map((record) => recordLine(record));
  const expected = three
    .flatMap(({ removed, added }) => [...removed, ...added])
    .map((one) => recordLine(one));
  assert.deepEqual(lines, expected);
});

test("differences later than what is served stay behind", async () => {
  const plan = await planIxfr(historyOf(...three), { ...question, to: 3 });
  assert.ok(plan.kind === "differences");
  assert.deepEqual(
    plan.held?.map(({ to }) => to),
    [2, 3],
  );
});

for (const [why, history, about] of [
  ["nothing is known of the client's serial", historyOf(changeSet(origin, 2)), /not known/],
  ["the last difference is missing", historyOf(three[0], three[1]), /from 3 on/],
  ["one in the middle is missing", historyOf(three[0], three[2]), /from 2 on/],
  ["a set has no SOA record", historyOf({ ...three[0], removed: [] }), /no SOA/],
  ["there are more differences than records", historyOf(changeSet(origin, 1, 4, 51)), /more than the zone/],
] as const) {
  test(`the whole zone is sent when ${why}`, async () => {
    const plan = await planIxfr(history, question);
    assert.ok(plan.kind === "whole");
    assert.match(plan.why!, about);
  });
}

test("as many differences as the zone has records are sent", async () => {
  const plan = await planIxfr(historyOf(changeSet(origin, 1, 4, 50)), question);
  assert.equal(plan.kind, "differences");
});

test("differences that are too large to hold are read once more while they are sent", async () => {
  const history = historyOf(...three);
  const plan = await planIxfr(history, { ...question, octetsMax: 1000 });
  assert.ok(plan.kind === "differences" && plan.held === undefined);
  const sets = [];
  for await (const page of plan.pages) sets.push(...page);
  assert.deepEqual(sets, three);
  assert.equal(history.reads, 2);
});
