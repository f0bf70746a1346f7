/**
 * The words of a command line to one command with its arguments: help, unknown words and near misses
 * included.
 */
import { styleText } from "node:util";
import { Argument, Command as CommanderCommand, CommanderError, Help, Option } from "commander";
import type { Command, CommandOption, Terminal } from "#contracts/command.ts";

/** What was asked for: a command to run, or nothing more to do than to end with a code. */
export type Parsed =
  | {
      readonly command: Command;
      readonly arguments: Readonly<Record<string, string | readonly string[] | undefined>>;
      readonly options: Readonly<Record<string, string | boolean | undefined>>;
    }
  | { readonly helped: boolean };

const programName = "homeport";

/** Understood before and after every command. */
export const globalOptions: readonly CommandOption[] = [
  { name: "json", summary: "print one JSON document" },
  {
    name: "site",
    value: "FILE",
    summary: "site file; otherwise ./site.yaml, /etc/homeport/site.yaml, or the example",
    complete: "file",
  },
  {
    name: "data",
    value: "DIR",
    summary: "data folder; otherwise HOMEPORT_DATA, or one for each site file",
    complete: "folder",
  },
  {
    name: "socket",
    value: "PATH",
    summary: "socket of the running program; otherwise the one in its data folder",
    complete: "file",
  },
];

export function parseCommandLine(
  words: readonly string[],
  commands: readonly Command[],
  terminal: Terminal,
): Parsed {
  let parsed: Parsed = { helped: true };
  const root = newCommand(programName, terminal).description(
    "Runs the network of a home, lab or branch site.",
  );
  for (const option of globalOptions) root.addOption(commanderOption(option));
  root.helpCommand("help [command...]", "show the help of a command");
  const groups = new Map<string, CommanderCommand>([["", root]]);
  for (const command of commands) {
    const leaf = leafOf(command, terminal, (chosen) => {
      parsed = chosen;
    });
    groupOf(command.words.slice(0, -1), groups, terminal).addCommand(leaf);
  }
  if (words.length === 0) {
    root.outputHelp();
    return parsed;
  }
  try {
    root.parse(words, { from: "user" });
    return parsed;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { helped: error.exitCode === 0 };
  }
}

function groupOf(
  words: readonly string[],
  groups: Map<string, CommanderCommand>,
  terminal: Terminal,
): CommanderCommand {
  const key = words.join(" ");
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group = newCommand(words.at(-1)!, terminal).helpCommand(false);
  groupOf(words.slice(0, -1), groups, terminal).addCommand(group);
  groups.set(key, group);
  return group;
}

function leafOf(command: Command, terminal: Terminal, choose: (parsed: Parsed) => void): CommanderCommand {
  const leaf = newCommand(command.words.at(-1)!, terminal).summary(command.summary);
  leaf.description(command.help === undefined ? `${upperFirst(command.summary)}.` : command.help);
  leaf.allowExcessArguments(false);
  for (const { name, summary, required, variadic } of command.arguments ?? []) {
    const word = variadic === true ? `${name}...` : name;
    leaf.addArgument(new Argument(required ? `<${word}>` : `[${word}]`, summary));
  }
  for (const option of command.options ?? []) leaf.addOption(commanderOption(option));
  return leaf.action((...received: unknown[]) => {
    const names = (command.arguments ?? []).map(({ name }) => name);
    const values = names.map(
      (name, index) => [name, received[index] as string | string[] | undefined] as const,
    );
    const known = [...(command.options ?? []), ...globalOptions];
    const given = leaf.optsWithGlobals<Record<string, string | boolean | undefined>>();
    const options = known.map((option) => [option.name, givenValue(commanderOption(option), given)] as const);
    choose({ command, arguments: Object.fromEntries(values), options: Object.fromEntries(options) });
  });
}

/** To commander `--no-x` turns x off, which is on until then; here it is a flag of that name. */
function givenValue(
  option: Option,
  given: Readonly<Record<string, string | boolean | undefined>>,
): string | boolean | undefined {
  const value = given[option.attributeName()];
  if (!option.negate) return value;
  return value === false ? true : undefined;
}

function commanderOption({ name, short, value, summary, choices }: CommandOption): Option {
  const before = short === undefined ? "" : `-${short}, `;
  const after = value === undefined ? "" : ` <${value}>`;
  const option = new Option(`${before}--${name}${after}`, summary);
  return choices === undefined ? option : option.choices(choices);
}

function newCommand(name: string, terminal: Terminal): CommanderCommand {
  return new CommanderCommand(name)
    .helpOption("-h, --help", "show this")
    .exitOverride()
    .configureHelp(helpStyle(terminal))
    .configureOutput({
      writeOut: (text) => terminal.print(text),
      writeErr: (text) => terminal.printError(text),
      getOutHelpWidth: () => Math.min(terminal.columns, 110),
      getErrHelpWidth: () => Math.min(terminal.columns, 110),
      getOutHasColors: () => terminal.interactive,
      getErrHasColors: () => terminal.interactive,
      outputError: (text, write) => write(`homeport: ${oneLine(text)}\n`),
    });
}

/** commander says "error: …" and, on a line of its own, "(Did you mean …?)". */
function oneLine(text: string): string {
  const [first = "", second] = text.trim().split("\n");
  const what = first.replace(/^error: /, "").replace(/\.$/, "");
  const meant = /^\(Did you mean (.*)\?\)$/.exec(second ?? "")?.[1];
  return `${what}; ${meant === undefined ? "see homeport --help" : `did you mean ${meant}?`}`;
}

function helpStyle(terminal: Terminal): Partial<Help> {
  const styled = (format: "bold" | "cyan" | "dim") => (text: string) =>
    terminal.interactive ? styleText(format, text, { validateStream: false }) : text;
  return {
    showGlobalOptions: true,
    styleTitle: styled("bold"),
    styleCommandText: styled("cyan"),
    styleSubcommandTerm: styled("cyan"),
    styleOptionTerm: styled("cyan"),
    styleArgumentTerm: styled("cyan"),
    visibleCommands: (command) => new Help().visibleCommands(command).flatMap(leaves),
    subcommandTerm: (command) =>
      [...wordsBelowRoot(command), ...command.registeredArguments.map(argumentTerm)].join(" "),
    subcommandDescription: (command) => command.summary() || command.description(),
  };
}

/** A list of commands shows every command whole, "zone check", and no bare groups. */
function leaves(command: CommanderCommand): CommanderCommand[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function wordsBelowRoot(command: CommanderCommand): string[] {
  const parent = command.parent;
  if (parent !== null) return [...wordsBelowRoot(parent), command.name()];
  return command.name() === programName ? [] : [command.name()]; // "help" has no parent
}

function argumentTerm(argument: Argument): string {
  const word = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${word}>` : `[${word}]`;
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
