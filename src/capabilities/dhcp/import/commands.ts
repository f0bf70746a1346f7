/**
 * `homeport import dhcpd`, `dnsmasq`, `kea` and `leases`. Only descriptions are loaded with this list; the
 * work of a command is imported when it runs.
 */
import type { Command, CommandArgument, CommandOption } from "#contracts/command.ts";

const exitCodes = `Writes the section dhcp into site.yaml, and dhcp-import-report.txt, which tells of each
statement what became of it: all of it, or nothing. A site.yaml that is there keeps all else that it has.
The exit code is 0 when everything came over, 3 when something had to be left out, and 1 when nothing was
written.`;

const configOptions: readonly CommandOption[] = [
  {
    name: "out",
    value: "FOLDER",
    summary: "where site.yaml is, or goes (default: here)",
    complete: "folder",
  },
  { name: "root", value: "PATH", summary: "what the folder is called in the config, such as /etc/dhcp" },
  {
    name: "interface",
    value: "NAME",
    summary: "interface of the networks that the config names none for; or SUBNET=NAME,SUBNET=NAME",
  },
  { name: "site-name", value: "NAME", summary: "name of a new site (default: that of the folder)" },
  { name: "force", summary: "replace a dhcp section that is there" },
];

function configArgument(summary: string): CommandArgument {
  return { name: "config", summary, required: true, complete: "file" };
}

const importDhcpd: Command = {
  words: ["import", "dhcpd"],
  summary: "make the dhcp section of a dhcpd.conf",
  help: `Reads the config of ISC's dhcpd and all that it includes.

  homeport import dhcpd /etc/dhcp --out site
  homeport import dhcpd backup/dhcpd.conf --root /etc/dhcp --out site --interface eth1

${exitCodes}`,
  arguments: [configArgument("dhcpd.conf, or the folder that it is in")],
  options: configOptions,
  run: async (call) => {
    const { dhcpdSource } = await import("./dhcpd/source.ts");
    return (await import("./run-import.ts")).runConfigImport(call, dhcpdSource);
  },
};

const importDnsmasq: Command = {
  words: ["import", "dnsmasq"],
  summary: "make the dhcp section of a dnsmasq.conf",
  help: `Reads the config of dnsmasq and all that it includes. What it says of names and TFTP is not imported.

  homeport import dnsmasq /etc/dnsmasq.conf --out site
  homeport import dnsmasq backup/etc --root /etc --out site

${exitCodes}`,
  arguments: [configArgument("dnsmasq.conf, or the folder that it is in")],
  options: configOptions,
  run: async (call) => {
    const { dnsmasqSource } = await import("./dnsmasq/source.ts");
    return (await import("./run-import.ts")).runConfigImport(call, dnsmasqSource);
  },
};

const importKea: Command = {
  words: ["import", "kea"],
  summary: "make the dhcp section of a kea-dhcp4.conf",
  help: `Reads Dhcp4 of Kea's JSON, with comments and includes, and DhcpDdns where it is in the same file.

  homeport import kea /etc/kea/kea-dhcp4.conf --out site

${exitCodes}`,
  arguments: [configArgument("kea-dhcp4.conf, or the folder that it is in")],
  options: configOptions,
  run: async (call) => {
    const { keaSource } = await import("./kea/source.ts");
    return (await import("./run-import.ts")).runConfigImport(call, keaSource);
  },
};

const importLeases: Command = {
  words: ["import", "leases"],
  summary: "take over the leases of dhcpd, Kea or dnsmasq",
  help: `Gives the leases of a lease file to the running program. What a lease file has of one address last
counts; of several files, those given last. Leases that have expired are counted, not taken.

  homeport import leases /var/lib/dhcp/dhcpd.leases
  homeport import leases kea-leases4.csv.2 kea-leases4.csv
  homeport import leases /var/lib/misc/dnsmasq.leases

The exit code is 0 when all leases that count were taken, 3 when some were left or a line was broken.`,
  arguments: [
    {
      name: "files",
      summary: "lease files, the oldest first",
      required: true,
      variadic: true,
      complete: "file",
    },
  ],
  options: [
    {
      name: "format",
      value: "FORMAT",
      summary: "whose they are (default: what they look like)",
      choices: ["dhcpd", "kea", "dnsmasq"],
    },
  ],
  run: async (call) => (await import("./leases/run-import.ts")).runLeaseImport(call),
};

/** For the capability's list of commands. */
export const dhcpImportCommands: readonly Command[] = [importDhcpd, importDnsmasq, importKea, importLeases];
