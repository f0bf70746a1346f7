/** What the update server adds to the command line. The work of a command is loaded when it runs. */
import type { Command } from "#contracts/command.ts";

const hostArgument = {
  name: "host",
  summary: "its user name, or one of its names",
  required: true,
  complete: { command: "ddns host list", list: "hosts" },
} as const;
const secretFileOption = {
  name: "secret-file",
  value: "FILE",
  summary: "take the secret from the first line of this file; default: one is made and shown",
  complete: "file",
} as const;
const yesOption = { name: "yes", short: "y", summary: "do it without asking" } as const;

export const updateHostCommands: readonly Command[] = [
  {
    words: ["ddns", "host", "add"],
    summary: "let a router, a phone or a second site tell its address and be found by a name",
    help: `The name is one in a zone of this server. The secret is shown this once: enter it as the
password, with the name as the user name and the URL that is shown as the update URL. --user
gives a name more to a host that is there. With --follows a machine behind the router gets
the router's IPv6 prefix.

  homeport ddns host add friend.home.example
  homeport ddns host add nas.friend.home.example --user friend.home.example \\
    --follows friend.home.example --interface-id ::10
  homeport ddns host add old.home.example --secret-file editdns-password`,
    arguments: [{ name: "name", summary: "such as friend.home.example", required: true }],
    options: [
      { name: "user", value: "USER", summary: "by which it logs in; default: the name" },
      {
        name: "interface-id",
        value: "ID",
        summary: "what stands behind a prefix, such as ::1 or mac:52:54:00:12:34:56",
      },
      { name: "follows", value: "NAME", summary: "the name of the same host whose IPv6 prefix it gets" },
      secretFileOption,
    ],
    run: async (call) => (await import("./commands/host-add.ts")).hostAdd(call),
  },
  {
    words: ["ddns", "host", "list"],
    summary: "list the hosts that may tell their address, and what they told",
    run: async (call) => (await import("./commands/host-list.ts")).hostList(call),
  },
  {
    words: ["ddns", "host", "show"],
    summary: "show all that is known of a host, also why its last update did not do",
    arguments: [hostArgument],
    run: async (call) => (await import("./commands/host-list.ts")).hostShow(call),
  },
  {
    words: ["ddns", "host", "remove"],
    summary: "take a host away with its names and their records, or one of its names",
    help: `Asks first. Whoever has its secret can do nothing with it from then on.

  homeport ddns host remove friend.home.example
  homeport ddns host remove friend.home.example --name nas.friend.home.example`,
    arguments: [hostArgument],
    options: [{ name: "name", value: "NAME", summary: "only this name of it" }, yesOption],
    run: async (call) => (await import("./commands/host-change.ts")).hostRemove(call),
  },
  {
    words: ["ddns", "host", "secret"],
    summary: "give a host a new secret, when the old one is lost or known to others",
    help: "Asks first: the old one is worth nothing from then on. The new one is shown this once.",
    arguments: [hostArgument],
    options: [secretFileOption, yesOption],
    run: async (call) => (await import("./commands/host-add.ts")).hostSecret(call),
  },
  {
    words: ["ddns", "host", "clear"],
    summary: "end the block of a host that updated needlessly too often",
    arguments: [hostArgument],
    run: async (call) => (await import("./commands/host-change.ts")).hostClear(call),
  },
  {
    words: ["ddns", "host", "disable"],
    summary: "take no updates of a host any more; its records stay",
    arguments: [hostArgument],
    run: async (call) => (await import("./commands/host-change.ts")).hostActive(call, false),
  },
  {
    words: ["ddns", "host", "enable"],
    summary: "take updates of a host again",
    arguments: [hostArgument],
    run: async (call) => (await import("./commands/host-change.ts")).hostActive(call, true),
  },
];
