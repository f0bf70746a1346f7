/** The command line as its users meet it: a real process, a small capability, a real socket. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { requirePeer } from "../peers.ts";

const program = join(import.meta.dirname, "sample-program.ts");

/** As the launcher sets it: this many short processes take half the time. */
const compileCache = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "homeport");

interface Place {
  readonly folder: string;
  readonly data: string;
  readonly write: (text: string) => void;
  /** Runs one command to its end, in the folder of the site. */
  readonly run: (...words: string[]) => {
    readonly code: number | null;
    readonly out: string;
    readonly error: string;
  };
  readonly start: (...words: string[]) => Promise<ChildProcess>;
}

function place(t: TestContext, dataName = "data"): Place {
  const folder = mkdtempSync(join(tmpdir(), "cli-"));
  const data = join(folder, dataName);
  t.after(() => rmSync(folder, { recursive: true }));
  const env = { ...process.env, HOMEPORT_DATA: data, NO_COLOR: "1", NODE_COMPILE_CACHE: compileCache };
  return {
    folder,
    data,
    write: (text) => writeFileSync(join(folder, "site.yaml"), `site: lab\n${text}`),
    run(...words) {
      const ended = spawnSync(process.execPath, [program, ...words], { cwd: folder, env, encoding: "utf8" });
      const plain = (text: string) => text.replaceAll(folder, "F");
      return { code: ended.status, out: plain(ended.stdout), error: plain(ended.stderr) };
    },
    async start(...words) {
      const child = spawn(process.execPath, [program, "start", "--log-level", "silent", ...words], {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      t.after(() => child.kill("SIGKILL"));
      let printed = "";
      for await (const chunk of child.stdout) {
        printed += chunk;
        if (printed.includes("Ctrl-C stops it.")) return child;
      }
      throw new Error(`it ended early: ${printed}`);
    },
  };
}

const hello = "echo:\n  greeting: hello\n  zones: [{name: a.example}, {name: b.example}]\n";

type WordsCase = readonly [
  why: string,
  words: readonly string[],
  code: number,
  stream: "out" | "error",
  text: RegExp,
];
const wordCases: readonly WordsCase[] = [
  ["no words show the help", [], 0, "out", /^Usage: homeport .*zone show <zone> \[files\.\.\.\]/s],
  [
    "--help of a command shows its arguments and the options for all",
    ["zone", "show", "--help"],
    0,
    "out",
    /Arguments:.*--as <FORM>.*Global Options:.*--socket/s,
  ],
  ["help COMMAND does the same", ["help", "check"], 0, "out", /^Usage: homeport check/],
  ["a group alone is a usage error that lists its commands", ["zone"], 2, "error", /zone list.*zone show/s],
  [
    "an unknown command is met with the nearest",
    ["statsu"],
    2,
    "error",
    /^homeport: unknown command 'statsu'; did you mean status\?\n$/,
  ],
  [
    "with --json a mistake on the command line is JSON too",
    ["statsu", "--json"],
    2,
    "out",
    /"code": "HP_USAGE",\s+"message": "homeport: unknown command 'statsu'; did you mean status\?"/,
  ],
  [
    "so is an unknown option",
    ["status", "--jsn"],
    2,
    "error",
    /^homeport: unknown option '--jsn'; did you mean --json\?\n$/,
  ],
  [
    "so is a command of a group",
    ["zone", "lst"],
    2,
    "error",
    /^homeport: unknown command 'lst'; did you mean list\?\n$/,
  ],
  [
    "a missing argument",
    ["zone", "show"],
    2,
    "error",
    /^homeport: missing required argument 'zone'; see homeport --help\n$/,
  ],
  ["an argument too many", ["version", "x"], 2, "error", /^homeport: too many arguments/],
  [
    "a value that is no choice",
    ["zone", "show", "a", "-a", "x"],
    2,
    "error",
    /Allowed choices are text, wire; see/,
  ],
  ["version", ["version"], 0, "out", /^homeport \d+\.\d+\.\d+, Node 26\./],
  ["version as JSON", ["version", "--json"], 0, "out", /^\{\n {2}"version": "\d.*"node": "26\..*\}\n$/s],
  [
    "nothing runs",
    ["status"],
    4,
    "error",
    /^homeport: nothing runs at F\/data\/homeport\.sock; start it with "homeport start", or say where/,
  ],
  ["nothing runs, as JSON", ["reload", "--json"], 4, "out", /"code": "HP_NOT_RUNNING"/],
  ["an unknown shell", ["completion", "csh"], 2, "error", /write one of bash, zsh, fish\n$/],
  [
    "a site file that is not there",
    ["check", "none.yaml"],
    3,
    "out",
    /^none\.yaml: there is no such file; name another with --site FILE\n$/,
  ],
];
for (const [why, words, code, stream, text] of wordCases) {
  test(`homeport ${words.join(" ")}: ${why}`, (t) => {
    const ended = place(t).run(...words);
    assert.match(ended[stream], text);
    assert.equal(ended.code, code);
  });
}

test("arguments, options and global options reach the command, wherever they stand", (t) => {
  const { out } = place(t).run(
    "--json",
    "zone",
    "show",
    "--into",
    "d",
    "a",
    "b",
    "c",
    "-a",
    "wire",
    "--quiet",
  );
  const options = { as: "wire", quiet: true, into: "d", json: true };
  assert.deepEqual(JSON.parse(out), { words: { zone: "a", files: ["b", "c"] }, options, json: true });
});

const checks: readonly (readonly [why: string, site: string, code: number, out: string])[] = [
  ["a good file", hello, 0, "F/site.yaml: no errors\n"],
  [
    "a warning is no error",
    "echo: {greeting: doubtful}\n",
    0,
    "site.yaml:2:18: warning: echo.greeting: few say this\nF/site.yaml: no errors, 1 warning\n",
  ],
  [
    "what the schema refuses",
    "echo: {}\n",
    3,
    'site.yaml:2:1: echo.greeting: "greeting" is missing; add the line greeting: … (what to say)\n',
  ],
  [
    "what the capability refuses",
    "echo: {greeting: wrong}\n",
    3,
    "site.yaml:2:18: echo.greeting: nobody says this; write hello\n",
  ],
];
for (const [why, site, code, out] of checks) {
  test(`homeport check: ${why}`, (t) => {
    const { write, run } = place(t);
    write(site);
    assert.deepEqual(run("check"), { code, out, error: "" });
  });
}

test("a site is started, shown, reloaded, refused a bad reload, and stopped", async (t) => {
  const { folder, data, write, run, start } = place(t);
  write(hello);
  const child = await start();
  assert.equal(statSync(join(data, "homeport.sock")).mode & 0o777, 0o600);
  assert.match(
    run("status").out,
    /^lab runs for \d+ (s|min).*, process \d+, Homeport .*echo {2}says hello\n$/s,
  );
  assert.equal(run("zone", "list").out, "a.example\nb.example\n");
  assert.match(
    run("start").error,
    new RegExp(`^homeport: F/data: process ${child.pid} runs with this data folder; stop it`),
  );
  assert.equal(run("fail").code, 5);

  write("echo: {greeting: moin}\n");
  assert.deepEqual(run("reload"), { code: 0, out: "reloaded echo: says moin\n", error: "" });
  write("echo: {greeting: wrong}\n");
  const refused = run("reload");
  assert.equal(refused.code, 3);
  assert.equal(refused.error, "homeport: F/site.yaml:2:18: echo.greeting: nobody says this; write hello\n");
  const status = run("status", "--json");
  assert.equal(status.code, 3);
  const { capabilities, lastReload } = JSON.parse(status.out) as {
    capabilities: { summary: string }[];
    lastReload: { problems: object[] };
  };
  assert.equal(capabilities[0]?.summary, "says moin");
  assert.equal(lastReload.problems.length, 1);

  assert.deepEqual(run("stop"), { code: 0, out: `stopped process ${child.pid}\n`, error: "" });
  assert.equal(existsSync(join(data, "homeport.sock")), false);
  assert.equal(existsSync(join(folder, "homeport.pid")), false);
});

test("a start that is refused says where and why, with 3, and leaves the folder free", async (t) => {
  const { write, run, start } = place(t);
  write("echo: {greeting: wrong}\n");
  assert.deepEqual(run("start"), {
    code: 3,
    out: "",
    error: "homeport: F/site.yaml:2:18: echo.greeting: nobody says this; write hello\n",
  });
  write(hello);
  await start();
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} ends it well`, async (t) => {
    const { write, start } = place(t);
    write(hello);
    const child = await start();
    child.kill(signal);
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });
}

test("SIGHUP reloads, and a file that is broken then changes nothing", async (t) => {
  const { write, run, start } = place(t);
  write(hello);
  const child = await start();
  write("echo: [\n");
  child.kill("SIGHUP");
  // Reloads wait for one another, so this one is answered after the signal's.
  assert.equal(run("reload").code, 3);
  assert.match(run("status").out, /says hello/);
});

test("killed, it leaves nothing that hinders the next start", async (t) => {
  const { write, run, start } = place(t);
  write(hello);
  const child = await start();
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.equal(run("status").code, 4);
  await start();
  assert.equal(run("status").code, 0);
});

test("a data folder with a path longer than a socket may have", async (t) => {
  const { write, run, start } = place(t, "d".repeat(120));
  write(hello);
  await start();
  assert.equal(run("zone", "list").out, "a.example\nb.example\n");
});

const completions: readonly (readonly [why: string, words: readonly string[], offered: string])[] = [
  ["commands", ["st"], "start\tstatus\tstop"],
  ["words of a group", ["zone", ""], "list\tshow"],
  ["options", ["zone", "show", "--a"], "--as"],
  ["options for all", ["status", "--so"], "--socket"],
  ["choices", ["zone", "show", "--as", ""], "text\twire"],
  ["choices of an argument", ["completion", "z"], "zsh"],
  ["files", ["check", ""], ":file"],
  ["folders", ["zone", "show", "--into", ""], ":folder"],
  ["zones of the running program", ["zone", "show", "b"], "b.example"],
  ["machines by address and by name", ["lease", "show", ""], "192.0.2.7\ttv.example\t192.0.2.8"],
  ["names in another list of a document", ["lease", "show", "--of", ""], "ada\tbob"],
  ["files after the zone", ["zone", "show", "b.example", ""], ":file"],
  ["nothing after all arguments", ["version", ""], ""],
];
test("completion offers what may stand there", async (t) => {
  const { write, run, start } = place(t);
  write(hello);
  assert.equal(run("complete", "--", "zone", "show", "").out, "", "nothing runs: no names, and no fault");
  await start();
  for (const [why, words, offered] of completions) {
    const { out } = run("complete", "--", ...words);
    const lines = out.split("\n").filter((line) => line !== "");
    assert.equal(lines.map((line) => line.split("\t")[0]).join("\t"), offered, why);
  }
});

/** A folder with `homeport` in it, and two files to complete. */
function shellPlace(t: TestContext) {
  const { folder, write, run } = place(t);
  write(hello);
  mkdirSync(join(folder, "bin"));
  writeFileSync(
    join(folder, "bin", "homeport"),
    `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`,
    { mode: 0o755 },
  );
  const env = { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"]}`, HOME: folder };
  const shell = (name: string, script: string) =>
    spawnSync(name, ["-c", script], { cwd: folder, env, encoding: "utf8" });
  return { run, shell };
}

test("bash completes with the generated script", (t) => {
  if (!requirePeer(t, "bash", "bash")) return;
  const { shell } = shellPlace(t);
  const complete = (words: string, index: number) =>
    `eval "$(homeport completion bash)"; compopt() { :; }; COMP_WORDS=(${words}); COMP_CWORD=${index}; _homeport; echo "\${COMPREPLY[*]}"`;
  assert.equal(shell("bash", complete("homeport st", 1)).stdout, "start status stop\n");
  assert.equal(shell("bash", complete("homeport check site", 2)).stdout, "site.yaml\n");
});

test("zsh accepts the generated script", (t) => {
  if (!requirePeer(t, "zsh", "zsh")) return;
  const { shell } = shellPlace(t);
  const ended = shell(
    "zsh",
    'autoload -U compinit; compinit -u; eval "$(homeport completion zsh)"; print $_comps[homeport]',
  );
  assert.equal(`${ended.stderr}${ended.stdout}`, "_homeport\n");
});

test("fish completes with the generated script", (t) => {
  if (!requirePeer(t, "fish", "fish")) return;
  const { shell } = shellPlace(t);
  const ended = shell("fish", "homeport completion fish | source; complete -C 'homeport st'");
  assert.deepEqual(
    ended.stdout.split("\n").map((line) => line.split("\t")[0]),
    ["start", "status", "stop", ""],
  );
});
