/** Configs with octets changed, cut or doubled: an import tells what is wrong, or writes what is valid. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { configFolder, run, type SourceName } from "./import-of.ts";

const configs: readonly (readonly [source: SourceName, file: string])[] = [
  ["ddclient", "ddclient-home/ddclient.conf"],
  ["inadyn", "inadyn-router/inadyn.conf"],
  ["ddns-updater", "ddns-updater-lab/data/config.json"],
  ["ddns-updater", "ddns-updater-lab/data/updates.json"],
];

/** The same at each run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const signs = [
  "\u0000",
  '"',
  "'",
  "\\",
  "{",
  "}",
  ",",
  "=",
  "\n",
  "\u201D",
  "\u{1F600}",
  "[",
  "/*",
  "\uFEFF",
];

function mutated(text: string, seed: number): string {
  const pick = random(seed);
  let changed = text;
  for (let i = 0; i <= pick(4); i++) {
    const at = pick(changed.length);
    const [before, behind] = [changed.slice(0, at), changed.slice(at)];
    const kind = pick(4);
    if (kind === 0) changed = before + signs[pick(signs.length)]! + behind;
    else if (kind === 1) changed = before + behind.slice(pick(20));
    else if (kind === 2) changed = before + behind.slice(0, pick(60)) + behind;
    else changed = pick(4) === 0 ? before : before + signs[pick(signs.length)]! + behind.slice(1);
  }
  return changed;
}

for (const [source, file] of configs) {
  const path = join(import.meta.dirname, "fixtures", file);
  const name = file.split("/").at(-1)!;
  test(`${name} of ${source}, changed in 60 ways`, async () => {
    let done = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const files: Record<string, string> = { [name]: mutated(readFileSync(path, "utf8"), seed) };
      if (name === "updates.json") files["config.json"] = readFileSync(join(path, "../config.json"), "utf8");
      using folder = configFolder(files);
      const { result } = await run(source, folder);
      if (result.done) done++;
      else
        assert(
          result.problems.every(({ what }) => what !== ""),
          `seed ${seed}`,
        );
    }
    assert(done > 0, "not all of them were refused");
  });
}
