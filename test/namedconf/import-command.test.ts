/** `homeport import bind`: where it looks, what it prints, how it ends. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExitCode } from "#contracts/command.ts";
import { importBindCommand } from "../../src/capabilities/dns/import/command.ts";
import { bindFolder, soa } from "./bind-folder.ts";

async function run(folder: string, options: Record<string, string | boolean>, json = false) {
  const printed: string[] = [];
  const errors: string[] = [];
  const code = await importBindCommand.run({
    arguments: { folder },
    options,
    json,
    terminal: {
      columns: 80,
      interactive: false,
      print: (text) => printed.push(text),
      printError: (text) => errors.push(text),
    },
    api: { request: () => assert.fail("an import asks no running program") },
  });
  return { code, printed: printed.join("\n"), errors: errors.join("\n") };
}

const zone = 'zone "example.net" { type primary; file "/srv/dns/db"; };\n';
const key = 'key k { algorithm hmac-sha256; secret "aHVzaA=="; };\n';

const layouts: readonly (readonly [
  why: string,
  files: Record<string, string>,
  from: string,
  root?: string,
])[] = [
  ["a folder that --root names", { "named.conf": zone, db: soa }, ".", "/srv/dns"],
  ["named.conf itself", { "named.conf": zone, db: soa }, "named.conf", "/srv/dns"],
  ["a config of another name", { "my.conf": zone, db: soa }, "my.conf", "/srv/dns"],
  ["a file system of Debian", { "etc/bind/named.conf": zone, "srv/dns/db": soa }, "."],
  ["a file system of Red Hat", { "etc/named.conf": zone, "srv/dns/db": soa }, "."],
  ["a change of root", chroot("etc/named.conf", "srv/dns/db"), "."],
  ["a folder that is called /etc/bind", debian("zones/db", "/etc/bind/zones/db"), "."],
  ["a folder that is called /var/named", debian("db", "/var/named/db"), "."],
  [
    "a relative file in `directory`",
    { "named.conf": `options { directory "/etc/bind/zones"; };${relativeZone("db")}`, "zones/db": soa },
    ".",
  ],
  [
    "a relative file, with a `directory` that did not come along",
    { "named.conf": `options { directory "/var/cache/bind"; };${relativeZone("z/db")}`, "z/db": soa },
    ".",
  ],
];

function chroot(config: string, db: string): Record<string, string> {
  return { [`var/named/chroot/${config}`]: zone, [`var/named/chroot/${db}`]: soa };
}
function debian(path: string, called: string): Record<string, string> {
  return { "named.conf": relativeZone(called), [path]: soa };
}
function relativeZone(path: string): string {
  return `zone "example.net" { type primary; file "${path}"; };`;
}

for (const [why, files, from, root] of layouts) {
  test(`finds the files of ${why}`, async () => {
    await using folder = bindFolder(files);
    const { code, errors } = await run(join(folder.bind, from), { out: folder.out, ...(root && { root }) });
    assert.deepEqual([code, errors], [ExitCode.ok, ""]);
    assert.equal(readFileSync(join(folder.out, "zones/example.net.db"), "utf8"), soa);
  });
}

test("a path outside of --root is left out, and the exit code says so", async () => {
  await using folder = bindFolder({ "named.conf": zone, db: soa });
  const { code, printed } = await run(folder.bind, { out: folder.out, root: "/etc/bind" });
  assert.equal(code, ExitCode.problems);
  assert.match(
    printed,
    /named\.conf:1: zone "example\.net": .*\/srv\/dns\/db does not begin with what --root says/,
  );
});

test("--json prints one document, without a secret", async () => {
  await using folder = bindFolder({ "named.conf": `${zone}${key}`, db: soa });
  const { code, printed, errors } = await run(folder.bind, { out: folder.out, root: "/srv/dns" }, true);
  assert.deepEqual([code, errors], [ExitCode.ok, ""]);
  const { done, report } = JSON.parse(printed);
  assert.equal(done, true);
  assert.deepEqual(report.written, ["zones/example.net.db", "keys/k.key", "import-report.txt", "site.yaml"]);
  assert(!printed.includes("aHVzaA"));
  assert.match(readFileSync(join(folder.out, "keys/k.key"), "utf8"), /secret "aHVzaA=="/);
});

const failures: readonly (readonly [
  why: string,
  files: Record<string, string>,
  options: object,
  said: RegExp,
])[] = [
  [
    "there is no named.conf",
    { db: soa },
    {},
    /there is no named\.conf in .*; give the folder that holds named\.conf/,
  ],
  [
    "the view does not exist",
    { "named.conf": "view a { }; view b { };" },
    { view: "c" },
    /no view "c"; write one of a, b/,
  ],
  ["the config is wrong", { "named.conf": "options {" }, {}, /^named\.conf:1:9: .*has no end/],
];
for (const [why, files, options, said] of failures) {
  test(`writes nothing when ${why}`, async () => {
    await using folder = bindFolder(files);
    const { code, errors } = await run(folder.bind, { out: folder.out, ...options });
    assert.equal(code, ExitCode.failed);
    assert.match(errors, said);
    assert.deepEqual(readdirSync(folder.out), []);
  });
}

test("a view that only some clients see is not shown to the others", async () => {
  await using folder = bindFolder({
    "named.conf": `view inside { match-clients { 10.10.7/24; }; ${relativeZone("db")} };`,
    db: soa,
  });
  assert.equal((await run(folder.bind, { out: folder.out })).code, ExitCode.ok);
  assert.match(readFileSync(join(folder.out, "site.yaml"), "utf8"), /allowQuery: \["10\.10\.7\.0\/24"\]/);
});

test("an include that a comment caught stays there when nothing needs it", async () => {
  await using folder = bindFolder({
    "named.conf": `${relativeZone("db")}\n//include "zones.rfc1918";\n`,
    "zones.rfc1918": 'zone "10.in-addr.arpa" { type primary; file "db"; };\n',
    db: soa,
  });
  assert.equal((await run(folder.bind, { out: folder.out, lenient: true })).code, ExitCode.ok);
  assert.deepEqual(readdirSync(join(folder.out, "zones")), ["example.net.db"]);
});
