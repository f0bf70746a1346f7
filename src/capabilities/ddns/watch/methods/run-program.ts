/** Runs the program of an operator that prints the address: without a shell, and with an end. */

import { type ChildProcess, spawn } from "node:child_process";
import { endProcessGroup } from "#platform/process/end-process-group.ts";
import { plainText } from "#platform/terminal/plain-text.ts";
import { CouldNotTell } from "./bounded-witness.ts";
import { methodLimits } from "./limits.ts";

/** What it printed; with the signal it is ended, and all that it started. Rejects with CouldNotTell. */
export type RunProgram = (words: readonly string[], signal: AbortSignal) => Promise<string>;

export interface ProgramPlace {
  /** Where it runs. */
  readonly folder: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** What programs need of the environment; the rest of it is this program's own. */
const passedOn = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"];

export function runProgramIn({ folder, environment = process.env }: ProgramPlace): RunProgram {
  const env = Object.fromEntries(
    passedOn.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
  return ([program = "", ...rest], signal) => {
    try {
      const child = spawn(program, rest, {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true, // its own process group, so that what it starts ends with it
      });
      return outputOf(child, signal);
    } catch (error) {
      return Promise.reject(cannotStart(error as Error));
    }
  };
}

function outputOf(child: ChildProcess, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let printed = "";
  let said = "";
  const end = (): void => endProcessGroup(child);
  const finish = (settle: () => void): void => {
    signal.removeEventListener("abort", end);
    child.stdout?.destroy();
    child.stderr?.destroy();
    settle();
  };
  const fail = (why: string): void => finish(() => reject(new CouldNotTell(why)));
  // Neither is there when the machine has no descriptors left
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    if (printed.length <= methodLimits.outputOctetsMax) return;
    end();
    fail("prints too much to be an address");
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-methodLimits.saidMax);
  });
  child.once("error", (error) => finish(() => reject(cannotStart(error))));
  child.once("exit", (code, by) => {
    const settle = (): void => {
      if (code === 0) finish(() => resolve(printed));
      else fail(signal.aborted ? "takes too long" : reasonOf(by ?? code, said));
    };
    // What it printed may still be in the pipe, which a program that it left behind may hold open
    const timer = setTimeout(settle, methodLimits.lastWordsMsMax);
    child.once("close", () => {
      clearTimeout(timer);
      settle();
    });
  });
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  return promise;
}

function reasonOf(how: string | number | null, said: string): string {
  const lastLine = plainText(said.trim().split("\n").at(-1)!.trim());
  return lastLine === "" ? `ends with ${how}` : `ends with ${how}: ${lastLine}`;
}

function cannotStart(error: Error): CouldNotTell {
  return new CouldNotTell(`cannot be started (${(error as NodeJS.ErrnoException).code ?? error.message})`);
}
