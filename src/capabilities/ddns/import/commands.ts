/**
 * `homeport import editdns`, `ddclient`, `inadyn`, `ddns-updater` and `address-history`. Only descriptions
 * are loaded with this list; the work of a command is imported when it runs.
 */
import type { Command, CommandArgument, CommandOption } from "#contracts/command.ts";

const exitCodes = `Writes the section ddns into site.yaml, passwords into files of their own below keys (mode
0600), and ddns-import-report.txt, which tells of each statement what became of it: all of
it, or nothing. A site.yaml that is there keeps all else that it has. The exit code is 0
when everything came over, 3 when something had to be left out, and 1 when nothing was
written.`;

const historyNote = `Addresses of the past go into address-history.json; the program that runs takes them
over with homeport import address-history.`;

const configOptions: readonly CommandOption[] = [
  {
    name: "out",
    value: "FOLDER",
    summary: "where site.yaml is, or goes (default: here)",
    complete: "folder",
  },
  { name: "site-name", value: "NAME", summary: "name of a new site (default: that of the folder)" },
  { name: "force", summary: "replace a ddns section that is there" },
];

const rootOption: CommandOption = {
  name: "root",
  value: "PATH",
  summary: "what the folder is called in the config, such as /etc",
};

function configArgument(summary: string): CommandArgument {
  return { name: "config", summary, required: true, complete: "file" };
}

const importEditdns: Command = {
  words: ["import", "editdns"],
  summary: "make the ddns section of the folder of editdns.sh",
  help: `Reads the files records and previous_ips, and the password in editdns.sh.

  homeport import editdns examples/foundry/editdns --out site
  homeport import editdns ~/editdns --out site --provider zones

EditDNS has ended. Names that are in a zone of dns.zones of the site.yaml that is there are
written into that zone; others go to a server with EditDNS's API, unless --provider says
otherwise.

${exitCodes}
${historyNote}`,
  arguments: [configArgument("the folder with records, previous_ips and editdns.sh")],
  options: [
    ...configOptions,
    {
      name: "provider",
      value: "NAME",
      summary: "where the records go: zones, editdns, or an entry of ddns.providers that is there",
    },
  ],
  run: async (call) => {
    const { editdnsSource } = await import("./editdns/source.ts");
    return (await import("./run-import.ts")).runConfigImport(call, editdnsSource);
  },
};

const importDdclient: Command = {
  words: ["import", "ddclient"],
  summary: "make the ddns section of a ddclient.conf",
  help: `Reads the config of ddclient, and with --cache the addresses that it told last.

  homeport import ddclient /etc/ddclient.conf --out site
  homeport import ddclient /etc/ddclient.conf --cache /var/cache/ddclient/ddclient.cache --out site

${exitCodes}
${historyNote}`,
  arguments: [configArgument("ddclient.conf, or the folder that it is in")],
  options: [
    ...configOptions,
    rootOption,
    {
      name: "cache",
      value: "FILE",
      summary: "ddclient.cache, with the addresses that were told last",
      complete: "file",
    },
  ],
  run: async (call) => {
    const { ddclientSource } = await import("./ddclient/source.ts");
    return (await import("./run-import.ts")).runConfigImport(call, ddclientSource);
  },
};

const importInadyn: Command = {
  words: ["import", "inadyn"],
  summary: "make the ddns section of an inadyn.conf",
  help: `Reads the config of inadyn, version 2, and all that it includes.

  homeport import inadyn /etc/inadyn.conf --out site

${exitCodes}`,
  arguments: [configArgument("inadyn.conf, or the folder that it is in")],
  options: [...configOptions, rootOption],
  run: async (call) => {
    const { inadynSource } = await import("./inadyn/source.ts");
    return (await import("./run-import.ts")).runConfigImport(call, inadynSource);
  },
};

const importDdnsUpdater: Command = {
  words: ["import", "ddns-updater"],
  summary: "make the ddns section of the config.json of ddns-updater",
  help: `Reads config.json, and updates.json beside it: which address each record had, from when on.

  homeport import ddns-updater ./data --out site

${exitCodes}
${historyNote}`,
  arguments: [configArgument("config.json, or the folder that it is in")],
  options: configOptions,
  run: async (call) => {
    const { ddnsUpdaterSource } = await import("./ddns-updater/source.ts");
    return (await import("./run-import.ts")).runConfigImport(call, ddnsUpdaterSource);
  },
};

const importAddressHistory: Command = {
  words: ["import", "address-history"],
  summary: "take over the addresses that the site had before",
  help: `Gives the addresses of a file to the running program: the address-history.json of an import,
updates.json of ddns-updater, a ddclient.cache, or a file with an address on each line, the
oldest first.

  homeport import address-history site/address-history.json
  homeport import address-history previous_ips
  homeport ddns history

Addresses that the history has already are not taken twice. The exit code is 0 when all were
taken or known, 3 when a line was broken.`,
  arguments: [{ name: "file", summary: "file with addresses", required: true, complete: "file" }],
  run: async (call) => (await import("./history/run-import.ts")).runHistoryImport(call),
};

/** For the capability's list of commands. */
export const importCommands: readonly Command[] = [
  importEditdns,
  importDdclient,
  importInadyn,
  importDdnsUpdater,
  importAddressHistory,
];
