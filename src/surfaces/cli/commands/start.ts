import type { Command } from "#contracts/command.ts";
import { findPlaces } from "#platform/process/places.ts";
import type { CoreParts } from "./core.ts";

export function startCommand({ capabilities, facts, version }: CoreParts): Command {
  return {
    words: ["start"],
    summary: "run the site until stopped",
    help: `Run the site until stopped (Ctrl-C, "homeport stop", SIGTERM).
SIGHUP and "homeport reload" read its files again.

Without --site it is ./site.yaml, else /etc/homeport/site.yaml, else the example lab.
Nothing is written beside the site file: state goes to --data, else HOMEPORT_DATA, else
/var/lib/homeport for a site in /etc/homeport, else a folder for that site file below
~/.local/state/homeport (XDG_STATE_HOME).`,
    options: [
      {
        name: "log-level",
        value: "LEVEL",
        summary: "how much to log on standard error; otherwise info",
        choices: ["debug", "info", "warn", "error", "silent"],
      },
    ],
    async run({ options, json, terminal }) {
      const text = (name: string) => (typeof options[name] === "string" ? options[name] : undefined);
      const places = findPlaces({ site: text("site"), data: text("data"), socket: text("socket") }, facts);
      const { serveSite } = await import("../serve-site.ts");
      const logLevel = text("log-level");
      return await serveSite({
        capabilities,
        places,
        version,
        terminal,
        json,
        ...(logLevel === undefined ? {} : { logLevel: logLevel as "info" }),
      });
    },
  };
}
