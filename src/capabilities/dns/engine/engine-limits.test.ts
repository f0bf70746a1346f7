/** What the engine does with the limiter's word. The limits themselves are tested beside the limiter. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { decodeMessage, encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { LimiterRig } from "../rate-limit/rate-limit.testing.ts";
import type { RateLimitSettings } from "../rate-limit/response-rate-limiter.ts";
import { EngineRig } from "./engine-rig.ts";
import { Transport } from "./transport.ts";

const zone = "www A 192.0.2.1\nmail A 192.0.2.2\n*.wild A 192.0.2.3\nsub NS ns.sub\nns.sub A 192.0.2.4\n";

function limitedRig(settings: Partial<RateLimitSettings>, cookieSecret?: Uint8Array): EngineRig {
  const rig = new EngineRig({ "example.": zone }, { settings: { cookieSecret } });
  rig.engine.limiter = new LimiterRig(settings).limiter;
  return rig;
}

function query(name: string, edns?: Message["edns"]): Uint8Array {
  const question = { name: parseName(name), type: 1, class: 1 };
  return encodeMessage(queryMessage({ id: 7, recursionDesired: true, question, ...(edns && { edns }) }));
}

/** How many of `count` responses come, of questions that `nameOf` makes. */
function answered(
  rig: EngineRig,
  count: number,
  nameOf: (index: number) => string,
  transport?: Transport,
): number {
  const come = Array.from({ length: count }, (_, index) => rig.exchange(query(nameOf(index)), transport));
  return come.filter((response) => response !== undefined).length;
}

suite("limits of responses", () => {
  test("one name has its own, whatever the case of the question", () => {
    const rig = limitedRig({ responsesPerSecond: 5 });
    assert.equal(
      answered(rig, 20, (index) => (index % 2 === 0 ? "www.example." : "WWW.example.")),
      5,
    );
    assert.equal(
      answered(rig, 4, () => "mail.example."),
      4,
    );
  });

  test("names of one wildcard, or below one delegation, have one together", () => {
    const rig = limitedRig({ responsesPerSecond: 5 });
    assert.equal(
      answered(rig, 20, (index) => `w${index}.wild.example.`),
      5,
    );
    assert.equal(
      answered(rig, 20, (index) => `w${index}.sub.example.`),
      5,
    );
  });

  test("names that a zone does not have have one together, and refusals too", () => {
    const rig = limitedRig({ nxdomainsPerSecond: 3, errorsPerSecond: 2 });
    assert.equal(
      answered(rig, 20, (index) => `no${index}.example.`),
      3,
    );
    assert.equal(
      answered(rig, 20, (index) => `www.other${index}.`),
      2,
    );
  });

  test("over TCP there is none", () => {
    const rig = limitedRig({ responsesPerSecond: 5 });
    assert.equal(
      answered(rig, 20, () => "www.example.", Transport.tcp),
      20,
    );
  });

  test("what slips is truncated and empty, with the question and EDNS", () => {
    const rig = limitedRig({ responsesPerSecond: 1, slip: 1 });
    const edns = { udpSize: 1232, version: 0, dnssecOk: false, options: [] };
    rig.exchange(query("www.example.", edns));
    const response = decodeMessage(rig.exchange(query("www.example.", edns))!);
    assert.equal(response.isTruncated, true);
    assert.equal(response.answers.length, 0);
    assert.equal(response.questions[0]?.name, parseName("www.example."));
    assert.notEqual(response.edns, undefined);
  });

  test("a client with a good cookie has none", () => {
    const rig = limitedRig({ responsesPerSecond: 1 }, new Uint8Array(16).fill(3));
    const cookie = (value: Uint8Array) => ({
      udpSize: 1232,
      version: 0,
      dnssecOk: false,
      options: [{ code: 10, value }],
    });
    const first = decodeMessage(rig.exchange(query("www.example.", cookie(new Uint8Array(8).fill(1))))!);
    const given = first.edns!.options[0]!.value;
    assert.equal(given.length, 24);
    for (let count = 0; count < 20; count++) {
      assert.notEqual(rig.exchange(query("www.example.", cookie(given))), undefined);
    }
    assert.equal(rig.exchange(query("www.example.")), undefined);
  });
});
