import { type Command, ExitCode } from "#contracts/command.ts";
import { printJson } from "../terminal.ts";

export const metricsCommand: Command = {
  words: ["metrics"],
  summary: "print the numbers of the running program, as Prometheus reads them",
  help: `Print the numbers of the running program, as Prometheus reads them.

They are served at /metrics of the socket too:
  curl --unix-socket data/homeport.sock http://localhost/metrics`,
  async run({ api, json, terminal }) {
    if (json) printJson(terminal, await api.request("GET", "/api/metrics"));
    else terminal.print(((await api.request("GET", "/metrics")) as string).trimEnd());
    return ExitCode.ok;
  },
};
