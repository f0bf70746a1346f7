import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { ConfigError } from "#contracts/configuration.ts";
import { readKeyFile } from "#platform/tsig/key-file.ts";
import { keyCommands } from "./commands.ts";

const secret = "bm90IGEgc2VjcmV0LCBidXQgYSBsb25nIG9uZS4uLi4=";

const site = `site: lab
later: { what: "a section that this program does not know" }
dns:
  listen: ["127.0.0.1:5300"]
  keys:
    - { name: rndc-key, algorithm: hmac-md5, secretFile: keys/rndc.key }
    - { name: Transfer, secret: "${secret}" }
    - { name: idle, secretFile: keys/none.key }
  acls:
    friends: ["192.0.2.1", "!key transfer"]
  allowTransfer: ["key transfer."]
  zones:
    - { name: a.example, file: a.db, allowUpdate: ["key rndc-key", "192.0.2.0/24"] }
    - { name: b.example, primaries: ["192.0.2.10 key transfer"], alsoNotify: ["192.0.2.11 key transfer"] }
    - name: c.example
      file: c.db
      grant: [{ key: rndc-key, names: self }, { key: "*", names: zonesub, deny: true }]
  catalogs:
    - name: catalog.example
      primaries: ["192.0.2.10"]
      members: { primaries: ["192.0.2.12 key rndc-key"] }
  controls:
    - { listen: "127.0.0.1:953", keys: [rndc-key] }
`;

function siteFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "homeport-key-commands-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "keys"));
  writeFileSync(join(folder, "site.yaml"), site);
  const text = `key "rndc-key" {\n\talgorithm hmac-md5;\n\tsecret "${secret}";\n};\n`;
  writeFileSync(join(folder, "keys", "rndc.key"), text, { mode: 0o600 });
  return folder;
}

interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly error: string;
}

async function run(
  words: string,
  given: { name?: string; options?: CommandCall["options"]; json?: boolean; folder: string },
): Promise<Ran> {
  const printed: string[] = [];
  const errors: string[] = [];
  const command = keyCommands.find((one) => one.words.join(" ") === words)!;
  const code = await command.run({
    arguments: { name: given.name },
    options: { site: join(given.folder, "site.yaml"), ...given.options },
    json: given.json ?? false,
    terminal: {
      columns: 80,
      interactive: false,
      print: (text) => void printed.push(`${text}\n`),
      printError: (text) => void errors.push(`${text}\n`),
    },
    api: { request: () => assert.fail("keys are read from files, not asked of the running program") },
  });
  return { code, out: printed.join(""), error: errors.join("") };
}

test("key new writes a file that only its owner may read, and says what to add", async (t) => {
  const folder = siteFolder(t);
  const { code, out } = await run("key new", { name: "new.example.", folder });
  const file = join(folder, "keys", "new.example.key");
  assert.equal(code, ExitCode.ok);
  assert.match(out, /- \{ name: "new\.example", secretFile: "keys\/new\.example\.key" \}/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const key = readKeyFile(readFileSync(file, "utf8"), "new.example");
  assert.deepEqual([key.name, key.algorithm, key.secret.length], ["new.example", "hmac-sha256", 32]);
  assert.ok(!out.includes(key.secret.toBase64()), "the secret is not shown");
});

test("key new never replaces a file", async (t) => {
  const folder = siteFolder(t);
  const out = join(folder, "keys", "rndc.key");
  const before = readFileSync(out, "utf8");
  const { code, error } = await run("key new", { name: "rndc-key", options: { out }, folder });
  assert.equal(code, ExitCode.failed);
  assert.match(error, /rndc\.key is there already, and a key is never replaced/);
  assert.equal(readFileSync(out, "utf8"), before);
});

for (const [algorithm, octets] of [
  ["hmac-md5", 16],
  ["hmac-sha1", 20],
  ["hmac-sha224", 28],
  ["hmac-sha384", 48],
  ["hmac-sha512", 64],
] as const) {
  test(`key new --algorithm ${algorithm}: the secret is as long as a digest`, async (t) => {
    const folder = siteFolder(t);
    const out = join(folder, "k.key");
    const { out: printed } = await run("key new", {
      name: "k",
      options: { algorithm, out },
      json: true,
      folder,
    });
    assert.deepEqual(JSON.parse(printed), { name: "k", algorithm, octets, file: out, secretFile: "k.key" });
    const key = readKeyFile(readFileSync(out, "utf8"), "k");
    assert.deepEqual([key.algorithm, key.secret.length], [algorithm, octets]);
  });
}

for (const [name, want] of [
  ["", /a name is missing|empty label|not a good name/],
  ["../etc", /not a good name|empty label/],
  ['a"b', /not a good name/],
  ["a..b", /empty label/],
  [`${"a".repeat(64)}`, /63 is the most/],
] as const) {
  test(`key new refuses the name ${JSON.stringify(name)}`, async (t) => {
    const { code, error } = await run("key new", { name, folder: siteFolder(t) });
    assert.equal(code, ExitCode.usage);
    assert.match(error, want);
  });
}

test("key new says when it may not write", async (t) => {
  const folder = siteFolder(t);
  const out = join(folder, "site.yaml", "k.key");
  const { code, error } = await run("key new", { name: "k", options: { out }, folder });
  assert.equal(code, ExitCode.failed);
  assert.match(error, /cannot be written \(ENOTDIR\)|is there already/);
});

test("key list shows all keys with where they are used, and no secret", async (t) => {
  const { code, out, error } = await run("key list", { folder: siteFolder(t) });
  assert.equal(code, ExitCode.problems, "the file of one is not there");
  assert.equal(
    out,
    [
      "KEY       ALGORITHM    OCTETS  PLACES  FILE           USED FOR",
      "rndc-key  hmac-md5         32       4  keys/rndc.key  allowUpdate, grant, primaries, keys",
      "Transfer  hmac-sha256      32       4  site.yaml      allowTransfer, entries, primaries, alsoNotify",
      "idle      -                 -       0  keys/none.key\n",
    ].join("\n"),
  );
  assert.match(error, /^warning: dns\.keys\[0\]: .*weak algorithm hmac-md5/);
  assert.match(error, /dns\.keys\[2\]\.secretFile: .*is not there/);
});

test("key list --json is one document without secrets", async (t) => {
  const { out } = await run("key list", { json: true, folder: siteFolder(t) });
  assert.ok(!out.includes(secret));
  const { keys } = JSON.parse(out) as { keys: readonly { name: string; usedBy: unknown }[] };
  assert.deepEqual(
    keys.map(({ name }) => name),
    ["rndc-key", "Transfer", "idle"],
  );
  assert.deepEqual(keys[0]!.usedBy, [
    { place: "zone a.example", setting: "allowUpdate" },
    { place: "zone c.example", setting: "grant" },
    { place: "members of catalog catalog.example", setting: "primaries" },
    { place: "controls 127.0.0.1:953", setting: "keys" },
  ]);
});

test("key show has each place, and the secret only when it is asked for", async (t) => {
  const folder = siteFolder(t);
  const plain = await run("key show", { name: "transfer", folder });
  assert.equal(plain.code, ExitCode.ok);
  assert.equal(
    plain.out,
    [
      "name       Transfer",
      "algorithm  hmac-sha256",
      "secret     32 octets (--secret shows them)",
      "file       none; the secret stands in site.yaml",
      "used by    dns: allowTransfer",
      "           acl friends: entries",
      "           zone b.example: primaries",
      "           zone b.example: alsoNotify\n",
    ].join("\n"),
  );
  for (const name of ["rndc-key", "RNDC-KEY."]) {
    const shown = await run("key show", { name, options: { secret: true }, folder });
    assert.match(shown.out, new RegExp(`^secret {5}${secret}$`, "m"));
  }
  const json = await run("key show", { name: "rndc-key", json: true, folder });
  assert.ok(!json.out.includes(secret));
  const whole = await run("key show", { name: "rndc-key", options: { secret: true }, json: true, folder });
  assert.equal((JSON.parse(whole.out) as { secret: string }).secret, secret);
});

test("key show of a key that is not there is told", async (t) => {
  const { code, error } = await run("key show", { name: "other", folder: siteFolder(t) });
  assert.equal(code, ExitCode.notFound);
  assert.match(error, /There is no key other/);
});

test("a site without keys says how to make one", async (t) => {
  const folder = siteFolder(t);
  writeFileSync(join(folder, "site.yaml"), "site: lab\n");
  const { code, out } = await run("key list", { folder });
  assert.deepEqual([code, out], [ExitCode.ok, "No keys yet. Make one:\n  homeport key new NAME\n"]);
});

for (const [what, text, want] of [
  ["that is no YAML", "dns: [", /the file is no YAML; run homeport check/],
  [
    "with mistakes",
    "site: lab\ndns: { keys: [{ name: k }] }\n",
    /dns section has mistakes; run homeport check/,
  ],
] as const) {
  test(`key list of a site file ${what} is told`, async (t) => {
    const folder = siteFolder(t);
    writeFileSync(join(folder, "site.yaml"), text);
    await assert.rejects(run("key list", { folder }), (error: unknown) => {
      assert(error instanceof ConfigError);
      assert.match(error.message, want);
      return true;
    });
  });
}
