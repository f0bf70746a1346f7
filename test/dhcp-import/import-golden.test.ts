/**
 * Whole imports, compared file by file. HOMEPORT_GOLDEN=write makes the expected files anew: read the
 * diff.
 */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { configFolder, run, type SourceName } from "./import-of.ts";

const cases: readonly (readonly [why: string, source: SourceName, name: string])[] = [
  ["dhcpd of an office with failover, classes, keys, groups and includes", "dhcpd", "dhcpd-office"],
  ["dnsmasq of a home with tags, boot files and files of hosts", "dnsmasq", "dnsmasq-home"],
  ["Kea of a campus with relays, classes, definitions and reservations", "kea", "kea-campus"],
];

for (const [why, source, name] of cases) {
  const expected = join(import.meta.dirname, "golden", name);
  test(`import: ${why}`, async () => {
    using folder = configFolder({});
    const from = join(import.meta.dirname, "fixtures", name);
    const { result } = await run(source, folder, { from, siteName: name });
    assert(result.done, JSON.stringify(result));
    if (process.env["HOMEPORT_GOLDEN"] === "write") {
      rmSync(expected, { recursive: true, force: true });
      mkdirSync(expected, { recursive: true });
      cpSync(folder.out, expected, { recursive: true });
    }
    assert.deepEqual(tree(folder.out), tree(expected));
    assert.deepEqual(Object.keys(tree(folder.out)).sort(), [...result.report.written].sort());
    for (const path of result.report.written.filter((one) => one.startsWith("keys/")))
      assert.equal(statSync(join(folder.out, path)).mode & 0o777, 0o600, path);
  });
  test(`the report holds no secret: ${why}`, () => {
    const report = readFileSync(join(expected, "dhcp-import-report.txt"), "utf8");
    const keys = join(expected, "keys");
    for (const file of existsSync(keys) ? readdirSync(keys) : []) {
      const secret = /secret "(.*)"/.exec(readFileSync(join(keys, file), "utf8"))![1]!;
      assert(!report.includes(secret));
    }
  });
}

function tree(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "latin1")]));
}
