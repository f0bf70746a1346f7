import { type Command, ExitCode } from "#contracts/command.ts";
import { printJson } from "../terminal.ts";

export function versionCommand(version: string): Command {
  return {
    words: ["version"],
    summary: "print the versions of Homeport and of the Node it runs on",
    async run({ json, terminal }) {
      const node = process.versions.node;
      if (json) printJson(terminal, { version, node });
      else terminal.print(`homeport ${version}, Node ${node}`);
      return ExitCode.ok;
    },
  };
}
