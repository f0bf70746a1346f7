import assert from "node:assert/strict";
import { test } from "node:test";
import { parseName } from "#protocols/dns/name.ts";
import { notifyLimits } from "./limits.ts";
import type { Announcement } from "./notify-message.ts";
import { NotifySchedule, type Telling } from "./notify-schedule.ts";
import { plainServer } from "./notify-server.ts";

const one = plainServer("192.0.2.1");
const other = plainServer("192.0.2.2");
const { coalesceMs, triesMax, burst, perSecond } = notifyLimits;

function announcement(serial: number, zone = "example."): Announcement {
  return { zone: parseName(zone), serial, ttl: 60, rdata: new Uint8Array(22) };
}

/** Steps from one thing that is due to the next, and writes down when what was sent. */
class Rig {
  readonly schedule = new NotifySchedule();
  nowMs = 0;
  readonly said: string[] = [];
  /** Answers that servers give, by address; undefined: none. */
  answers: Readonly<Record<string, string | undefined>> = {};

  run(untilMs: number): string[] {
    for (;;) {
      const nextMs = this.schedule.nextMs(this.nowMs);
      if (nextMs === undefined || nextMs > untilMs) break;
      this.nowMs = Math.max(this.nowMs, nextMs);
      const { send, givenUp } = this.schedule.take(this.nowMs);
      for (const telling of givenUp) this.say(telling, "given up");
      for (const telling of send) this.send(telling);
    }
    this.nowMs = untilMs;
    return this.said.splice(0);
  }

  states(zone = "example."): string {
    return this.schedule
      .of(parseName(zone))
      .map(({ state }) => state)
      .join(" ");
  }

  private send(telling: Telling): void {
    this.say(telling, String(telling.announcement.serial));
    const answer = this.answers[telling.server.address];
    if (answer === undefined) return;
    const refusal = answer === "yes" ? undefined : answer;
    this.schedule.answered(telling, telling.announcement.serial, refusal, this.nowMs);
  }

  private say(telling: Telling, what: string): void {
    this.said.push(`${Math.round(this.nowMs)} ${telling.server.address.slice(-1)}: ${what}`);
  }
}

test("a server that does not answer is told five times, each wait twice as long, and then given up", () => {
  const rig = new Rig();
  rig.schedule.announce(announcement(7), [one], 0);
  assert.deepEqual(rig.run(100_000), [
    "0 1: 7",
    "1000 1: 7",
    "3000 1: 7",
    "7000 1: 7",
    "15000 1: 7",
    "31000 1: given up",
  ]);
  assert.equal(rig.states(), "unanswered");
  assert.equal(triesMax, 5);
});

test("a server that answers is told once, whatever it answers", () => {
  const rig = new Rig();
  rig.answers = { "192.0.2.1": "yes", "192.0.2.2": "answers NOTAUTH" };
  rig.schedule.announce(announcement(7), [one, other], 0);
  assert.deepEqual(rig.run(100_000), ["0 1: 7", "0 2: 7"]);
  assert.equal(rig.states(), "told refused");
  assert.equal(rig.schedule.of(parseName("example."))[1]!.why, "answers NOTAUTH");
});

test("an answer after the second try ends it", () => {
  const rig = new Rig();
  rig.schedule.announce(announcement(7), [one], 0);
  rig.run(1500);
  rig.schedule.answered(rig.schedule.of(parseName("example."))[0]!, 7, undefined, 1500);
  assert.deepEqual(rig.run(100_000), []);
});

test("a newer serial takes the place of the one that is being told", () => {
  const rig = new Rig();
  rig.schedule.announce(announcement(7), [one], 0);
  rig.run(10);
  rig.answers = { "192.0.2.1": "yes" };
  rig.schedule.announce(announcement(8), [one], 10);
  assert.deepEqual(rig.run(100_000), [`${coalesceMs} 1: 8`]);
  assert.equal(rig.states(), "told");
});

test("the answer to an older serial is no answer to the newer one", () => {
  const rig = new Rig();
  rig.schedule.announce(announcement(7), [one], 0);
  rig.run(10);
  rig.schedule.announce(announcement(8), [one], 10);
  rig.schedule.answered(rig.schedule.of(parseName("example."))[0]!, 7, undefined, 50);
  rig.answers = { "192.0.2.1": "yes" };
  assert.deepEqual(rig.run(100_000), ["100 1: 8"]);
});

test("a zone that changes all the time does not make a server that is down a target", () => {
  const rig = new Rig();
  const said: string[] = [];
  for (let serial = 1; serial <= 200; serial++) {
    rig.schedule.announce(announcement(serial), [one], rig.nowMs);
    said.push(...rig.run(rig.nowMs + coalesceMs - 1));
    rig.nowMs++;
  }
  const times = said.map((line) => Number.parseInt(line, 10));
  assert.deepEqual(times, [0, 100, 300, 700, 1500, 17_500, 17_500, 17_600, 17_800, 18_200, 19_000]);
  assert.match(said[5]!, /given up/);
});

test("what changed while a server was down is told once more after it was given up", () => {
  const rig = new Rig();
  rig.schedule.announce(announcement(7), [one], 0);
  rig.run(20_000);
  rig.schedule.announce(announcement(8), [one], 20_000);
  rig.answers = { "192.0.2.1": "yes" };
  assert.deepEqual(rig.run(100_000), ["31000 1: given up", "31000 1: 8"]);
});

test("servers that are no longer the zone's, and zones that are gone, are told nothing", () => {
  const rig = new Rig();
  rig.schedule.announce(announcement(7), [one, other], 0);
  rig.run(0);
  rig.schedule.announce(announcement(8), [other], 500);
  assert.deepEqual(rig.run(900), ["500 2: 8"]);
  rig.schedule.forget(parseName("example."));
  assert.deepEqual(rig.run(100_000), []);
  assert.equal(rig.states(), "");
});

test("messages to all servers keep to the rate, and first tries go before others", () => {
  const rig = new Rig();
  const zones = Array.from({ length: 2000 }, (_, i) => `z${i}.example.`);
  for (const zone of zones) rig.schedule.announce(announcement(1, zone), [one], 0);
  const firstSecond = rig.run(999);
  assert.ok(Math.abs(firstSecond.length - (burst + perSecond)) <= 2, `${firstSecond.length}`);
  const rest = rig.run(2500);
  assert.ok(rest.length <= 1.5 * perSecond + 2);
  rig.schedule.announce(announcement(1, "urgent.example."), [other], 2500);
  assert.equal(
    rig.run(2502).filter((line) => line.includes(" 2: ")).length,
    1,
    "it does not wait for tries that wait",
  );
  assert.ok(rig.run(2600).length > 90, "there were some");
});

test("a server that is told later because of the rate is told of the newest serial only", () => {
  const rig = new Rig();
  for (let i = 0; i < burst; i++) rig.schedule.announce(announcement(1, `z${i}.example.`), [other], 0);
  rig.schedule.announce(announcement(7), [one], 0);
  rig.schedule.announce(announcement(8), [one], 0);
  const said = rig.run(500).filter((line) => line.includes(" 1: "));
  assert.equal(said.length, 1);
  assert.match(said[0]!, /: 8$/);
});
