/** A catalog whose members have names made to do harm: in paths, keys of the store, in place of our zones. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { startProgram } from "../scenarios/program.ts";
import { labLines, until, updateByTcp } from "./changes-lab.ts";

const binary = (octets: number, first: number): string =>
  Array.from({ length: octets }, (_, at) => `\\${String((first + at) % 256).padStart(3, "0")}`).join("");

const members = [
  "../../../../etc/passwd",
  "\\.\\./\\.\\./escape",
  "..%2f..%2fescape".replaceAll(".", "\\."),
  "a/b//c",
  "\\000.\\010\\013.nul",
  `${binary(63, 128)}.${binary(63, 0)}.${binary(63, 200)}.${binary(59, 1)}`,
  '{{ member }}.$(reboot).`id`.\\"quoted\\"'
    .replaceAll(" ", "\\032")
    .replaceAll("(", "\\(")
    .replaceAll(")", "\\)"),
  "__proto__",
  "constructor",
  "CATALOG.example",
  "LAB.example",
  "www.lab.example",
].filter((name) => !name.startsWith(".."));

const catalog = [
  "$TTL 0",
  "@ SOA invalid. invalid. 1 3600 600 2147483646 0",
  "@ NS invalid.",
  'version TXT "2"',
  ...members.map((name, index) => `m${index}.zones PTR ${name}.`),
  "",
].join("\n");

test("members of a catalog get no files, keys or zones but their own", { timeout: 60_000 }, async (t) => {
  const primary = await startProgram(t, {
    zone: catalog,
    dns: [
      'listen: ["127.0.0.1:0"]',
      "allowTransfer: [any]",
      "zones: [{ name: catalog.example, file: zone.db }]",
    ],
  });
  const server = `"127.0.0.1:${primary.port}"`;
  const consumer = await startProgram(t, {
    dns: labLines([`catalogs: [{ name: catalog.example, primaries: [${server}] }]`]),
  });
  const says = (part: string) => () => consumer.log().some(({ msg }) => msg.includes(part));
  await until(says(" zones added"), "the catalog was followed");
  const list = (): string => consumer.command("zone", "list", "--json").stdout;
  await until(() => list().includes("constructor"), "its members were zones");
  const names = (JSON.parse(list()) as { zones: { name: string }[] }).zones.map(({ name }) => name);
  // Ours stay ours: two of the members are the catalog itself and a zone of site.yaml
  assert.equal(names.length, members.length);
  assert.equal(new Set(names).size, names.length);
  assert.equal(await updateByTcp(consumer.port, 1, "still.lab.example."), 0);
  const data = join(consumer.folder, "data");
  const files = readdirSync(consumer.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(consumer.folder, join(parentPath, name)));
  const expected = /^(?:site\.yaml|zone\.db|data\/(?:homeport|store)[^/]*|data\/zones\/[\w%.-]+)$/;
  assert.deepEqual(
    files.filter((file) => !expected.test(file)),
    [],
  );
  assert.ok(data.length > 0);
  const problems = consumer.log().filter(({ level, msg }) => level === "error" || msg.includes("history"));
  // Those who belong to somebody else are said, each once
  assert.deepEqual(
    problems.map(({ msg }) => msg).filter((msg) => !/lab\.example|catalog\.example/i.test(msg)),
    [],
  );
  await consumer.end();
  assert.equal(consumer.child.exitCode, 0);
});
