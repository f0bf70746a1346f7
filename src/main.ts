/** The composition root: what Homeport consists of, in the order it starts. */
import { join } from "node:path";
import type { CapabilityDoor } from "#contracts/capability.ts";
import { runCommandLine } from "#surfaces/cli/run.ts";
import { ddnsCommands } from "./capabilities/ddns/commands.ts";
import { dhcpCommands } from "./capabilities/dhcp/commands.ts";
import { dnsCommands } from "./capabilities/dns/commands.ts";

const capabilities: readonly CapabilityDoor[] = [
  // dns first: names of leases, and of hosts elsewhere, are published there
  { commands: dnsCommands, open: async () => (await import("./capabilities/dns/capability.ts")).dns },
  { commands: dhcpCommands, open: async () => (await import("./capabilities/dhcp/capability.ts")).dhcp },
  { commands: ddnsCommands, open: async () => (await import("./capabilities/ddns/capability.ts")).ddns },
];

process.exitCode = await runCommandLine({
  words: process.argv.slice(2),
  capabilities,
  programFolder: join(import.meta.dirname, ".."),
});
