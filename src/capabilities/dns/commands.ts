/**
 * What the name server adds to the command line. Only descriptions are loaded with this list; the work of a
 * command is imported when it runs, so that `homeport --help` does not wait for a DNS engine.
 */
import type { Command } from "#contracts/command.ts";
import { zoneEditCommands } from "./edit/commands.ts";
import { importBindCommand } from "./import/command.ts";
import { queryCommand } from "./query/command.ts";
import { zoneSteeringCommands } from "./steering/commands.ts";
import { keyCommands } from "./tsig/commands.ts";

const zoneArgument = { name: "zone", summary: "name of the zone", required: true, complete: "zone" } as const;
const fileArgument = { name: "file", summary: "zone file", required: true, complete: "file" } as const;
const originArgument = {
  name: "zone",
  summary: "name of the zone; default: what the SOA record says, else the file's name",
  required: false,
} as const;

const zoneCommands: readonly Command[] = [
  {
    words: ["zone", "list"],
    summary: "list the zones: kind, serial, records, state, what is wrong",
    run: async (call) => (await import("./commands/zone-list.ts")).zoneList(call),
  },
  {
    words: ["zone", "show"],
    summary: "show a zone as it is served",
    help: "Without --name and --type: the whole zone as a zone file.\n\n  homeport zone show example.net --type MX",
    arguments: [zoneArgument],
    options: [
      { name: "name", value: "NAME", summary: "only this name, such as www" },
      { name: "type", value: "TYPE", summary: "only this type, such as A" },
    ],
    run: async (call) => (await import("./commands/zone-show.ts")).zoneShow(call),
  },
  {
    words: ["zone", "check"],
    summary: "find the mistakes in a zone file",
    help: "Prints file:line:column: what is wrong; what to write. Needs no running program.\n\n  homeport zone check zones/example.net.db example.net",
    arguments: [fileArgument, originArgument],
    options: [
      {
        name: "check-names",
        value: "VERDICT",
        summary: "what host names with odd characters are; default: warn",
        choices: ["fail", "warn", "ignore"],
      },
    ],
    run: async (call) => (await import("./commands/zone-check.ts")).zoneCheck(call),
  },
  {
    words: ["zone", "format"],
    summary: "write a zone file anew: aligned, grouped, in canonical order",
    help: "Prints the result; with --write the file itself is replaced. Comments are not kept.",
    arguments: [fileArgument, originArgument],
    options: [
      { name: "write", summary: "replace the file" },
      { name: "check", summary: "only say whether the file is formatted already" },
    ],
    run: async (call) => (await import("./commands/zone-format.ts")).zoneFormat(call),
  },
];

export const dnsCommands: readonly Command[] = [
  ...zoneCommands,
  ...zoneEditCommands,
  ...zoneSteeringCommands,
  ...keyCommands,
  queryCommand,
  importBindCommand,
];
