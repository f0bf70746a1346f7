/**
 * The documents run. In README.md, CONTRIBUTING.md and the capabilities' READMEs each yaml or sh block says
 * what it is:
 *
 *   yaml site           a whole site file: `homeport check` accepts it and a server starts with it
 *   sh run              commands, run in a folder that has examples/, beside the running example; each must
 * end with 0.
 *                       With "$ " before commands the other lines are what they print; "…" stands for
 * anything
 *   sh not-run: REASON  commands that a test cannot run
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { after } from "node:test";
import { freePort } from "./interop/lab-tools.ts";
import { findProgram, requirePeer } from "./peers.ts";

const root = join(import.meta.dirname, "..");
const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...globSync("src/capabilities/*/README.md", { cwd: root }).sort(),
];
const program = join(root, "src", "main.ts");

interface Block {
  readonly place: string;
  readonly language: string;
  readonly mark: string;
  readonly text: string;
}

function blocksOf(document: string, text: string): readonly Block[] {
  return [...text.matchAll(/^```(\w+)[ ]?(.*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const line = text.slice(0, match.index).split("\n").length;
    return { place: `${document}:${line}`, language: match[1]!, mark: match[2]!, text: match[3]! };
  });
}

const marks = /^(yaml site|sh run|sh not-run: .{5,})$/;
const blocks = documents.flatMap((document) =>
  blocksOf(document, readFileSync(join(root, document), "utf8")),
);

test("every yaml and sh block says what it is", () => {
  const runnable = blocks.filter(({ language }) => language === "yaml" || language === "sh");
  assert.ok(runnable.length > 3, `only ${runnable.length} blocks were found`);
  const unmarked = runnable.filter(({ language, mark }) => !marks.test(`${language} ${mark}`));
  assert.deepEqual(
    unmarked.map(({ place }) => place),
    [],
  );
});

test("blocks are found with their line, language and mark", () => {
  const text = "a\n```sh run\n$ x\n```\n```\nplain\n```\n```yaml\nb: 1\n```\n";
  assert.deepEqual(blocksOf("D", text), [
    { place: "D:2", language: "sh", mark: "run", text: "$ x\n" },
    { place: "D:8", language: "yaml", mark: "", text: "b: 1\n" },
  ]);
});

/** A folder of its own with examples/ and a command `homeport` that finds the program started there. */
function temporaryPlace() {
  const folder = mkdtempSync(join(tmpdir(), "readme-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
  mkdirSync(join(folder, "bin"));
  const command = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
  writeFileSync(join(folder, "bin", "homeport"), command, { mode: 0o755 });
  const path = `${join(folder, "bin")}:${process.env["PATH"]}`;
  return { folder, env: { ...process.env, PATH: path, HOMEPORT_DATA: join(folder, "data"), NO_COLOR: "1" } };
}

type Place = ReturnType<typeof temporaryPlace>;

/**
 * The same site on ports of this test: those in the documents may be taken, or be for root alone. Interfaces
 * get names that no machine has, so that nobody out there is given an address; and nobody on the Internet is
 * asked for the site's.
 */
async function onOwnPort(site: string, port: number): Promise<string> {
  const ports = [await freePort(), await freePort()];
  const unlistened = site
    .replace(/^ {2}listen:.*\n/gm, "")
    .replace(/^ {4}(- |)listen:.*$/gm, (line, dash: string) => {
      const address = `127.0.0.1:${ports.pop()}`;
      return line.includes("[") ? `    listen: ["${address}"]` : `    ${dash}listen: ${address}`;
    });
  const unplugged = unlistened
    .replaceAll(/\binterface: (\S+)$/gm, "interface: readme-$1")
    .replaceAll(/^( +interfaces: )\[.*\]$/gm, "$1[readme]");
  const unasked = unplugged
    .replace(/^ {2}address:.*\n(?: {4,}.*\n)*/m, "")
    .replace(/^ddns:\n/m, "ddns:\n  address: { ipv4: [], ipv6: [] }\n");
  return unasked.replace(/^dns:\n/m, `dns:\n  listen: ["127.0.0.1:${port}"]\n`);
}

/** Writes a small zone, a key, a secret or a certificate wherever the site file names one. */
function writeFiles(folder: string, site: string): void {
  for (const [, file] of site.matchAll(/\b(?:token|password|apiKey)File: (\S+)$/gm)) {
    mkdirSync(join(folder, dirname(file!)), { recursive: true });
    writeFileSync(join(folder, file!), "secret\n", { mode: 0o600 });
  }
  for (const [, name, file] of site.matchAll(/name: (\S+)\n\s+secretFile: (\S+)/g)) {
    const path = join(folder, file!);
    mkdirSync(dirname(path), { recursive: true });
    const key = `key "${name}" { algorithm hmac-sha256; secret "${randomBytes(32).toString("base64")}"; };\n`;
    writeFileSync(path, key, { mode: 0o600 });
  }
  const [, certificate, key] = /certificateFile: (\S+)\n\s+keyFile: (\S+)/.exec(site) ?? [];
  if (certificate !== undefined) {
    mkdirSync(join(folder, dirname(certificate)), { recursive: true });
    const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=ns -days 1`;
    const made = spawnSync(
      findProgram("openssl")!,
      [...words.split(" "), "-out", certificate, "-keyout", key!],
      {
        cwd: folder,
        encoding: "utf8",
      },
    );
    assert.equal(made.status, 0, made.stderr);
  }
  for (const [, name, file] of site.matchAll(/name: (\S+)\n\s+file: (\S+)/g)) {
    const path = join(folder, file!);
    mkdirSync(dirname(path), { recursive: true });
    const soa = `@ 3600 IN SOA ns.${name}. hostmaster.${name}. 1 7200 900 1209600 3600`;
    writeFileSync(path, `${soa}\n@ 3600 IN NS ns.${name}.\nns.${name}. 3600 IN A 192.0.2.1\n`);
  }
}

async function start({ folder, env }: Place, siteFile: string): Promise<ChildProcess> {
  const words = [program, "start", "--site", siteFile, "--log-level", "silent"];
  const child = spawn(process.execPath, words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  after(() => child.kill("SIGKILL"));
  let printed = "";
  child.stderr.on("data", (chunk) => (printed += chunk));
  for await (const chunk of child.stdout) {
    printed += chunk;
    if (printed.includes("Ctrl-C stops it.")) return child;
  }
  throw new Error(`it did not start:\n${printed}`);
}

for (const { place, text } of blocks.filter(({ language, mark }) => `${language} ${mark}` === "yaml site")) {
  test(`the site at ${place} is accepted and starts`, async (t) => {
    if (text.includes("certificateFile:") && !requirePeer(t, "openssl", "openssl")) return;
    const here = temporaryPlace();
    const siteFile = join(here.folder, "site.yaml");
    writeFiles(here.folder, text);
    writeFileSync(siteFile, text);
    const check = spawnSync(process.execPath, [program, "check", siteFile], {
      env: here.env,
      encoding: "utf8",
    });
    assert.equal(check.status, 0, check.stdout + check.stderr);
    writeFileSync(siteFile, await onOwnPort(text, await freePort()));
    const child = await start(here, siteFile);
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });
}

for (const example of globSync("examples/*/site.yaml", { cwd: root }).sort()) {
  test(`${example} is accepted`, () => {
    const here = temporaryPlace();
    const check = spawnSync(process.execPath, [program, "check", join(here.folder, example)], {
      env: here.env,
      encoding: "utf8",
    });
    assert.equal(check.status, 0, check.stdout + check.stderr);
  });
}

const commandBlocks = blocks.filter(({ language, mark }) => `${language} ${mark}` === "sh run");
test("commands of the documents do what they say", async (t) => {
  if (commandBlocks.length === 0) return;
  const here = temporaryPlace();
  const siteFile = join(here.folder, "examples", "foundry", "site.yaml");
  const port = await freePort();
  writeFileSync(siteFile, await onOwnPort(readFileSync(siteFile, "utf8"), port));
  const child = await start(here, siteFile);
  for (const block of commandBlocks) await t.test(block.place, () => runBlock(block, here, port));
  child.kill("SIGTERM");
  await once(child, "exit");
});

function runBlock({ place, text }: Block, { folder, env }: Place, port: number): void {
  const lines = text.trimEnd().replaceAll("5300", String(port)).split("\n");
  const isTranscript = lines.some((line) => line.startsWith("$ "));
  const commands: { command: string; prints: string[] }[] = [];
  for (const line of lines) {
    if (!isTranscript || line.startsWith("$ "))
      commands.push({ command: line.replace(/^\$ /, ""), prints: [] });
    else commands.at(-1)?.prints.push(line);
  }
  for (const { command, prints } of commands) {
    const ended = spawnSync("sh", ["-c", command], { cwd: folder, env, encoding: "utf8" });
    assert.equal(ended.status, 0, `${place}: ${command}\n${ended.stdout}${ended.stderr}`);
    if (isTranscript)
      assert.match(ended.stdout.trimEnd(), patternOf(prints.join("\n")), `${place}: ${command}`);
  }
}

function patternOf(expected: string): RegExp {
  const escaped = expected.split("…").map((part) => RegExp.escape(part));
  return new RegExp(`^${escaped.join("[\\s\\S]*")}$`);
}

test("a transcript's … stands for anything, and the rest for itself", () => {
  assert.match("a 12 b", patternOf("a … b"));
  assert.doesNotMatch("a 12 bc", patternOf("a … b"));
  assert.doesNotMatch("axb", patternOf("a.b"));
});
