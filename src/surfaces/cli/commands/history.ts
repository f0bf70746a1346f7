import { type Command, ExitCode } from "#contracts/command.ts";
import { printJson } from "../terminal.ts";

interface Change {
  readonly revision: number;
  readonly at: string;
  readonly octets: number;
}

export const historyCommand: Command = {
  words: ["history"],
  summary: "show when the site file changed, and what it said",
  help: `Show when the site file was taken with another content, newest first;
with a revision, what it said then.

To go back:
  homeport history 12 > site.yaml
  homeport reload`,
  arguments: [{ name: "revision", summary: "print the site file as it was then", required: false }],
  async run(call) {
    const revision = call.arguments["revision"];
    return typeof revision === "string" ? await printText(call, revision) : await printList(call);
  },
};

async function printText({ api, json, terminal }: Parameters<Command["run"]>[0], revision: string) {
  const answer = (await api.request("GET", `/api/site/history/${encodeURIComponent(revision)}`)) as {
    text: string;
  };
  if (json) printJson(terminal, answer);
  else terminal.print(answer.text);
  return ExitCode.ok;
}

async function printList({ api, json, terminal }: Parameters<Command["run"]>[0]) {
  const answer = (await api.request("GET", "/api/site/history")) as { changes: readonly Change[] };
  if (json) {
    printJson(terminal, answer);
    return ExitCode.ok;
  }
  terminal.print("REVISION  SINCE                     OCTETS");
  for (const { revision, at, octets } of answer.changes) {
    terminal.print(`${String(revision).padStart(8)}  ${at}  ${octets}`);
  }
  return ExitCode.ok;
}
