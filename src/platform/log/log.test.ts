import assert from "node:assert/strict";
import test from "node:test";
import { createLog, type LogOptions } from "./log.ts";
import { terminalLine } from "./terminal-line.ts";

function capture(options: LogOptions = {}) {
  const lines: string[] = [];
  const log = createLog({ pretty: false, ...options, destination: { write: (line) => lines.push(line) } });
  return { log, lines, record: (at = 0) => JSON.parse(lines[at]!) as Record<string, unknown> };
}

test("a line is one JSON object with level, time, facts and sentence", () => {
  const { log, lines, record } = capture();
  log.info({ zone: "example.net", records: 17 }, "zone loaded");
  assert.equal(lines.length, 1);
  assert.ok(lines[0]!.endsWith("}\n"));
  const { time, ...rest } = record();
  assert.equal(typeof time, "number");
  assert.deepEqual(rest, { level: "info", zone: "example.net", records: 17, msg: "zone loaded" });
});

test("a child's facts are on each of its lines", () => {
  const { log, record } = capture();
  log.child({ capability: "dns" }).child({ zone: "example.net" }).warn({ line: 7 }, "zone has errors");
  assert.partialDeepStrictEqual(record(), { level: "warn", capability: "dns", zone: "example.net", line: 7 });
});

test("lines below the level are not written", () => {
  const { log, lines } = capture({ level: "warn" });
  log.debug({}, "one");
  log.info({}, "two");
  log.warn({}, "three");
  assert.equal(lines.length, 1);
});

test("an error keeps its message, code and stack", () => {
  const { log, record } = capture();
  log.error({ err: Object.assign(new Error("no space"), { code: "ENOSPC" }) }, "could not write");
  assert.partialDeepStrictEqual(record()["err"], { message: "no space", code: "ENOSPC" });
  assert.match((record()["err"] as { stack: string }).stack, /log\.test\.ts/);
});

for (const [why, facts] of [
  ["at the top", { secret: "hunter2" }],
  ["one level down", { key: { name: "rndc-key", secret: "hunter2" } }],
  ["in a list", { keys: [{ secret: "hunter2" }] }],
  ["three levels down", { site: { web: { session: { token: "hunter2" } } } }],
  [
    "in an object of a class",
    {
      key: new (class {
        secret = "hunter2";
      })(),
    },
  ],
  ["in request headers", { headers: { authorization: "hunter2", cookie: "hunter2" } }],
] as const) {
  for (const pretty of [false, true]) {
    test(`a secret ${why} is not shown${pretty ? " at a terminal" : ""}`, () => {
      const { log, lines } = capture({ pretty });
      log.info(facts, "loaded");
      log.child(facts).info({}, "loaded");
      assert.equal(lines.length, 2);
      for (const line of lines) {
        assert.ok(!line.includes("hunter2"), line);
        assert.ok(line.includes("[not shown]"), line);
      }
    });
  }
}

test("a secret that an error has with it is not shown", () => {
  const { log, record } = capture();
  log.error({ err: Object.assign(new Error("no"), { token: "hunter2" }) }, "could not log in");
  assert.partialDeepStrictEqual(record()["err"], { message: "no", token: "[not shown]" });
});

test("logging leaves the caller's facts as they were", () => {
  const facts = { key: { secret: "hunter2" } };
  capture().log.info(facts, "loaded");
  assert.equal(facts.key.secret, "hunter2");
});

test("a line at a terminal is one line, whatever the facts hold", () => {
  const { log, lines } = capture({ pretty: true });
  log.warn({ name: "a\nb\u001b[2J", err: new Error("two\nlines") }, "bad\rname");
  assert.equal(lines.length, 1);
  assert.doesNotMatch(lines[0]!.slice(0, -1), /\p{Cc}/u);
});

const at = new Date(2026, 0, 2, 15, 4, 5).getTime();
for (const [why, record, expected] of [
  ["shows no level for info", { level: "info", time: at, msg: "ready" }, "15:04:05 ready"],
  [
    "shows other levels",
    { level: "warn", time: at, msg: "late", zone: "a.example" },
    "15:04:05 warn late  zone=a.example",
  ],
  [
    "quotes what has spaces",
    { level: "error", time: at, msg: "no", file: "a b", n: 3, list: [1, 2] },
    '15:04:05 error no  file="a b" n=3 list=[1,2]',
  ],
  [
    "shows where an error was thrown",
    {
      level: "error",
      time: at,
      msg: "no",
      err: { message: "boom", stack: "Error: boom\n    at f (a.ts:1:2)\n    at g" },
    },
    '15:04:05 error no  err="boom" at f (a.ts:1:2)',
  ],
] as const) {
  test(`a terminal line ${why}`, () => assert.equal(terminalLine(record, { colour: false }), expected));
}

test("colours are only added when asked for", () => {
  const record = { level: "error", time: at, msg: "no" };
  assert.ok(terminalLine(record, { colour: true }).includes("\u001b[31merror \u001b[0m"));
  assert.ok(!terminalLine(record, { colour: false }).includes("\u001b"));
});
