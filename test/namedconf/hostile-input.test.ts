/**
 * A config from somebody else must read nothing outside of its folder, and write nothing outside of --out.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { safeFileName } from "#platform/import/file-name.ts";
import { matchesWildcard } from "#platform/import/place.ts";
import { Staging } from "#platform/import/write-out.ts";
import { importBind } from "../../src/capabilities/dns/import/import-bind.ts";
import type { ImportReport } from "../../src/capabilities/dns/import/report.ts";
import { bindFolder, soa } from "./bind-folder.ts";

const secretName = "outside-of-the-folder";

const reads: readonly (readonly [why: string, path: string])[] = [
  ["a path with dots", `../${secretName}`],
  ["an absolute path with dots", `/etc/bind/../bind/../${secretName}`],
  ["many dots", `../../../../../../../../../../etc/hostname`],
  ["an absolute path", "/etc/hostname"],
  ["a link to a file outside", "link"],
  ["a link to a folder outside", `linked-folder/${secretName}`],
  ["a device", "/dev/zero"],
  ["an empty path", ""],
  ["the folder itself", "."],
];

for (const [why, path] of reads) {
  test(`reads no zone file, include or $INCLUDE through ${why}`, async () => {
    await using folder = bindFolder({
      "named.conf":
        `include "${path}";\nzone "a.example" { type primary; file "${path}"; };\n` +
        `zone "b.example" { type primary; file "db"; };\n`,
      db: `${soa}$INCLUDE "${path}"\n`,
    });
    writeFileSync(join(folder.bind, "..", secretName), soa);
    symlinkSync(join(folder.bind, "..", secretName), join(folder.bind, "link"));
    symlinkSync(join(folder.bind, ".."), join(folder.bind, "linked-folder"));
    const result = await importBind(folder.request);
    assert(result.done, JSON.stringify(result));
    assert.equal(result.report.zones.leftOut, 2);
    assert.equal(result.report.read.length, 1);
    assert.equal(result.complete, false);
  });
}

test("reads no socket", async () => {
  await using folder = bindFolder({ "named.conf": 'zone "a" { type primary; file "socket"; };' });
  const server = createServer().listen(join(folder.bind, "socket"));
  await once(server, "listening");
  try {
    const result = await importBind(folder.request);
    assert(result.done);
    assert.match(leftOut(result.report), /socket is no regular file/);
  } finally {
    server.close();
  }
});

const names = [
  "../../x",
  "/etc/x",
  "..",
  "a/../../b",
  "a\\000b",
  "x\\/y",
  ".hidden",
  "128/26.2.0.192.in-addr.arpa",
  "-rf",
  "\\.\\.",
];
for (const name of names) {
  test(`writes the zone and the key ${JSON.stringify(name)} inside of --out`, async () => {
    await using folder = bindFolder({
      "named.conf":
        `zone "${name}" { type primary; file "db"; };\n` +
        `key "${name}" { algorithm hmac-sha256; secret "QQ=="; };`,
      db: soa,
    });
    const result = await importBind(folder.request);
    assert(result.done, JSON.stringify(result));
    assert.deepEqual(readdirSync(join(folder.out, "..")).sort(), ["lab", "out"]);
    for (const entry of readdirSync(folder.out))
      assert.match(entry, /^(?:site\.yaml|import-report\.txt|zones|keys)$/);
    for (const path of result.report.written)
      assert.match(path, /^(?:(?:zones|keys)\/)?[a-z\d%_-][a-z\d%._-]*$/);
  });
}

test("file names are never folders, hidden, too long, or the same for two names", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.string({ unit: "binary", maxLength: 300 }),
      (one, other) => {
        const name = safeFileName(one);
        assert.match(name, /^(?:[a-z\d_%-][a-z\d._%-]*)?$/);
        assert(name.length <= 200);
        const same = Buffer.from(one.toLowerCase()).equals(Buffer.from(other.toLowerCase()));
        assert.equal(name === safeFileName(other), same);
      },
    ),
  );
});

test("wildcards match as in a shell, and end soon when they are hostile", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["a.conf", "*.conf", true],
    ["a.conf", "?.conf", true],
    ["ab.conf", "?.conf", false],
    ["a", "*", true],
    ["", "*", true],
    ["a", "", false],
    ["aXbXc", "a*b*c", true],
    ["aXbX", "a*b*c", false],
    ["a+b", "a+b", true],
  ];
  for (const [text, pattern, want] of cases)
    assert.equal(matchesWildcard(text, pattern), want, `${text} ${pattern}`);
  assert.equal(matchesWildcard("a".repeat(255), `${"a*".repeat(120)}b`), false);
});

test("refuses an --out whose zones folder is a link", async () => {
  await using folder = bindFolder({ "named.conf": 'zone "a" { type primary; file "db"; };', db: soa });
  const elsewhere = join(folder.out, "../elsewhere");
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, join(folder.out, "zones"));
  const result = await importBind({ ...folder.request, force: true });
  assert(!result.done);
  assert.match(result.problems[0]!.what, /zones is no folder, or a link to one/);
  assert.deepEqual(readdirSync(elsewhere), []);
});

test("refuses to replace files without --force, and changes nothing", async () => {
  await using folder = bindFolder({ "named.conf": 'zone "a" { type primary; file "db"; };', db: soa });
  writeFileSync(join(folder.out, "site.yaml"), "site: mine\n");
  const refusedResult = await importBind(folder.request);
  assert(!refusedResult.done);
  assert.match(
    refusedResult.problems[0]!.what,
    /site\.yaml is there already; choose another --out, or write --force/,
  );
  assert.deepEqual(readdirSync(folder.out), ["site.yaml"]);
  const forced = await importBind({ ...folder.request, force: true });
  assert(forced.done);
  assert.match(readFileSync(join(folder.out, "site.yaml"), "utf8"), /name: a/);
  assert.deepEqual(readdirSync(folder.out).sort(), ["import-report.txt", "site.yaml", "zones"]);
});

test("when a file cannot be put into place, the ones before it come back", async () => {
  await using folder = bindFolder({});
  writeFileSync(join(folder.out, "a"), "mine");
  const octets = Buffer.from("new");
  const files = ["a", "b", "zones/c"].map((path) => ({ path, octets, mode: 0o644 }));
  {
    await using staging = await Staging.open(folder.out, ["a", "b", "zones/c"], true);
    await staging.add(files);
    writeFileSync(join(folder.out, "zones"), "in the way");
    await assert.rejects(staging.moveIn());
  }
  assert.deepEqual(readdirSync(folder.out), ["a", "zones"]);
  assert.equal(readFileSync(join(folder.out, "a"), "utf8"), "mine");
});

test("keys are for their owner only, also their folder", async () => {
  await using folder = bindFolder({ "named.conf": 'key k { algorithm hmac-sha256; secret "QQ=="; };' });
  const result = await importBind(folder.request);
  assert(result.done);
  assert.equal(statSync(join(folder.out, "keys")).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder.out, "keys/k.key")).mode & 0o777, 0o600);
});

function leftOut(report: ImportReport): string {
  return report.statements
    .filter(({ outcome }) => outcome === "left out")
    .map(({ detail }) => detail)
    .join("\n");
}
