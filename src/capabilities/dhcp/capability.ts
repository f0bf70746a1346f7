/** The site's DHCP server: addresses for every machine, and their names forward and reverse. */
import type { Capability } from "#contracts/capability.ts";
import { DhcpConfig } from "./config.ts";
import { DhcpServer } from "./dhcp-server.ts";

export const dhcp: Capability<typeof DhcpConfig> = {
  id: "dhcp",
  summary: "DHCP server",
  config: DhcpConfig,
  provides: ["lease-events"],
  needs: [
    { contract: "name-registry", optional: true },
    { contract: "boot-offer", optional: true },
  ],
  start: (config, ports) => DhcpServer.start(config, ports),
};
