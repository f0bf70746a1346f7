import assert from "node:assert/strict";
import test from "node:test";
import { OptionError, parseDnsOptions } from "./options.ts";

const known = { cases: ["hits", "tcp", "reload"], servers: ["homeport", "named", "nsd"] };

test("without words, everything is measured in 3 rounds of 3 seconds", () => {
  assert.deepEqual(parseDnsOptions({}, known), { ...known, rounds: 3, seconds: 3 });
});

test("cases and servers keep their own order, whatever order they are typed in", () => {
  const options = parseDnsOptions({ cases: "reload,hits", servers: "nsd,homeport" }, known);
  assert.deepEqual(options.cases, ["hits", "reload"]);
  assert.deepEqual(options.servers, ["homeport", "nsd"]);
});

test("rounds and seconds are taken as typed", () => {
  const { rounds, seconds } = parseDnsOptions({ rounds: "1", seconds: "600" }, known);
  assert.deepEqual([rounds, seconds], [1, 600]);
});

const mistakes = [
  ["a case that is not there", { cases: "hits,hist" }, /--cases: there is no hist; there are hits, tcp/],
  ["a server that is not there", { servers: "bind" }, /--servers: there is no bind; there are homeport/],
  ["no case at all", { cases: "" }, /--cases: there is no/],
  ["no round", { rounds: "0" }, /--rounds: "0" is no number from 1 to 99/],
  ["part of a second", { seconds: "1.5" }, /--seconds: "1.5" is no number from 1 to 600/],
  ["words for a number", { seconds: "five" }, /write one such as 3/],
] as const;
for (const [why, words, message] of mistakes) {
  test(`${why} is refused, and what there is is said`, () => {
    assert.throws(
      () => parseDnsOptions(words, known),
      (error) => error instanceof OptionError && message.test(error.message),
    );
  });
}
