/**
 * What is said about each zone file in `golden/`: the exact messages, in the `.expected` file beside it.
 * After a change of a message run this with HOMEPORT_GOLDEN=write, and read the difference.
 */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { formatProblem } from "#contracts/configuration.ts";
import { parseName } from "#protocols/dns/name.ts";
import { loadZone } from "../../src/capabilities/dns/zones/load.ts";

const golden = join(import.meta.dirname, "golden");
const files = globSync(join(golden, "*.zone")).sort();

for (const file of files) {
  test(`the messages about ${basename(file)} are as expected`, () => {
    const expectedFile = file.replace(/zone$/, "expected");
    const load = loadZone({ name: parseName("example.com."), file, folder: golden, checkNames: "warn" });
    const lines = load.problems.map((problem) => `${formatProblem(problem).replaceAll(`${golden}/`, "")}\n`);
    const verdict = load.image === undefined ? "refused" : `${load.image.recordCount} records`;
    const said = `${lines.join("")}${verdict}\n`;
    if (process.env["HOMEPORT_GOLDEN"] === "write") writeFileSync(expectedFile, said);
    assert.equal(said, readFileSync(expectedFile, "utf8"));
  });
}

test("each expectation has its zone file", () => {
  const expected = globSync(join(golden, "*.expected"));
  assert.ok(expected.length >= 20);
  for (const file of expected) assert.ok(existsSync(file.replace(/expected$/, "zone")), file);
});
