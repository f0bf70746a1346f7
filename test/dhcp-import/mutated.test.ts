/**
 * Configs that have been damaged: an import of one ends in a section that is valid and a report that says why
 * of all that did not come over, or in problems with nothing written.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { configFolder, run, type SourceName } from "./import-of.ts";

const configs: readonly (readonly [source: SourceName, fixture: string, file: string])[] = [
  ["dhcpd", "dhcpd-office", "dhcpd.conf"],
  ["dnsmasq", "dnsmasq-home", "dnsmasq.conf"],
  ["kea", "kea-campus", "kea-dhcp4.conf"],
];
const roundsEach = 60;

/** The same numbers each time: a failure can be looked at. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((state / 0x8000_0000) * below);
  };
}

type Damage = (text: string, below: (below: number) => number) => string;

const word = /[A-Za-z0-9.:_-]+/g;
const damages: readonly Damage[] = [
  (text, below) => {
    const at = below(text.length);
    return text.slice(0, at) + text.slice(at + below(20));
  },
  (text, below) => {
    const [at, words] = [below(text.length), text.match(word)!];
    return text.slice(0, at) + words[below(words.length)]! + text.slice(at);
  },
  (text, below) => {
    const words = text.match(word)!;
    return text.replaceAll(words[below(words.length)]!, words[below(words.length)]!);
  },
  (text, below) => {
    const lines = text.split("\n");
    lines.splice(below(lines.length), 0, lines[below(lines.length)]!);
    return lines.join("\n");
  },
  (text, below) =>
    text
      .split("\n")
      .toSpliced(below(text.split("\n").length), 1)
      .join("\n"),
  (text, below) => {
    const at = below(text.length);
    return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at);
  },
];

for (const [source, fixture, file] of configs) {
  test(`${file}, damaged in many ways`, async () => {
    const whole = readFileSync(join(import.meta.dirname, "fixtures", fixture, file), "utf8");
    const below = numbers(5);
    let taken = 0;
    for (let round = 0; round < roundsEach; round++) {
      let text = whole;
      for (let times = below(4); times >= 0; times--) text = damages[below(damages.length)]!(text, below);
      using folder = configFolder({ [file]: text });
      const { result, report } = await run(source, folder); // holds the section against its schema
      if (!result.done) {
        assert.deepEqual(readdirSync(folder.out), []);
        assert(
          result.problems.every(({ line }) => line !== undefined),
          report,
        );
        continue;
      }
      taken++;
      assert.deepEqual(result.report.problems, [], report);
      for (const { outcome, detail, statement } of result.report.statements)
        assert(outcome === "imported" || detail !== undefined, statement);
    }
    assert(taken > roundsEach / 10, `${taken} were taken`);
  });
}
