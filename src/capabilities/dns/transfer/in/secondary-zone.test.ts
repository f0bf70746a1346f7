/** What is done for a zone that is copied, event by event, with a clock that the test steps. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecondaryEffect, SecondaryEvent, SecondaryState } from "./secondary-state.ts";
import { newSecondary, step } from "./secondary-zone.ts";
import type { SoaTimers } from "./soa-timers.ts";
import type { TransferFailure } from "./transfer-request.ts";

const timers = (serial: number): SoaTimers => ({
  serial,
  refreshMs: 3_600_000,
  retryMs: 600_000,
  expireMs: 86_400_000,
});

const failure = (more: Partial<TransferFailure> = {}): SecondaryEvent => ({
  on: "failed",
  failure: {
    kind: "failed",
    why: "silent",
    sentence: "said nothing",
    retryable: true,
    notIncremental: false,
    noIncrementalHere: false,
    ...more,
  },
});
const badZone = failure({ why: "bad-zone", sentence: "sent a bad zone", retryable: false });

class Life {
  state: SecondaryState;
  nowMs = 1_000_000;
  random = 0;

  constructor(primaries = 1, serial?: number, expiresInMs?: number) {
    const content = serial === undefined ? {} : { timers: timers(serial) };
    const left = expiresInMs === undefined ? {} : { expiresInMs };
    this.state = newSecondary({ primaries, ...content, ...left }, { nowMs: this.nowMs, random: 0 });
  }

  on(event: SecondaryEvent): string[] {
    const { state, effects } = step(this.state, event, { nowMs: this.nowMs, random: this.random });
    this.state = state;
    return effects.filter(({ do: what }) => !what.startsWith("tell-")).map(effectText);
  }

  tick(afterMs = 0): string[] {
    this.nowMs += afterMs;
    return this.on({ on: "tick" });
  }

  /** How long it rests, in seconds. */
  get restSeconds(): number {
    return (this.state.dueMs - this.nowMs) / 1000;
  }
}

function effectText(effect: SecondaryEffect): string {
  switch (effect.do) {
    case "ask":
      return `ask ${effect.primary}${effect.urgent ? " now" : ""}`;
    case "transfer":
      return `${effect.incremental ? "IXFR" : "AXFR"} ${effect.primary}${effect.anySerial ? " any" : ""}`;
    default:
      return effect.do;
  }
}

type Story = readonly (readonly [what: SecondaryEvent | { after: number }, want: readonly string[]])[];
const tick: SecondaryEvent = { on: "tick" };
const serial = (value: number): SecondaryEvent => ({ on: "serial", serial: value });
const notify = (primary = 0, value?: number): SecondaryEvent => ({ on: "notify", primary, serial: value });
const taken = (value: number): SecondaryEvent => ({ on: "taken", timers: timers(value) });

const stories: readonly (readonly [why: string, life: () => Life, story: Story])[] = [
  [
    "a zone without content is fetched whole",
    () => new Life(),
    [
      [tick, ["ask 0"]],
      [serial(5), ["AXFR 0"]],
      [{ on: "arrived" }, []],
      [taken(5), ["confirm"]],
    ],
  ],
  [
    "a zone from before is asked after at once, and stays when nothing is new",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(5), ["confirm"]],
      [tick, []],
      [{ after: 3_599_000 }, []],
      [{ after: 1_000 }, ["ask 0"]],
    ],
  ],
  [
    "what changed is asked for when there is something before",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(6), ["IXFR 0"]],
      [{ on: "arrived" }, []],
      [taken(6), ["confirm"]],
    ],
  ],
  [
    "a serial number that went round is later",
    () => new Life(1, 0xffff_ffff),
    [
      [tick, ["ask 0"]],
      [serial(0), ["IXFR 0"]],
    ],
  ],
  [
    "an older serial number is no news",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(4), []],
      [tick, []],
    ],
  ],
  [
    "an older primary gives way to the next one",
    () => new Life(2, 5),
    [
      [tick, ["ask 0"]],
      [serial(4), ["ask 1"]],
      [serial(6), ["IXFR 1"]],
    ],
  ],
  [
    "a primary that is silent gives way to the next one, and then it is retried",
    () => new Life(3, 5),
    [
      [tick, ["ask 0"]],
      [failure(), ["ask 1"]],
      [failure(), ["ask 2"]],
      [failure(), []],
      [{ after: 599_000 }, []],
      [{ after: 1_000 }, ["ask 0"]],
    ],
  ],
  [
    "a transfer that fails goes on at the next primary",
    () => new Life(2, 5),
    [
      [tick, ["ask 0"]],
      [serial(6), ["IXFR 0"]],
      [failure(), ["ask 1"]],
      [serial(6), ["IXFR 1"]],
    ],
  ],
  [
    "differences that do not fit are followed by the whole zone",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(6), ["IXFR 0"]],
      [failure({ notIncremental: true }), ["AXFR 0"]],
      [taken(6), ["confirm"]],
      [{ after: 3_600_000 }, ["ask 0"]],
      [serial(7), ["IXFR 0"]],
    ],
  ],
  [
    "a primary that does not know IXFR is not asked for it again for a day",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(6), ["IXFR 0"]],
      [failure({ notIncremental: true, noIncrementalHere: true }), ["AXFR 0"]],
      [taken(6), ["confirm"]],
      [{ after: 3_600_000 }, ["ask 0"]],
      [serial(7), ["AXFR 0"]],
      [taken(7), ["confirm"]],
      [{ after: 86_400_000 }, ["expire"]],
      [tick, ["ask 0"]],
      [serial(8), ["AXFR 0"]],
      [taken(8), ["confirm"]],
      [{ after: 3_600_000 }, ["ask 0"]],
      [serial(9), ["IXFR 0"]],
    ],
  ],
  [
    "a whole zone that fails after differences did is not asked for twice",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(6), ["IXFR 0"]],
      [failure({ notIncremental: true }), ["AXFR 0"]],
      [failure(), []],
    ],
  ],
  [
    "content that was refused is not fetched again at each NOTIFY",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(6), ["IXFR 0"]],
      [badZone, []],
      [{ after: 1_000 }, []],
      [notify(), ["ask 0 now"]],
      [serial(6), []],
      [{ after: 1_000 }, []],
      [notify(), ["ask 0 now"]],
      [serial(7), ["IXFR 0"]],
    ],
  ],
  [
    "content that one primary has bad is fetched from another",
    () => new Life(2, 5),
    [
      [tick, ["ask 0"]],
      [serial(6), ["IXFR 0"]],
      [badZone, ["ask 1"]],
      [serial(6), ["IXFR 1"]],
    ],
  ],
  [
    "an operator may fetch refused content at once",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(6), ["IXFR 0"]],
      [badZone, []],
      [{ on: "refresh" }, ["ask 0 now"]],
      [serial(6), ["IXFR 0"]],
    ],
  ],
  [
    "a NOTIFY is heeded at once",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(5), ["confirm"]],
      [{ after: 60_000 }, []],
      [notify(), ["ask 0 now"]],
    ],
  ],
  [
    "the primary that notifies is asked first",
    () => new Life(3, 5),
    [
      [{ after: 0 }, ["ask 0"]],
      [serial(5), ["confirm"]],
      [{ after: 60_000 }, []],
      [notify(2), ["ask 2 now"]],
      [failure(), ["ask 0"]],
      [failure(), ["ask 1"]],
    ],
  ],
  [
    "a NOTIFY of what is there costs nothing",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(5), ["confirm"]],
      [{ after: 60_000 }, []],
      [notify(0, 5), []],
      [notify(0, 4), []],
      [notify(0, 6), ["ask 0 now"]],
    ],
  ],
  [
    "NOTIFYs during a check lead to one more",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [notify(), []],
      [notify(), []],
      [notify(), []],
      [serial(5), ["confirm"]],
      [tick, []],
      [{ after: 500 }, ["ask 0 now"]],
      [serial(5), ["confirm"]],
      [{ after: 500 }, []],
    ],
  ],
  [
    "a NOTIFY during a transfer leads to one more check",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(6), ["IXFR 0"]],
      [notify(0, 7), []],
      [{ after: 5_000 }, []],
      [taken(6), ["confirm"]],
      [tick, ["ask 0 now"]],
      [serial(7), ["IXFR 0"]],
    ],
  ],
  [
    "a flood of NOTIFYs leads to two checks a second",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [serial(5), ["confirm"]],
      [notify(), []],
      [notify(), []],
      [{ after: 250 }, []],
      [notify(), []],
      [{ after: 250 }, ["ask 0 now"]],
      [serial(5), ["confirm"]],
      [notify(), []],
      [{ after: 500 }, ["ask 0 now"]],
    ],
  ],
  [
    "retransfer fetches all of it without asking",
    () => new Life(1, 5),
    [
      [{ on: "retransfer" }, ["AXFR 0 any"]],
      [taken(5), ["confirm"]],
      [{ after: 3_600_000 }, ["ask 0"]],
    ],
  ],
  [
    "retransfer waits for what is under way",
    () => new Life(1, 5),
    [
      [tick, ["ask 0"]],
      [{ on: "retransfer" }, []],
      [serial(6), ["IXFR 0"]],
      [taken(6), ["confirm"]],
      [tick, []],
      [{ after: 500 }, ["AXFR 0 any"]],
    ],
  ],
  [
    "a zone that nobody confirms expires, and is fetched whole when a primary is back",
    () => new Life(1, 5, 1_000_000),
    [
      [tick, ["ask 0"]],
      [failure(), []],
      [{ after: 600_000 }, ["ask 0"]],
      [failure(), []],
      [{ after: 400_000 }, ["expire"]],
      [{ after: 600_000 }, ["ask 0"]],
      [serial(5), ["AXFR 0"]],
      [taken(5), ["confirm"]],
    ],
  ],
  [
    "a zone whose time was over before the start expires at once",
    () => new Life(1, 5, 0),
    [
      [tick, ["expire"]],
      [tick, ["ask 0"]],
    ],
  ],
  [
    "a zone does not expire while a new one comes in",
    () => new Life(1, 5, 10_000),
    [
      [tick, ["ask 0"]],
      [serial(6), ["IXFR 0"]],
      [{ after: 20_000 }, []],
      [taken(6), ["confirm"]],
    ],
  ],
  [
    "a zone that expires while it is asked for is fetched whole",
    () => new Life(1, 5, 10_000),
    [
      [tick, ["ask 0"]],
      [{ after: 10_000 }, ["expire"]],
      [serial(6), ["AXFR 0"]],
    ],
  ],
];

for (const [why, life, story] of stories) {
  test(why, () => {
    const one = life();
    story.forEach(([what, want], index) => {
      const effects = "after" in what ? one.tick(what.after) : one.on(what);
      assert.deepEqual(effects, want, `step ${index}: ${JSON.stringify(what)}`);
    });
  });
}

test("without content it is tried less and less often", () => {
  const life = new Life();
  const rests: number[] = [];
  for (let round = 0; round < 11; round++) {
    assert.deepEqual(life.tick(), ["ask 0"]);
    life.on(failure());
    rests.push(life.restSeconds);
    life.nowMs = life.state.dueMs;
  }
  assert.deepEqual(rests, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
});

test("bad content is fetched less and less often, without content too", () => {
  const life = new Life();
  const rests: number[] = [];
  for (let round = 0; round < 11; round++) {
    assert.deepEqual(life.tick(), ["ask 0"]);
    assert.deepEqual(life.on(serial(6)), ["AXFR 0"]);
    life.on(badZone);
    rests.push(life.restSeconds);
    life.nowMs = life.state.dueMs;
  }
  assert.deepEqual(rests, [60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360, 21_600, 21_600]);
});

test("refresh and retry come up to a quarter early", () => {
  for (const [random, seconds] of [
    [0, 3600],
    [0.5, 3150],
    [0.999, 2700.9],
  ] as const) {
    const life = new Life(1, 5);
    life.random = random;
    life.tick();
    life.on(serial(5));
    assert.equal(Math.round(life.restSeconds * 10) / 10, seconds);
  }
});

test("a failure is told once, until it is another one", () => {
  const life = new Life();
  const told = (event: SecondaryEvent): number => {
    const { state, effects } = step(life.state, event, { nowMs: life.nowMs, random: 0 });
    life.state = state;
    return effects.filter(({ do: what }) => what === "tell-failure").length;
  };
  const counts = [failure(), failure(), failure({ why: "cut", sentence: "closed" }), failure()].map(
    (event) => {
      life.nowMs = life.state.dueMs;
      life.tick();
      return told(event);
    },
  );
  assert.deepEqual(counts, [1, 0, 1, 1]);
});
