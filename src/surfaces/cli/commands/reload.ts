import { type Command, ExitCode } from "#contracts/command.ts";
import { type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import { problemFromHere } from "../from-here.ts";
import { printJson } from "../terminal.ts";
import type { StatusAnswer } from "./status.ts";

export const reloadCommand: Command = {
  words: ["reload"],
  summary: "have the running program read its site file and zones again",
  help: `Have the running program read its site file, and all that it names, again.

Everything changes, or, when the site file is wrong, nothing does. A zone whose own file is wrong
goes on with what it said before. Either way the problems are printed, and this ends with 3.`,
  async run({ api, json, terminal }) {
    const status = (await api.request("POST", "/api/reload")) as StatusAnswer;
    if (json) printJson(terminal, status);
    else for (const { id, summary } of status.capabilities) terminal.print(`reloaded ${id}: ${summary}`);
    const errors = status.capabilities.flatMap(({ problems }) => problems).filter(isError);
    if (!json) for (const problem of errors) terminal.print(`  ${formatProblem(problemFromHere(problem))}`);
    return errors.length === 0 ? ExitCode.ok : ExitCode.problems;
  },
};

function isError({ severity }: ConfigProblem): boolean {
  return severity === "error";
}
