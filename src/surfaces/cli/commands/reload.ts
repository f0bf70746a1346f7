import { type Command, ExitCode } from "#contracts/command.ts";
import { printJson } from "../terminal.ts";
import type { StatusAnswer } from "./status.ts";

export const reloadCommand: Command = {
  words: ["reload"],
  summary: "have the running program read its site file and zones again",
  help: `Have the running program read its site file, and all that it names, again.

Everything changes, or, when something is wrong, nothing does:
then the problems are printed, and this ends with 3.`,
  async run({ api, json, terminal }) {
    const status = (await api.request("POST", "/api/reload")) as StatusAnswer;
    if (json) printJson(terminal, status);
    else for (const { id, summary } of status.capabilities) terminal.print(`reloaded ${id}: ${summary}`);
    return ExitCode.ok;
  },
};
