/** The lines of a dnsmasq.conf. */
import assert from "node:assert/strict";
import test from "node:test";
import { parseDnsmasqConf, parseDnsmasqValues } from "./lines.ts";

const texts: readonly (readonly [
  why: string,
  text: string,
  want: readonly (readonly [string, ...string[]])[],
])[] = [
  ["a name alone", "no-resolv", [["no-resolv"]]],
  [
    "a name and its fields",
    " dhcp-range = 10.0.0.1 ,10.0.0.9,12h ",
    [["dhcp-range", "10.0.0.1", "10.0.0.9", "12h"]],
  ],
  ["an empty value is one empty field", "dhcp-option=", [["dhcp-option", ""]]],
  ["comments at the beginning", "# a\n  # b\nc", [["c"]]],
  ["comments behind a blank", "a=b # c", [["a", "b"]]],
  ["a # inside of a word is none", "a=b#c", [["a", "b#c"]]],
  ["commas and # in quotes", 'a="b, c # d",e', [["a", "b, c # d", "e"]]],
  ["blanks in quotes are kept", 'a=" b "', [["a", " b "]]],
  ["escapes in quotes", 'a="b\\"\\t\\\\"', [["a", 'b"\t\\']]],
  ["a value with =", "a=b=c", [["a", "b=c"]]],
  ["names in any case", "Domain-Needed", [["domain-needed"]]],
  ["lines that end as in DOS", "a=b\r\nc\r\n", [["a", "b"], ["c"]]],
];
for (const [why, text, want] of texts) {
  test(`dnsmasq.conf: ${why}`, () => {
    const { lines, problems } = parseDnsmasqConf("f", text);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      lines.map(({ name, fields }) => [name, ...fields]),
      want,
    );
  });
}

test("dnsmasq.conf: lines of a file of values have their name from outside", () => {
  const { lines } = parseDnsmasqValues("f", "# hosts\n\n00:11:22:33:44:55,a\n", "dhcp-host");
  assert.deepEqual(
    lines.map(({ name, fields, line }) => [line, name, ...fields]),
    [[3, "dhcp-host", "00:11:22:33:44:55", "a"]],
  );
});

const mistakes: readonly (readonly [why: string, text: string, want: RegExp])[] = [
  ["a line that is no setting", "a\nwhat is this?", /^2: this line is no setting/],
  ["a string without end", 'a="b', /^1: a string in this line has no end/],
  ["a line of 10 MB", `a\n${"x".repeat(10_000_000)}`, /^2: the line is longer than/],
  ["binary", "\0\u0001\u00ff", /^1: this line is no setting/],
];
for (const [why, text, want] of mistakes) {
  test(`dnsmasq.conf: ${why} is told with its line`, () => {
    const [first] = parseDnsmasqConf("f", text).problems;
    assert.match(`${first?.line}: ${first?.what}`, want);
  });
}
