/** Ends a program with all that it has started. */
import type { ChildProcess } from "node:child_process";

/** At once. It must have been started as `detached`: then it has a process group of its own. */
export function endProcessGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return; // it has not started
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it has just ended
  }
}
