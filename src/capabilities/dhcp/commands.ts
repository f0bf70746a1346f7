/** What the DHCP server adds to the command line. The work of a command is loaded when it runs. */
import type { Command } from "#contracts/command.ts";
import { dhcpImportCommands } from "./import/commands.ts";

const whoArgument = {
  name: "who",
  summary: "an address, such as 192.168.9.12 or .12, a hardware address, or a name",
  required: true,
  complete: "lease",
} as const;
const csvOption = { name: "csv", summary: "print comma-separated values, for a spreadsheet" } as const;
const states = ["offered", "bound", "released", "expired", "declined", "reserved"] as const;

const leaseCommands: readonly Command[] = [
  {
    words: ["lease", "list"],
    summary: "list who has which address",
    help: `Also addresses that are reserved or in quarantine, without those of machines that were here and
are gone. A name in brackets is what a machine calls itself; it is not in the DNS.`,
    options: [
      { name: "subnet", value: "SUBNET", summary: "only of this network, such as 192.168.9.0/24" },
      { name: "state", value: "STATE", summary: "only in this state", choices: states },
      { name: "search", value: "TEXT", summary: "only where this is in an address, a name or a place" },
      { name: "all", short: "a", summary: "also leases that have ended" },
      csvOption,
    ],
    run: async (call) => (await import("./commands/lease-list.ts")).leaseList(call),
  },
  {
    words: ["lease", "show"],
    summary: "show all that is known of an address or a machine, also why it has not its name",
    help: `Where the machine is plugged in, what it had before, why it has not the name that it wants.

  homeport lease show .12
  homeport lease show laptop`,
    arguments: [whoArgument],
    run: async (call) => (await import("./commands/lease-show.ts")).leaseShow(call),
  },
  {
    words: ["lease", "release"],
    summary: "take an address back, or end its quarantine",
    help: `A machine that has the address does not hear of that, and gets it again when it asks. Until
then others get it only when nothing else is left and nobody answers at it. An address in
quarantine, because somebody was found at it, is free at once.`,
    arguments: [{ ...whoArgument, name: "address", summary: "the address, such as 192.168.9.12 or .12" }],
    run: async (call) => (await import("./commands/lease-release.ts")).leaseRelease(call),
  },
  {
    words: ["lease", "reserve"],
    summary: "reserve an address, a name or both for a machine, in the site file",
    help: `Writes the machine into dhcp.hosts of the site file and has the program read it. Shows what changes
and asks first; comments stay. Without --address it keeps the one that it has. A file that the
program does not take is put back.

  homeport lease reserve laptop
  homeport lease reserve .12 --name printer
  homeport lease reserve 52:54:00:12:34:56 --name camera --address 192.168.9.20
  homeport lease reserve printer --remove`,
    arguments: [whoArgument],
    options: [
      { name: "name", value: "NAME", summary: "its name from now on; default: what it calls itself" },
      { name: "address", value: "ADDRESS", summary: "its address from now on; default: the one that it has" },
      { name: "remove", summary: "take the reservation back" },
      { name: "dry-run", summary: "only show what would change" },
      { name: "yes", short: "y", summary: "do it without asking" },
    ],
    run: async (call) => (await import("./commands/lease-reserve.ts")).leaseReserve(call),
  },
  {
    words: ["lease", "history"],
    summary: "show who had an address, or which addresses a machine had",
    help: `The newest first. --at is a moment, a day of which all is shown, or how long ago:

  homeport lease history .12 --at "last tuesday"
  homeport lease history .12 --at "2026-11-17 14:00"
  homeport lease history laptop --at 2d
  homeport lease history --at yesterday`,
    arguments: [{ ...whoArgument, required: false }],
    options: [
      { name: "at", value: "TIME", summary: "only who had it then" },
      { name: "limit", value: "COUNT", summary: "how many, the newest first (default 100)" },
      csvOption,
    ],
    run: async (call) => (await import("./commands/lease-history.ts")).leaseHistory(call),
  },
];

const serverCommands: readonly Command[] = [
  {
    words: ["dhcp", "probe"],
    summary: "look for DHCP servers at the interfaces that are served, or at one",
    help: `Asks for an address, as clients do, and tells who answers: this program, and others that should not
be there. Takes some seconds, and no address. Ends with 3 when there is another server.`,
    arguments: [{ name: "interface", summary: "only at this one, such as eth1", required: false }],
    run: async (call) => (await import("./commands/dhcp-probe.ts")).dhcpProbe(call),
  },
  {
    words: ["dhcp", "pools"],
    summary: "show how full the pools are",
    run: async (call) => (await import("./commands/dhcp-pools.ts")).dhcpPools(call),
  },
];

export const dhcpCommands: readonly Command[] = [...leaseCommands, ...serverCommands, ...dhcpImportCommands];
