/** Runs an operator's program for an event, without a shell. */

import { type ChildProcess, spawn } from "node:child_process";
import { endProcessGroup } from "../process/end-process-group.ts";
import { type HookEvent, hookVariables } from "./hook-event.ts";
import { hookLimits } from "./limits.ts";

/** What programs need of the environment; the rest of it is this program's own. */
const passedOn = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"];

export interface HookCommand {
  /** Program and arguments. */
  readonly words: readonly string[];
  /** Where it runs. */
  readonly folder: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Facts that are set in each event, if only to nothing. */
  readonly expected?: readonly string[];
}

/** Undefined: it ended with 0. Else why not. With the signal it is ended, and all that it started. */
export function runHookCommand(
  { words, folder, environment = process.env, expected = [] }: HookCommand,
  event: HookEvent,
  signal: AbortSignal,
): Promise<string | undefined> {
  let child: ChildProcess;
  try {
    child = start({ words, folder, environment, expected }, event);
  } catch (error) {
    return Promise.resolve(`it cannot be started (${(error as NodeJS.ErrnoException).code})`);
  }
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let said = "";
  // Neither is there when the machine has no descriptors left.
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-hookLimits.saidOctetsMax);
  });
  child.stdin?.on("error", () => {}); // it need not read
  child.stdin?.end(`${JSON.stringify(event.facts)}\n`);
  const end = (): void => endProcessGroup(child);
  signal.addEventListener("abort", end, { once: true });
  const finish = (why: string | undefined): void => {
    signal.removeEventListener("abort", end);
    child.stderr?.destroy();
    resolve(why);
  };
  child.once("error", (error: NodeJS.ErrnoException) => finish(`it cannot be started (${error.code})`));
  child.once("exit", (code, by) => {
    if (code === 0) return finish(undefined);
    const fail = (): void => finish(reasonOf({ code, by, said, isTimeOut: signal.aborted }));
    // What it said may still be in the pipe, which a program that it left behind may hold open.
    const timer = setTimeout(fail, hookLimits.lastWordsMsMax);
    child.once("close", () => {
      clearTimeout(timer);
      fail();
    });
  });
  if (signal.aborted) end();
  return promise;
}

function start(
  { words, folder, environment, expected }: Required<HookCommand>,
  event: HookEvent,
): ChildProcess {
  const [program = "", ...rest] = words;
  const kept = passedOn.flatMap((name) =>
    environment[name] === undefined ? [] : [[name, environment[name]]],
  );
  return spawn(program, rest, {
    cwd: folder,
    env: { ...Object.fromEntries(kept), ...hookVariables(event, expected) },
    stdio: ["pipe", "ignore", "pipe"],
    detached: true, // its own process group, so that what it starts ends with it
  });
}

interface BadEnd {
  readonly code: number | null;
  readonly by: NodeJS.Signals | null;
  readonly said: string;
  readonly isTimeOut: boolean;
}

function reasonOf({ code, by, said, isTimeOut }: BadEnd): string {
  const lastLine = said.trim().split("\n").at(-1)!.trim();
  const why = isTimeOut ? "it takes too long" : `it ends with ${by ?? code}`;
  return lastLine === "" ? why : `${why}: ${lastLine}`;
}
