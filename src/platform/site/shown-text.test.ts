import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { shownSiteText } from "./shown-text.ts";

const shown = '"[not shown]"';

/** Text, and what is shown of it. */
const cases: readonly (readonly [string, string])[] = [
  ["site: a # mine\n", "site: a # mine\n"],
  ["keys:\n  - secret: c2VjcmV0 # old\n    name: a\n", `keys:\n  - secret: ${shown} # old\n    name: a\n`],
  ["keys: [{secret: c2VjcmV0, name: a}]\n", `keys: [{secret: ${shown}, name: a}]\n`],
  ["keys: [{name: a, 'secret': 'c2VjcmV0'}]\n", `keys: [{name: a, 'secret': ${shown}}]\n`],
  ['secret: "c2Vj\\\n  cmV0"\nname: a\n', `secret: ${shown}\nname: a\n`],
  ["secret: >-\n  c2VjcmV0\nname: a\n", `secret: ${shown}\nname: a\n`],
  ["one: &key c2VjcmV0\nsecret: *key\n", `one: &key ${shown}\nsecret: *key\n`],
  ["site: a\n#  - secret: c2VjcmV0\n", `site: a\n#  - secret: ${shown}\n`],
  ["secretFile: keys/a.key\n", "secretFile: keys/a.key\n"],
  [
    "a:\n  password: c2VjcmV0\n  token:\n    - c2VjcmV0\nname: a\n",
    `a:\n  password: ${shown}\n  token:\n    ${shown}\nname: a\n`,
  ],
];

for (const [text, expected] of cases) {
  test(`what is shown of ${JSON.stringify(text)}`, () => {
    assert.equal(shownSiteText(text), expected);
    parse(shownSiteText(text));
  });
}
