/** What the site's address adds to the command line. The work of a command is loaded when it runs. */
import type { Command } from "#contracts/command.ts";
import { recordStates } from "./control.ts";
import { importCommands } from "./import/commands.ts";
import { updateHostCommands } from "./serve/commands.ts";

const nameArgument = {
  name: "name",
  summary: "name of the record, such as home.example.net",
  complete: { command: "ddns status", list: "records" },
} as const;

const addressCommands: readonly Command[] = [
  {
    words: ["ddns", "status"],
    summary: "show the public address, and each record that follows it",
    help: `Ends with 3 when a record failed, was refused or cannot be confirmed, and with 5 when none
is found.

  homeport ddns status
  homeport ddns status --state stopped`,
    options: [
      { name: "name", value: "TEXT", summary: "only records with this in their names" },
      { name: "state", value: "STATE", summary: "only in this state", choices: recordStates },
      {
        name: "provider",
        value: "NAME",
        summary: "only at this provider",
        complete: { command: "ddns status", list: "providers" },
      },
    ],
    run: async (call) => (await import("./commands/ddns-status.ts")).ddnsStatus(call),
  },
  {
    words: ["ddns", "history"],
    summary: "show which public addresses the site had, from when to when, and who saw them",
    help: `The newest first. --at is a moment, a day of which all is shown, or how long ago:

  homeport ddns history --at "last tuesday"
  homeport ddns history --family ipv4 --csv`,
    options: [
      { name: "family", value: "FAMILY", summary: "only of this family", choices: ["ipv4", "ipv6"] },
      { name: "at", value: "TIME", summary: "only what it was then" },
      { name: "limit", value: "COUNT", summary: "how many, the newest first (default 100)" },
      { name: "csv", summary: "print comma-separated values, for a spreadsheet" },
    ],
    run: async (call) => (await import("./commands/ddns-history.ts")).ddnsHistory(call),
  },
  {
    words: ["ddns", "check"],
    summary: "look at the public address now, and show what each that is asked says",
    help: `Asks everybody of ddns.address that may be asked now: services of the Internet are left
alone for 10 minutes after each question. A new address is published at once. Ends with 3
when it cannot be told.`,
    run: async (call) => (await import("./commands/ddns-check.ts")).ddnsCheck(call),
  },
  {
    words: ["ddns", "update"],
    summary: "send the records of a name now, whether they differ or not",
    help: `Providers block names that are updated needlessly; homeport ddns retry is for those that failed.`,
    arguments: [{ ...nameArgument, required: true }],
    run: async (call) => (await import("./commands/ddns-send.ts")).ddnsUpdate(call),
  },
  {
    words: ["ddns", "retry"],
    summary: "try again what was refused, or waits after a failure",
    help: `What a provider refuses is not sent again before somebody has looked at it: correct what is
wrong, then say retry. A provider whose settings have changed in the site file is tried
again by itself.`,
    arguments: [{ ...nameArgument, required: false }],
    run: async (call) => (await import("./commands/ddns-send.ts")).ddnsRetry(call),
  },
  {
    words: ["ddns", "providers"],
    summary: "list the kinds of providers, or show what to write for one",
    help: `  homeport ddns providers
  homeport ddns providers cloudflare`,
    arguments: [{ name: "type", summary: "kind of provider, such as cloudflare", required: false }],
    run: async (call) => (await import("./commands/ddns-providers.ts")).ddnsProviders(call),
  },
];

export const ddnsCommands: readonly Command[] = [
  ...addressCommands,
  ...updateHostCommands,
  ...importCommands,
];
