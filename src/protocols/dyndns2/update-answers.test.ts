import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type ReturnCode, returnCodes } from "./return-codes.ts";
import { addressesIn, readUpdateAnswers } from "./update-answers.ts";

/** `good 198.51.100.7 stop`: code, addresses, and what is to be done. */
function short(text: string, count: number): readonly string[] {
  return readUpdateAnswers(text, count).map((line) => {
    if (line === undefined) return "nothing";
    const { code, addresses, meaning } = line;
    return [code, ...addresses, `(${meaning?.kind ?? "unknown"})`].join(" ");
  });
}

const cases: readonly (readonly [why: string, text: string, count: number, want: readonly string[]])[] = [
  ["one line for one name", "good 198.51.100.7", 1, ["good 198.51.100.7 (good)"]],
  ["a code without an address", "nochg", 1, ["nochg (same)"]],
  ["line ends of any kind, and empty lines", "\r\n\r\ngood\r\n\nnochg\r", 2, ["good (good)", "nochg (same)"]],
  ["capitals", "GOOD 2001:DB8::1", 1, ["good 2001:db8::1 (good)"]],
  [
    "a line for each name, in their order",
    "good 198.51.100.7\nnohost\nnochg 198.51.100.7",
    3,
    ["good 198.51.100.7 (good)", "nohost (stop)", "nochg 198.51.100.7 (same)"],
  ],
  ["an account error once for all", "badauth", 3, ["badauth (stop)", "badauth (stop)", "badauth (stop)"]],
  ["a service error once for all", "911", 2, ["911 (retry)", "911 (retry)"]],
  ["too many names, said once for all", "numhost", 2, ["numhost (stop)", "numhost (stop)"]],
  ["a name's error once is of the first alone", "nohost", 2, ["nohost (stop)", "nothing"]],
  ["one success is of the first name alone", "good 198.51.100.7", 2, ["good 198.51.100.7 (good)", "nothing"]],
  [
    "both addresses in one line",
    "good 198.51.100.7,2001:db8::1",
    1,
    ["good 198.51.100.7 2001:db8::1 (good)"],
  ],
  [
    "a line for each address of one name",
    "good 198.51.100.7\nnochg 2001:db8::1",
    1,
    ["good 198.51.100.7 2001:db8::1 (good)"],
  ],
  ["of one name the worst line counts", "good 198.51.100.7\nnohost", 1, ["nohost 198.51.100.7 (stop)"]],
  [
    "more successes than names are for all of them",
    "good 198.51.100.7\ngood 198.51.100.7\ngood 198.51.100.7",
    2,
    [
      "good 198.51.100.7 198.51.100.7 198.51.100.7 (good)",
      "good 198.51.100.7 198.51.100.7 198.51.100.7 (good)",
    ],
  ],
  [
    "more lines than names, and not all good: nobody knows whose",
    "good\nnohost\ngood",
    2,
    ["nothing", "nothing"],
  ],
  ["a prefix length after an address", "good 2001:db8:1::/64", 1, ["good 2001:db8:1:: (good)"]],
  ["an update that was ignored", "good 127.0.0.1", 1, ["good-127.0.0.1 (stop)"]],
  ["a time to wait", "w10m", 2, ["w10m (retry)", "w10m (retry)"]],
  ["a page", "<!doctype html>\n<title>good</title>", 1, ["<!doctype (unknown)"]],
  ["a word that starts like a code", "goodness", 1, ["goodness (unknown)"]],
  ["a member of every object", "constructor", 1, ["constructor (unknown)"]],
  ["nothing", "", 2, ["nothing", "nothing"]],
];

for (const [why, text, count, want] of cases) test(why, () => assert.deepEqual(short(text, count), want));

test("every code of the table is known, with a line end and without", () => {
  for (const code of Object.keys(returnCodes) as ReturnCode[])
    for (const end of ["", "\n", "\r\n"])
      assert.equal(readUpdateAnswers(code + end, 1)[0]?.meaning, returnCodes[code], code);
});

test("waits are told in seconds, minutes and hours", () => {
  for (const [text, want] of [
    ["w30s", 30],
    ["w10m", 600],
    ["w2h", 7_200],
  ] as const) {
    const meaning = readUpdateAnswers(text, 1)[0]?.meaning;
    assert.ok(meaning?.kind === "retry");
    assert.equal(meaning.waitSeconds, want);
  }
});

test("codes of a service of its own take the place of the protocol's", () => {
  const codes = { ...returnCodes, no_change: { kind: "same" } } as const;
  assert.equal(readUpdateAnswers("no_change 198.51.100.7", 1, codes)[0]?.meaning?.kind, "same");
});

test("any text gives as many answers as there are names, and throws nothing", () => {
  const words = fc.constantFrom(
    ...Object.keys(returnCodes),
    "198.51.100.7",
    "2001:db8::1",
    " ",
    "\n",
    "<",
    "::",
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(words).map((parts) => parts.join(" ")),
  );
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 25 }), (text, count) => {
      assert.equal(readUpdateAnswers(text, count).length, count);
    }),
  );
});

for (const [why, text, want] of [
  [
    "words of a sentence",
    "Updated a.example from 198.51.100.1 to 2001:DB8:0::1.",
    ["198.51.100.1", "2001:db8::1"],
  ],
  ["in brackets", "(198.51.100.7)[2001:db8::1]", ["198.51.100.7", "2001:db8::1"]],
  ["times, versions and numbers are none", "12:30:00 v1.2.3 256.1.1.1 10.0.0 a:b", []],
] as const)
  test(`addresses in a text: ${why}`, () => assert.deepEqual(addressesIn(text), want));
