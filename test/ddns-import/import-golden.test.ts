/**
 * Whole imports, compared file by file. HOMEPORT_GOLDEN=write makes the expected files anew: read the
 * diff.
 */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { configFolder, run, type SourceName } from "./import-of.ts";

const cases: readonly (readonly [
  why: string,
  source: SourceName,
  name: string,
  secrets: readonly string[],
])[] = [
  [
    "ddclient of a home with names at several services",
    "ddclient",
    "ddclient-home",
    ["wo%rd", "4b0fde7c", "cf-Token_1", "s3cret", "bWlhLX"],
  ],
  [
    "inadyn of a router, with a password in a file",
    "inadyn",
    "inadyn-router",
    ['pass "with"', "in-a-file-1", "it's two", "cf_api_token", "secret4", "secret5"],
  ],
  [
    "ddns-updater of a lab, with its history",
    "ddns-updater",
    "ddns-updater-lab",
    [
      "cf-lab-token",
      "desec-lab-token",
      "pk1_lab",
      "sk1_lab",
      "duck-lab-token",
      "own-lab-key",
      "google-lab-password",
    ],
  ],
];

for (const [why, source, name, secrets] of cases) {
  const expected = join(import.meta.dirname, "golden", name);
  test(`import: ${why}`, async () => {
    using folder = configFolder({});
    const from = join(import.meta.dirname, "fixtures", name);
    const { result, mode } = await run(source, folder, { from, siteName: name });
    assert(result.done, JSON.stringify(result));
    if (process.env["HOMEPORT_GOLDEN"] === "write") {
      rmSync(expected, { recursive: true, force: true });
      mkdirSync(expected, { recursive: true });
      cpSync(folder.out, expected, { recursive: true });
    }
    assert.deepEqual(tree(folder.out), tree(expected));
    assert.deepEqual(Object.keys(tree(folder.out)).sort(), [...result.report.written].sort());
    for (const path of result.report.written.filter((one) => one.startsWith("keys/")))
      assert.equal(mode(path), 0o600, path);
  });
  test(`neither the report nor site.yaml holds a secret: ${why}`, () => {
    for (const file of ["ddns-import-report.txt", "site.yaml"]) {
      const text = readFileSync(join(expected, file), "utf8");
      for (const secret of secrets) assert(!text.includes(secret), `${file}: ${secret}`);
    }
  });
}

function tree(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "latin1")]));
}
