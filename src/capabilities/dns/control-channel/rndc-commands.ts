/** What each command of rndc does, and what it answers: word for word what named 9.18 would. */
import { ConfigError } from "#contracts/configuration.ts";
import { lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import type { Result } from "#protocols/isccc/result.ts";
import { ZoneUnchangeableError } from "../journal/zone-writer.ts";
import { CommandFault, CommandLine, commandName, isInternetClass } from "./command-line.ts";
import type { ControlTarget, ZoneFacts } from "./control-target.ts";
import { statusText, zoneStatusText } from "./status-text.ts";
import { unsupportedCommands } from "./unsupported-commands.ts";

export interface CommandAnswer {
  readonly result: Result;
  readonly text?: string | undefined;
  /** To be done when the answer has left. */
  readonly afterwards?: () => void;
}

type Command = (line: CommandLine, target: ControlTarget) => CommandAnswer | Promise<CommandAnswer>;

/** Homeport has one view, by the name that named gives to its only one. */
const viewName = "_default";

const done: CommandAnswer = { result: "done" };

const commands: Readonly<Record<string, Command>> = {
  null: () => done,
  status: (_, target) => say(statusText(target.status())),
  reload,
  reconfig: async (_, target) => {
    await target.reconfig();
    return done;
  },
  refresh: (line, target) => {
    const { name, facts } = requireZone(line, target);
    if (facts.kind !== "secondary")
      throw new CommandFault("failure", "not a secondary, mirror, or stub zone");
    target.refresh(name);
    return say("zone refresh queued");
  },
  retransfer: (line, target) => {
    const { name, facts } = requireZone(line, target);
    if (facts.kind !== "secondary") {
      throw new CommandFault("failure", `retransfer: inappropriate zone type: ${facts.kind}`);
    }
    target.retransfer(name);
    return done;
  },
  notify: (line, target) => {
    target.notify(requireZone(line, target).name);
    return say("zone notify queued");
  },
  freeze,
  thaw,
  sync: async (line, target) => {
    const clean = line.takes("-clean");
    await target.sync(optionalZone(line, target)?.name, { clean });
    return done;
  },
  flush: (line, target) => {
    const view = line.next();
    if (view !== undefined && view !== viewName) throw new CommandFault("notFound");
    target.flush();
    return done;
  },
  flushname: (line, target) => {
    target.flushName(cachedName(line));
    return done;
  },
  flushtree: (line, target) => {
    target.flushTree(cachedName(line));
    return done;
  },
  querylog: (line, target) => {
    target.queryLog(switchOf(line.next()));
    return done;
  },
  stats: async (_, target) => ({ result: "done", text: await target.stats() }),
  zonestatus: (line, target) => {
    const { text, facts } = requireZone(line, target);
    if (facts.content === undefined) throw new CommandFault("notLoaded");
    return say(zoneStatusText(text, facts, facts.content));
  },
  showzone: (line, target) => say(target.showZone(requireZone(line, target).name)),
  "tsig-list": (_, target) =>
    say(
      target
        .keys()
        .map((key) => `view "${viewName}"; type "static"; key "${plainText(key)}";`)
        .join("\n"),
    ),
  "tsig-delete": (line) => {
    commandName(line.next() ?? "");
    return say("0 tsig keys deleted."); // those of site.yaml cannot be, and there are no others
  },
  scan: async (_, target) => {
    await target.scan();
    return done;
  },
  stop: (line, target) => stop(line, target, true),
  halt: (line, target) => stop(line, target, false),
};

/** What a read-only channel takes, as named's: only what shows something. */
const showing: ReadonlySet<string> = new Set(["null", "status", "showzone", "zonestatus"]);

/**
 * Carries out one command. Faults of the operator are part of the answer; others reject.
 *
 * @param text what rndc sent
 */
export async function runCommand(
  text: string,
  target: ControlTarget,
  options: { readonly readOnly: boolean },
): Promise<CommandAnswer> {
  try {
    const line = new CommandLine(text);
    if (line.command === "") throw new CommandFault("failure");
    if (options.readOnly && !showing.has(line.command)) {
      throw new CommandFault("failure", "this control channel is readOnly: it only shows status and zones");
    }
    const command = Object.hasOwn(commands, line.command) ? commands[line.command] : undefined;
    if (command !== undefined) return await command(line, target);
    const instead = unsupportedCommands.get(line.command);
    throw instead === undefined
      ? new CommandFault("unknownCommand")
      : new CommandFault("notImplemented", instead);
  } catch (error) {
    return answerToFault(error);
  }
}

function answerToFault(error: unknown): CommandAnswer {
  if (error instanceof CommandFault) return { result: error.result, text: error.text };
  if (error instanceof ConfigError) return { result: "failure", text: error.message };
  if (error instanceof ZoneUnchangeableError) {
    return { result: resultOf[error.why], text: error.message };
  }
  throw error;
}

const resultOf: Readonly<Record<ZoneUnchangeableError["why"], Result>> = {
  unknown: "notFound",
  "not-loaded": "notLoaded",
  secondary: "notPrimary",
  frozen: "frozen",
  signed: "notDynamic",
  invalid: "failure",
  busy: "failure",
};

async function reload(line: CommandLine, target: ControlTarget): Promise<CommandAnswer> {
  const zone = optionalZone(line, target);
  if (zone === undefined) {
    await target.reload();
    return say("server reload successful");
  }
  if (zone.facts.kind === "secondary") {
    target.refresh(zone.name);
    return say("zone refresh queued");
  }
  const outcome = await target.reloadZone(zone.name);
  if (outcome === "dynamic") throw new CommandFault("dynamic");
  return say(outcome === "reloaded" ? "zone reload queued" : "zone reload up-to-date");
}

async function freeze(line: CommandLine, target: ControlTarget): Promise<CommandAnswer> {
  const zone = optionalZone(line, target);
  if (zone?.facts.kind === "secondary") throw new CommandFault("notPrimary");
  if (zone?.facts.dynamic === false) throw new CommandFault("notDynamic");
  if ((await target.freeze(zone?.name)) === "frozen") return done;
  throw new CommandFault(
    "frozen",
    zone === undefined
      ? undefined
      : "WARNING: The zone was already frozen.\nSomeone else may be editing it or it may still be re-loading.",
  );
}

async function thaw(line: CommandLine, target: ControlTarget): Promise<CommandAnswer> {
  const zone = optionalZone(line, target);
  if (zone?.facts.kind === "secondary") throw new CommandFault("notPrimary");
  const outcome = await target.thaw(zone?.name);
  return zone === undefined || outcome === "not-frozen"
    ? done
    : say("The zone reload and thaw was successful.");
}

function stop(line: CommandLine, target: ControlTarget, save: boolean): CommandAnswer {
  const text = line.takes("-p") ? `pid: ${target.processId}` : undefined;
  return { result: "done", text, afterwards: () => target.stop({ save }) };
}

/** A zone that a command names. */
interface NamedZone {
  /** As the command has it. */
  readonly text: string;
  /** In lower case. */
  readonly name: Name;
  readonly facts: ZoneFacts;
}

function requireZone(line: CommandLine, target: ControlTarget): NamedZone {
  const zone = optionalZone(line, target);
  if (zone === undefined) throw new CommandFault("unexpectedEnd");
  return zone;
}

/** `zone [class [view]]`. Undefined: none is named. */
function optionalZone(line: CommandLine, target: ControlTarget): NamedZone | undefined {
  const text = line.next();
  if (text === undefined) return undefined;
  const name = lowerName(commandName(text));
  const classWord = line.next();
  const internet = classWord === undefined || isInternetClass(classWord);
  const view = line.next();
  if (view !== undefined && (view !== viewName || !internet)) {
    throw new CommandFault("notFound", `no matching view '${view}'`);
  }
  const facts = internet ? target.zone(name) : undefined;
  if (facts !== undefined) return { text, name, facts };
  const where = view === undefined ? "any view" : `view '${view}'`;
  throw new CommandFault("notFound", `no matching zone '${text}' in ${where}`);
}

/** `name [view]`. */
function cachedName(line: CommandLine): Name {
  const name = lowerName(commandName(line.next() ?? ""));
  const view = line.next();
  if (view !== undefined && view !== viewName) throw new CommandFault("failure");
  return name;
}

function switchOf(word: string | undefined): boolean | undefined {
  switch (word?.toLowerCase()) {
    case undefined:
      return undefined;
    case "on":
    case "yes":
    case "true":
      return true;
    case "off":
    case "no":
    case "false":
      return false;
    default:
      throw new CommandFault("syntax");
  }
}

function plainText(name: Name): string {
  return nameToText(name).replace(/(?<=.)\.$/, "");
}

function say(text: string): CommandAnswer {
  return { result: "done", text };
}
