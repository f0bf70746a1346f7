/** `homeport …`: the command line, the command, the exit code. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isatty } from "node:tty";
import type { CapabilityDoor } from "#contracts/capability.ts";
import {
  ApiError,
  type Command,
  type CommandCall,
  ExitCode,
  NotRunning,
  type Terminal,
} from "#contracts/command.ts";
import { ConfigError, formatProblem } from "#contracts/configuration.ts";
import { findPlaces, type PlaceFacts } from "#platform/process/places.ts";
import { createApiClient } from "./api-client.ts";
import { parseCommandLine } from "./command-line.ts";
import { coreCommands } from "./commands/core.ts";
import { createTerminal, printJson } from "./terminal.ts";

export interface CliOptions {
  /** Those after `homeport`. */
  readonly words: readonly string[];
  /** In the order the capabilities start. */
  readonly capabilities: readonly CapabilityDoor[];
  /** Where package.json and the example are. */
  readonly programFolder: string;
}

/** Runs one command. Everything it may throw becomes one line on standard error and an exit code. */
export async function runCommandLine({ words, capabilities, programFolder }: CliOptions): Promise<ExitCode> {
  const asJson = words.includes("--json");
  const terminal = createTerminal({
    out: process.stdout,
    error: process.stderr,
    ...(!asJson && isatty(0) && { input: () => process.stdin }),
  });
  const facts: PlaceFacts = {
    workingFolder: process.cwd(),
    homeFolder: homedir(),
    programFolder,
    environment: process.env,
    exists: existsSync,
  };
  const version = versionOf(programFolder);
  const own = coreCommands({ capabilities, facts, version });
  const commands = [...own, ...capabilities.flatMap((door) => door.commands)];
  if (words[0] === "complete" && words[1] === "--")
    return await complete(words.slice(2), commands, facts, terminal);
  const mistakes: string[] = [];
  const printError = (text: string) => void mistakes.push(text.trimEnd());
  const parsed = parseCommandLine(words, commands, asJson ? { ...terminal, printError } : terminal);
  if ("helped" in parsed) {
    if (parsed.helped) return ExitCode.ok;
    if (asJson) printJson(terminal, { error: { code: "HP_USAGE", message: mistakes.join("\n") } });
    return ExitCode.usage;
  }
  const call: CommandCall = {
    arguments: parsed.arguments,
    options: parsed.options,
    json: parsed.options["json"] === true,
    terminal,
    api: createApiClient(() => findPlaces(placeOptions(parsed.options), facts).socket),
  };
  return await runCommand(parsed.command, call);
}

export async function runCommand(command: Command, call: CommandCall): Promise<ExitCode> {
  try {
    return await command.run(call);
  } catch (error) {
    return tell(error, call);
  }
}

function tell(error: unknown, { json, terminal }: CommandCall): ExitCode {
  const { code, exit, lines, problems } = failureOf(error);
  if (json) {
    const more = problems === undefined ? {} : { problems };
    printJson(terminal, { error: { code, message: lines.join("\n"), ...more } });
  } else {
    for (const line of lines) terminal.printError(`homeport: ${line}`);
  }
  return exit;
}

interface Failure {
  readonly code: string;
  readonly exit: ExitCode;
  readonly lines: readonly string[];
  readonly problems?: unknown;
}

function failureOf(error: unknown): Failure {
  if (error instanceof NotRunning) {
    return { code: "HP_NOT_RUNNING", exit: ExitCode.notRunning, lines: [error.message] };
  }
  if (error instanceof ConfigError) {
    const { code, problems } = error;
    return { code, exit: ExitCode.problems, lines: problems.map(formatProblem), problems };
  }
  if (error instanceof ApiError) {
    const exit = apiExit(error.status);
    return { code: error.code, exit, lines: error.message.split("\n"), problems: error.details };
  }
  const message = error instanceof Error ? error.message : String(error);
  const debug =
    process.env["HOMEPORT_DEBUG"] !== undefined && error instanceof Error ? [error.stack ?? ""] : [];
  return { code: "HP_FAULT", exit: ExitCode.failed, lines: [message, ...debug] };
}

function apiExit(status: number): ExitCode {
  if (status === 404) return ExitCode.notFound;
  return status === 422 ? ExitCode.problems : ExitCode.failed;
}

/** What a shell asks at each Tab: never an error, at worst no words. */
async function complete(
  words: readonly string[],
  commands: readonly Command[],
  facts: PlaceFacts,
  terminal: Terminal,
) {
  const { candidatesFor, formatCandidates } = await import("./completion.ts");
  const api = createApiClient(() => findPlaces(placeOptions({}), facts).socket);
  const candidates = await candidatesFor(words, commands, async (kind) => {
    const { command: wanted, list } = typeof kind === "string" ? { command: `${kind} list` } : kind;
    const command = commands.find(({ words: own }) => own.join(" ") === wanted);
    let printed = "";
    const silent: Terminal = {
      columns: 100,
      interactive: false,
      print: (text) => (printed += text),
      printError() {},
    };
    try {
      await command?.run({ arguments: {}, options: { json: true }, json: true, terminal: silent, api });
      return namesIn(JSON.parse(printed), list);
    } catch {
      return [];
    }
  });
  const text = formatCandidates(candidates);
  if (text !== "") terminal.print(text);
  return ExitCode.ok;
}

/**
 * Of `[{ "name": … }]`, or of a list inside an object, the names, addresses and user names.
 * @param key of that list; otherwise the first
 */
function namesIn(value: unknown, key?: string): readonly string[] {
  const lists = Object.entries((value as object | null) ?? {});
  const list = Array.isArray(value)
    ? value
    : lists.find(([name, one]) => Array.isArray(one) && (key ?? name) === name)?.[1];
  const names = ((list ?? []) as readonly { name?: unknown; address?: unknown; user?: unknown }[])
    .flatMap(({ name, address, user }) => [name, address, user])
    .filter((name) => typeof name === "string");
  return [...new Set(names)];
}

function placeOptions(options: CommandCall["options"]) {
  const text = (name: string) => (typeof options[name] === "string" ? options[name] : undefined);
  return { site: text("site"), data: text("data"), socket: text("socket") };
}

function versionOf(programFolder: string): string {
  const description = JSON.parse(readFileSync(join(programFolder, "package.json"), "utf8")) as {
    version: string;
  };
  return description.version;
}
