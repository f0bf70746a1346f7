/**
 * `npm test`: the stages in order, then a table. `npm test -- zonefile tcp` runs only the test files whose
 * path has one of the words; `--fast` leaves out the linter, knip, and all of test/ (scenarios, interop,
 * house) and bench/.
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { installPeers } from "./peers.ts";

interface Stage {
  readonly name: string;
  /** Script in node_modules/.bin and its arguments; or Node's own arguments when `tool` is "node". */
  readonly tool: string;
  readonly args: readonly string[];
  /** Show everything as it comes; otherwise only what a failing stage says. */
  readonly live?: boolean;
}

interface Outcome {
  readonly stage: Stage;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

const root = join(import.meta.dirname, "..");
/** A test that hangs must not hang everything. */
const oneTestMsMax = 300_000;

function stages(words: readonly string[], fast: boolean): Stage[] {
  const tests = testFiles(words, fast);
  const running: Stage = {
    name: "tests",
    tool: "node",
    args: ["--test", `--test-timeout=${oneTestMsMax}`, "--test-reporter=spec", ...tests],
    live: true,
  };
  if (words.length > 0) return [running];
  const biome: Stage = { name: "format and lint", tool: "biome", args: ["check", "--error-on-warnings"] };
  const types: Stage = { name: "types", tool: "tsc", args: ["-p", "."] };
  if (fast) return [biome, types, running];
  const promises: Stage = {
    name: "lint with types",
    tool: "oxlint",
    args: ["--type-aware", "--deny-warnings", "bin", "src", "test", "bench"],
  };
  const unused: Stage = { name: "nothing unused", tool: "knip", args: [] };
  return [biome, promises, types, unused, running];
}

function testFiles(words: readonly string[], fast: boolean): string[] {
  const folders = fast ? ["src"] : ["src", "test", "bench"];
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.test.ts`, { cwd: root })).sort();
  const chosen =
    words.length === 0 ? files : files.filter((file) => words.some((word) => file.includes(word)));
  if (chosen.length === 0) {
    console.error(`No test file has ${words.join(" or ")} in its path.`);
    process.exit(2);
  }
  return chosen;
}

async function runStage(stage: Stage): Promise<Outcome> {
  const startedAt = performance.now();
  const script = stage.tool === "node" ? [] : [join(root, "node_modules", ".bin", stage.tool)];
  const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) };
  const child = spawn(process.execPath, [...script, ...stage.args], { cwd: root, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      if (stage.live) process.stdout.write(chunk);
    });
  }
  const passed = await new Promise<boolean>((resolve) => child.once("close", (code) => resolve(code === 0)));
  return { stage, passed, seconds: (performance.now() - startedAt) / 1000, output };
}

/** The counts that node:test ends with, such as "212 tests, 210 passed, 0 failed, 2 skipped". */
function countsOf(output: string): string {
  const count = (word: string) =>
    Number(new RegExp(`^\\S*\\s?${word} (\\d+)`, "m").exec(stripVTControlCharacters(output))?.[1] ?? 0);
  const ended = `${count("pass")} passed, ${count("fail")} failed, ${count("skipped")} skipped`;
  return `${count("tests")} tests, ${ended}`;
}

/** Why tests were skipped, each reason once. */
function skipReasons(output: string): string[] {
  const reasons = stripVTControlCharacters(output).matchAll(
    /# (\S+ is not installed; Debian package \S+ brings it)/g,
  );
  return [...new Set([...reasons].map((match) => match[1]!))];
}

function printTable(outcomes: readonly Outcome[]): void {
  console.log();
  for (const { stage, passed, seconds, output } of outcomes) {
    const detail = stage.name === "tests" ? `  ${countsOf(output)}` : "";
    console.log(
      `${passed ? "passed" : "FAILED"}  ${stage.name.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s${detail}`,
    );
  }
  const reasons = outcomes.flatMap(({ output }) => skipReasons(output));
  for (const reason of reasons) console.log(`skipped some: ${reason}`);
  if (reasons.length > 0) console.log("`npm run peers` installs them all.");
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--install-peers")) return installPeers();
  const unknown = args.find((arg) => arg.startsWith("-") && arg !== "--fast");
  if (unknown !== undefined) {
    console.error(`${unknown}: no such option; there are --fast, --install-peers, and words of file paths.`);
    return 2;
  }
  const words = args.filter((arg) => !arg.startsWith("-"));
  const outcomes: Outcome[] = [];
  for (const stage of stages(words, args.includes("--fast"))) {
    const outcome = await runStage(stage);
    outcomes.push(outcome);
    if (!stage.live) console.log(`${outcome.passed ? "passed" : "FAILED"}  ${stage.name}`);
    if (!stage.live && !outcome.passed) console.log(outcome.output.trimEnd());
  }
  printTable(outcomes);
  return outcomes.every(({ passed }) => passed) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
