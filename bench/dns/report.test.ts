import assert from "node:assert/strict";
import test from "node:test";
import {
  bestPeer,
  idleNote,
  type LoadRound,
  loadTable,
  type ReloadRound,
  reloadTable,
  type Table,
  wrongAnswers,
} from "./report.ts";

const round = (cpu: number, more: Partial<LoadRound> = {}): LoadRound => ({
  cpuMicrosecondsPerAnswer: cpu,
  answersPerSecond: 250_000.4,
  lost: 1,
  busy: 0.987,
  responseOctets: 63,
  p50Ms: 0.8,
  p99Ms: 1.2345,
  ...more,
});
const nobody: ReadonlySet<string> = new Set();

/** The cell of a server below a head. */
function cell({ head, rows }: Table, server: string, column: string): string | undefined {
  return rows.find(([name]) => name === server)?.[head.indexOf(column)];
}

const threeServers = new Map([
  ["homeport", [round(3), round(9), round(3.3)]],
  ["named", [round(6), round(6.6), round(7)]],
  ["nsd", [round(4), round(4.4), round(4.2)]],
]);

test("a server's row has medians, the spread of its CPU, and all that was lost", () => {
  const table = loadTable(threeServers, { by: "cpu", wrong: nobody });
  assert.deepEqual(table.rows[0], [
    "homeport",
    "3.30",
    "3.00–9.00",
    "250,000",
    "3",
    "0.800",
    "1.234",
    "63",
    "99 %",
    "0.79",
  ]);
});

test("every row is as wide as the head", () => {
  for (const besides of [undefined, "named"]) {
    const table = loadTable(threeServers, { by: "cpu", ...(besides && { besides }), wrong: nobody });
    for (const row of table.rows) assert.equal(row.length, table.head.length);
  }
});

test("the best peer is 1, and a peer that is named has a column of its own", () => {
  const table = loadTable(threeServers, { by: "cpu", besides: "named", wrong: nobody });
  assert.equal(cell(table, "nsd", "CPU / best peer's"), "1.00");
  assert.equal(cell(table, "homeport", "CPU / named's"), "0.50");
});

test("at low load the latencies are compared", () => {
  const slow = new Map([
    ["homeport", [round(9, { p99Ms: 3 })]],
    ["nsd", [round(1, { p99Ms: 2 })]],
  ]);
  assert.equal(cell(loadTable(slow, { by: "p99", wrong: nobody }), "homeport", "p99 / best peer's"), "1.50");
});

test("who answers wrongly is marked, and is no measure for others", () => {
  const table = loadTable(threeServers, { by: "cpu", wrong: new Set(["nsd"]) });
  assert.equal(cell(table, "homeport", "CPU / best peer's"), "0.50");
  assert.equal(table.rows[2]?.[0], "nsd (!)");
});

test("without peers there is no ratio", () => {
  const alone = new Map([["homeport", [round(3)]]]);
  const table = loadTable(alone, { by: "cpu", besides: "named", wrong: nobody });
  assert.deepEqual(table.rows[0]?.slice(-2), ["-", "-"]);
});

test("a server without a single answer has no best time", () => {
  assert.equal(
    bestPeer(
      new Map([
        ["knotd", Number.NaN],
        ["nsd", 4],
      ]),
    ),
    "nsd",
  );
});

test("Homeport is not its own peer", () => {
  assert.equal(bestPeer(new Map([["homeport", 1]])), undefined);
});

test("who was waiting for questions is named", () => {
  const rounds = new Map([
    ["homeport", [round(3, { busy: 0.95 })]],
    ["nsd", [round(3, { busy: 0.6 })]],
  ]);
  assert.match(idleNote(rounds) ?? "", /for nsd\.$/);
  rounds.delete("nsd");
  assert.equal(idleNote(rounds), undefined);
});

const reload = (more: Partial<ReloadRound> = {}): ReloadRound => ({
  sent: 10_000,
  lost: 0,
  failed: 0,
  calmGapMs: 1,
  reloadGapMs: 5,
  clientStallMs: 2,
  visibleMs: 2_000,
  loadSent: 100_000,
  loadLost: 0,
  ...more,
});

test("a reload is as good as its worst round", () => {
  const rounds = [reload(), reload({ lost: 2, reloadGapMs: 21.25, visibleMs: 4_000 }), reload({ failed: 1 })];
  const table = reloadTable(new Map([["homeport", rounds]]));
  assert.deepEqual(table.rows[0], [
    "homeport",
    "2 of 30,000",
    "0 of 300,000",
    "1",
    "21.3",
    "1.0",
    "2.0",
    "2.00",
  ]);
  assert.equal(table.head.length, table.rows[0]?.length);
});

test("content that never came is said to never have come", () => {
  const { visibleMs: _, ...never } = reload();
  const table = reloadTable(new Map([["nsd", [reload(), never]]]));
  assert.equal(cell(table, "nsd", "new content s"), "never");
});

const answers = [
  ["the wanted share of each", { NOERROR: 50, NXDOMAIN: 50 }, { NOERROR: 0.5, NXDOMAIN: 0.5 }, undefined],
  ["nearly the wanted share", { NOERROR: 51, NXDOMAIN: 49 }, { NOERROR: 0.5, NXDOMAIN: 0.5 }, undefined],
  ["one in a hundred lost to another code", { NOERROR: 99, SERVFAIL: 1 }, { NOERROR: 1 }, undefined],
  ["refusals", { REFUSED: 100 }, { NOERROR: 1 }, "answered REFUSED 100.0 %"],
  ["names denied that are there", { NOERROR: 90, NXDOMAIN: 10 }, { NOERROR: 1 }, /NXDOMAIN 10.0 %/],
  ["silence", {}, { NOERROR: 1 }, "answered nothing"],
] as const;
for (const [why, got, wanted, want] of answers) {
  test(`${want === undefined ? "right" : "wrong"} answers are ${why}`, () => {
    const said = wrongAnswers(new Map(Object.entries(got)), wanted);
    if (want instanceof RegExp) assert.match(said ?? "", want);
    else assert.equal(said, want);
  });
}
