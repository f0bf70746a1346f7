import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { type Command, ExitCode } from "#contracts/command.ts";
import { limits } from "#platform/process/limits.ts";
import { printJson } from "../terminal.ts";

export const stopCommand: Command = {
  words: ["stop"],
  summary: "stop the running program and wait until it has ended",
  async run({ api, json, terminal }) {
    const { pid } = (await api.request("POST", "/api/stop")) as { pid: number };
    const deadlineMs = Date.now() + limits.stopMsMax + 2_000;
    while (isRunning(pid)) {
      if (Date.now() > deadlineMs) {
        terminal.printError(`homeport: process ${pid} was told to stop and still runs; look at its log`);
        return ExitCode.failed;
      }
      await wait(20);
    }
    if (json) printJson(terminal, { stopped: pid });
    else terminal.print(`stopped process ${pid}`);
    return ExitCode.ok;
  },
};

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Ended, and only its parent has not looked yet: proc(5), the letter after the name in parentheses. */
function isZombie(pid: number): boolean {
  try {
    return /^.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false; // no /proc on this system
  }
}
