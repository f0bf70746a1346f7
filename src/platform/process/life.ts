/** What ends or changes the process from outside: signals, and faults of our own. */
import { closeSync, openSync } from "node:fs";
import { isatty } from "node:tty";
import type { Log } from "#contracts/log.ts";
import { limits } from "./limits.ts";

export interface Life extends Disposable {
  /** Resolves with the reason when the process should end. */
  readonly ended: Promise<string>;
  end(reason: string): void;
}

/** SIGTERM and SIGINT end; SIGHUP reloads, unless it says that the terminal was closed. */
export function watchSignals(reload: () => void): Life {
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const handlers = {
    SIGTERM: () => resolve("SIGTERM"),
    SIGINT: () => resolve("SIGINT"),
    SIGHUP: () => (terminalIsGone() ? resolve("the terminal was closed") : reload()),
  };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  const parentWatch = watchParent(() => resolve("npm has ended"));
  return {
    ended,
    end: resolve,
    [Symbol.dispose]() {
      clearInterval(parentWatch);
      for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
    },
  };
}

/** npm passes on few of the signals that end it, and whoever ended "npm start" meant what it had started. */
function watchParent(onGone: () => void): NodeJS.Timeout | undefined {
  if (process.env["npm_lifecycle_event"] !== "start") return undefined;
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) onGone();
  }, limits.parentWatchMs).unref();
}

/** True when a standard stream was a terminal that has been closed. */
export function terminalIsGone(): boolean {
  if (!terminalAtStart) return false;
  try {
    closeSync(openSync("/dev/tty", "r"));
    return false;
  } catch {
    return true;
  }
}

const terminalAtStart = [0, 1, 2].some((descriptor) => isatty(descriptor));

/**
 * An error nobody caught is a fault of ours: the state is unknown, so log it and end; a supervisor starts
 * anew.
 */
export function crashOnFaults(log: Log): void {
  const crash = (error: unknown) => {
    const stack = error instanceof Error ? error.stack : String(error);
    log.error({ stack }, "a fault of the program itself; it ends now");
    process.exit(1);
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
}

/**
 * Disposes everything, or, when that takes longer than anybody waits, says so and ends the process with 1.
 */
export async function disposeInTime(everything: AsyncDisposable, log: Log): Promise<void> {
  const late = setTimeout(() => {
    log.error({ afterMs: limits.stopMsMax }, "could not stop in time; ending without waiting");
    process.exit(1);
  }, limits.stopMsMax);
  try {
    await everything[Symbol.asyncDispose]();
  } finally {
    clearTimeout(late);
  }
}
