import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { formatProblem } from "#contracts/configuration.ts";
import { keyName } from "#platform/tsig/key-config.ts";
import { keyFileText } from "#platform/tsig/key-file.ts";
import { DnsConfig } from "../config.ts";
import { keyProblems, readKeys } from "./keyring.ts";

const octets = Uint8Array.from({ length: 32 }, (_, index) => index);
const base64 = octets.toBase64();
const short = octets.slice(0, 15).toBase64();

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "homeport-keys-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** What the file says, of key k unless `config` says more, and what becomes of it. */
const files: readonly [what: string, text: string, want: string, config?: object][] = [
  [
    "as BIND wrote it for rndc",
    `key "k" {\n\talgorithm hmac-md5;\n\tsecret "${base64}";\n};\n`,
    "hmac-md5 32",
  ],
  [
    "as tsig-keygen writes it",
    `key "k" {\n\talgorithm hmac-sha512;\n\tsecret "${base64}";\n};\n`,
    "hmac-sha512 32",
  ],
  [
    "on one line, without quotes, with comments",
    `// of the foundry\nkey k { algorithm HMAC-SHA256; secret ${base64}; }; # end`,
    "hmac-sha256 32",
  ],
  [
    "without the final ;",
    `key k { algorithm hmac-sha256; secret "${base64}"; }`,
    "line 1.*at column 88 there is a mistake",
  ],
  [
    "with the long name of md5",
    `key k { algorithm hmac-md5.sig-alg.reg.int; secret "${base64}"; };`,
    "hmac-md5 32",
  ],
  [
    "with a MAC that is cut",
    `key k { algorithm hmac-sha256-128; secret "${base64}"; };`,
    "hmac-sha256 32 cut to 16",
  ],
  [
    "with a MAC that is cut too short",
    `key k { algorithm hmac-sha256-80; secret "${base64}"; };`,
    "MACs of hmac-sha256 cannot have 80 bits",
  ],
  [
    "with a MAC that is longer than whole",
    `key k { algorithm hmac-sha1-168; secret "${base64}"; };`,
    "MACs of hmac-sha1 cannot have 168 bits",
  ],
  ["with the secret alone", `${base64}\n`, "hmac-sha256 32"],
  ["with the secret alone, in lines", `${base64.slice(0, 20)}\n${base64.slice(20)}\n`, "hmac-sha256 32"],
  [
    "with the secret alone, and an algorithm in site.yaml",
    base64,
    "hmac-sha384 32",
    { algorithm: "hmac-sha384" },
  ],
  [
    "as dnssec-keygen once wrote it",
    `Private-key-format: v1.3\nAlgorithm: 163 (HMAC_SHA256)\nKey: ${base64}\nBits: AAA=\n`,
    "hmac-sha256 32",
  ],
  [
    "of a key that signs zones",
    "Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: xx\n",
    "it is a key that signs zones",
  ],
  [
    "with several keys",
    `key a { algorithm hmac-sha1; secret "${short}"; };\nkey K { algorithm hmac-sha256; secret "${base64}"; };`,
    "hmac-sha256 32",
  ],
  [
    "with several keys and not the one",
    `key a { algorithm hmac-sha1; secret "${base64}"; };\nkey b { algorithm hmac-sha1; secret "${base64}"; };`,
    "it has several keys, and none is k: a, b",
  ],
  [
    "as an rndc.conf",
    `key "k" { algorithm hmac-sha256; secret "${base64}"; };\noptions { default-key "k"; default-port 953; };`,
    "hmac-sha256 32",
  ],
  ["that is empty", " \n", "the file is empty"],
  ["without a key", "options { };", "there is no key in it"],
  [
    "without a secret",
    "key k { algorithm hmac-sha256; };",
    "line 1, for key k: .*lacks its algorithm or its secret",
  ],
  ["with an empty secret", 'key k { algorithm hmac-sha256; secret ""; };', "the secret is empty"],
  [
    "with a secret that is cut",
    `key k {\n algorithm hmac-sha256;\n secret "${base64.slice(1)}";\n};`,
    "line 3.*not base64",
  ],
  ["with the secret alone, cut", base64.slice(1), "line 1, for key k: the secret is not base64"],
  [
    "with an algorithm that is unknown",
    `key k { algorithm hmac-sha3; secret "${base64}"; };`,
    "unknown algorithm",
  ],
  ["with a quote that is open", `key k { algorithm hmac-sha256; secret "${base64}; };`, "there is a mistake"],
  ["with a ; that is missing", `key k { algorithm hmac-sha256; secret "${base64}" }`, "there is a mistake"],
  ["that is no text", "\0\x01\xff", "there is a mistake|no key in it"],
];

for (const [what, text, want, config = {}] of files) {
  test(`a key file ${what}`, (t) => {
    const siteFolder = folderOf(t);
    writeFileSync(join(siteFolder, "k.key"), text, { mode: 0o600 });
    const section = DnsConfig.parse({ keys: [{ name: "k", secretFile: "k.key", ...config }] });
    const { keyring, problems } = readKeys(section, { siteFolder });
    const key = keyring.get(keyName("k"));
    const said = problems.map(formatProblem).join("\n");
    assert.doesNotMatch(said, new RegExp(base64.slice(2, 12)), "the secret is not told");
    if (key === undefined) {
      assert.match(said, new RegExp(`^dns\\.keys\\[0\\]\\.secretFile: k\\.key.*(${want})`));
      return;
    }
    const cut = key.macOctetsMin === undefined ? "" : ` cut to ${key.macOctetsMin}`;
    assert.equal(`${key.algorithm} ${key.secret.length}${cut}`, want, said);
    assert.deepEqual(key.secret, octets);
  });
}

/** Keys as site.yaml has them, and what is said of them. */
const told: readonly [what: string, key: object, want: RegExp | undefined][] = [
  ["a good secret", { secret: base64 }, undefined],
  ["a secret with blanks", { secret: ` ${base64} ` }, undefined],
  [
    "a secret that is no base64",
    { secret: "hello!" },
    /^dns\.keys\[0\]\.secret: .*not base64; make a new one/,
  ],
  [
    "hmac-md5",
    { secret: base64, algorithm: "hmac-md5" },
    /^warning: dns\.keys\[0\]: .*weak algorithm hmac-md5/,
  ],
  ["hmac-sha1", { secret: base64, algorithm: "hmac-sha1" }, /^warning: .*weak algorithm hmac-sha1/],
  [
    "a secret of less than half a digest",
    { secret: short },
    /^warning: .*has 15 octets, and hmac-sha256 should have 16/,
  ],
  [
    "a file of another key",
    { secretFile: "other.key" },
    /^warning: .*other\.key has the secret of other, and here/,
  ],
  [
    "a file with another algorithm",
    { secretFile: "k.key", algorithm: "hmac-sha384" },
    /^warning: .*k\.key says hmac-sha256, and here key k is hmac-sha384/,
  ],
  [
    "a file that others may read",
    { secretFile: "open.key" },
    /^warning: .*others than its owner may read or write open/,
  ],
  [
    "a file that is not there",
    { secretFile: "none.key" },
    /^dns\.keys\[0\]\.secretFile: .*is not there: none\.key/,
  ],
  ["a folder", { secretFile: "folder" }, /^dns\.keys\[0\]\.secretFile: .*is not there: folder/],
  ["a file below a file", { secretFile: "k.key/k" }, /is not there: k\.key\/k/],
  ["a huge file", { secretFile: "huge.key" }, /^dns\.keys\[0\]\.secretFile: .*huge\.key \(EFBIG\)/],
  ["a file without an end", { secretFile: "/dev/zero" }, /\(EFBIG\)/],
];

for (const [what, key, want] of told) {
  test(`what is said of ${what}`, (t) => {
    const siteFolder = folderOf(t);
    const write = (file: string, name: string, mode = 0o600): void =>
      writeFileSync(join(siteFolder, file), keyFileText({ name, algorithm: "hmac-sha256", secret: octets }), {
        mode,
      });
    write("k.key", "K.");
    write("other.key", "other");
    write("open.key", "k", 0o644);
    writeFileSync(join(siteFolder, "huge.key"), "A".repeat(70_000), { mode: 0o600 });
    mkdirSync(join(siteFolder, "folder"));
    const config = DnsConfig.parse({ keys: [{ name: "k", ...key }] });
    const problems = keyProblems(config, { siteFolder }).map(formatProblem);
    if (want === undefined) assert.deepEqual(problems, []);
    else assert.match(problems.join("\n"), want);
  });
}

test("a key without an error is there even when another has one", () => {
  const keys = [
    { name: "bad", secret: "?" },
    { name: "Good.Example.", secret: base64 },
  ];
  const { keyring, problems } = readKeys(DnsConfig.parse({ keys }), { siteFolder: "/" });
  assert.deepEqual([...keyring.keys()], [keyName("good.example")]);
  assert.equal(problems.length, 1);
});
