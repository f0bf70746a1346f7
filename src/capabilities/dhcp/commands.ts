/** What the DHCP server adds to the command line. */
import type { Command } from "#contracts/command.ts";

export const dhcpCommands: readonly Command[] = [];
