/**
 * bin/: what is installed when, what is said when it cannot be, and how the program's end is passed on. npm
 * is a fake here.
 */
import assert from "node:assert/strict";
import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";

const root = join(import.meta.dirname, "..");

/** Installs what FAKE_NPM says: "all", or fails as npm does with that text. Writes down how it was called. */
const fakeNpm = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
appendFileSync("npm-calls", process.argv.slice(2, 4).join(" ") + "\\n");
if (process.env.FAKE_NPM !== "all") { console.error(process.env.FAKE_NPM); process.exit(1); }
await setTimeout(300); // long enough that another start comes meanwhile
for (const [path, { version }] of Object.entries(JSON.parse(readFileSync("package-lock.json")).packages)) {
  if (path === "") continue;
  mkdirSync(path, { recursive: true });
  writeFileSync(path + "/package.json", JSON.stringify({ version }));
}
`;

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly error: string;
}

interface Program {
  readonly folder: string;
  readonly calls: () => string;
  readonly run: (options?: {
    readonly npm?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly words?: string[];
  }) => Promise<Ended>;
}

/**
 * A program of two packages whose main file prints its words. `below` places it, such as in a node_modules
 * folder.
 */
function program(t: TestContext, below = ""): Program {
  const top = mkdtempSync(join(tmpdir(), "launcher-"));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const folder = join(top, below);
  cpSync(join(root, "bin"), join(folder, "bin"), { recursive: true });
  mkdirSync(join(folder, "src"));
  writeFileSync(
    join(folder, "src", "main.ts"),
    "const words: string[] = process.argv.slice(2);\nconsole.log(words.join(' '));\n",
  );
  const packages = {
    "": {},
    "node_modules/one": { version: "1.0.0" },
    "node_modules/tool": { version: "2.0.0", dev: true },
    "node_modules/elsewhere": { version: "3.0.0", optional: true },
  };
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
  const dependencies = {
    dependencies: { one: "1.0.0" },
    devDependencies: { tool: "2.0.0" },
    optionalDependencies: {},
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", ...dependencies }));
  const npm = join(top, "npm", "npm-cli.js");
  mkdirSync(dirname(npm));
  writeFileSync(join(top, "npm", "package.json"), '{"type":"module"}');
  writeFileSync(npm, fakeNpm);
  return {
    folder,
    calls: () =>
      existsSync(join(folder, "npm-calls")) ? readFileSync(join(folder, "npm-calls"), "utf8") : "",
    run: async ({ npm: answer = "all", env = {}, words = ["a", "b"] } = {}) => {
      const { HOMEPORT_NODE: _, ...inherited } = process.env;
      const all = { ...inherited, npm_execpath: npm, FAKE_NPM: answer, ...env };
      return await ended(
        spawn(process.execPath, [join(folder, "bin", "homeport.js"), ...words], { env: all } as SpawnOptions),
      );
    },
  };
}

async function ended(child: ReturnType<typeof spawn>): Promise<Ended> {
  let out = "";
  let error = "";
  child.stdout?.on("data", (chunk) => (out += chunk));
  child.stderr?.on("data", (chunk) => (error += chunk));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, out, error };
}

test("the first start installs what is missing, without development, and the second finds it", async (t) => {
  const { run, calls } = program(t);
  const first = await run();
  assert.equal(first.out, "a b\n");
  assert.match(first.error, /^homeport: installing 1 package \(one\) …\nhomeport: installed in \d+\.\d s\n$/);
  assert.equal(calls(), "ci --omit=dev\n");
  assert.deepEqual(await run(), { code: 0, signal: null, out: "a b\n", error: "" });
  assert.equal(calls(), "ci --omit=dev\n");
});

test("a package of another version is missing", async (t) => {
  const { folder, run, calls } = program(t);
  await run();
  writeFileSync(join(folder, "node_modules", "one", "package.json"), '{"version":"0.9.0"}');
  assert.match((await run()).error, /installing 1 package \(one\)/);
  assert.equal(calls(), "ci --omit=dev\nci --omit=dev\n");
});

test("--run, for tests and measurements, installs the development packages too", async (t) => {
  const { run, calls } = program(t);
  assert.equal((await run({ words: ["--run", "src/main.ts", "c"] })).out, "c\n");
  assert.equal(calls(), "ci --include=dev\n");
});

test("two starts at once install once", async (t) => {
  const { run, calls } = program(t);
  const both = await Promise.all([run(), run()]);
  assert.deepEqual(
    both.map(({ code, out }) => [code, out]),
    [
      [0, "a b\n"],
      [0, "a b\n"],
    ],
  );
  assert.equal(calls(), "ci --omit=dev\n");
  assert.match(
    both.map(({ error }) => error).join(""),
    /another start is installing packages; waiting for it/,
  );
});

test("the lock of an installation that was killed is taken over", async (t) => {
  const { folder, run } = program(t);
  const dead = spawn(process.execPath, ["-e", "0"]);
  await once(dead, "exit");
  mkdirSync(join(folder, ".cache"));
  writeFileSync(join(folder, ".cache", "install.lock"), String(dead.pid));
  assert.equal((await run()).code, 0);
});

const failures: readonly (readonly [why: string, npm: string, want: RegExp])[] = [
  [
    "no network",
    "npm error code EAI_AGAIN\nnpm error request failed",
    /npm cannot reach its registry; connect this machine/,
  ],
  [
    "a registry with an unknown certificate",
    "npm error code SELF_SIGNED_CERT_IN_CHAIN",
    /NODE_EXTRA_CA_CERTS/,
  ],
  ["a full disk", "npm error code ENOSPC", /the disk is full; make room/],
  ["a folder of somebody else", "npm error code EACCES", /run "npm ci" as the user who owns this folder/],
  ["a registry that refuses", "npm error code E401", /npm login/],
  [
    "a registry without the package",
    "npm error code E404",
    /does not have the packages of package-lock\.json/,
  ],
  ["a lock file that differs", "npm error code EUSAGE", /package\.json and package-lock\.json differ/],
  ["something else", "npm error odd", /npm failed; run "npm ci" in .* to see all.*\n {2}npm error odd\n$/],
];
for (const [why, npm, want] of failures) {
  test(`npm fails: ${why}`, async (t) => {
    const { folder, run } = program(t);
    const { code, out, error } = await run({ npm });
    assert.equal(code, 1);
    assert.equal(out, "");
    assert.match(error, /^homeport: cannot install what is missing: /m);
    assert.match(error, want);
    assert.equal(existsSync(join(folder, ".cache", "install.lock")), false);
  });
}

test("installed as a package, what it needs may lie beside it; npm is not called", async (t) => {
  const { folder, run, calls } = program(t, "lib/node_modules/homeport");
  assert.match((await run()).error, /^homeport: this installation lacks one; install Homeport again/);
  const beside = join(dirname(folder), "one");
  mkdirSync(beside);
  writeFileSync(join(beside, "package.json"), '{"version":"1.0.0"}');
  assert.deepEqual(await run(), { code: 0, signal: null, out: "a b\n", error: "" });
  assert.equal(calls(), "");
});

test("HOMEPORT_NODE must be a Node that is new enough", async (t) => {
  const { run } = program(t);
  assert.match(
    (await run({ env: { HOMEPORT_NODE: "/nowhere/node" } })).error,
    /HOMEPORT_NODE is \/nowhere\/node, which cannot be run/,
  );
});

test("exit codes and signals of the program are those of the launcher, where Node cannot replace itself too", async (t) => {
  const { folder, run } = program(t);
  const main = join(folder, "src", "main.ts");
  // HOMEPORT_NODE by another path is another program to the launcher: it stays in front, as Node 20 does.
  const env = { HOMEPORT_NODE: "/proc/self/exe" };
  writeFileSync(main, "process.exitCode = 42;\n");
  assert.equal((await run()).code, 42);
  assert.equal((await run({ env })).code, 42);
  writeFileSync(main, 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);\n');
  assert.equal((await run()).signal, "SIGKILL");
  assert.equal((await run({ env })).signal, "SIGKILL");
});

test("SIGTERM reaches the program through the launcher", async (t) => {
  const { folder, run } = program(t);
  await run();
  const main =
    'process.on("SIGTERM", () => process.exit(7)); console.log("up"); setInterval(() => {}, 1000);\n';
  writeFileSync(join(folder, "src", "main.ts"), main);
  const env = { ...process.env, HOMEPORT_NODE: "/proc/self/exe" };
  const child = spawn(process.execPath, [join(folder, "bin", "homeport.js")], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "exit"), [7, null]);
});
