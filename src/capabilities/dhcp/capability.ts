/** The site's DHCP server: addresses for every machine, and their names forward and reverse. */
import type { Capability } from "#contracts/capability.ts";
import type { DhcpConfig } from "./config.ts";

/** A site without the section starts without loading the server. */
export const dhcp: Capability<typeof DhcpConfig> = {
  id: "dhcp",
  summary: "DHCP server",
  config: async () => (await import("./config.ts")).DhcpConfig,
  provides: ["lease-events"],
  needs: [
    { contract: "name-registry", optional: true },
    { contract: "boot-offer", optional: true },
  ],
  check: async (config, site) => (await import("./check-config.ts")).checkConfig(config, site),
  start: async (config, ports) => (await import("./dhcp-server.ts")).DhcpServer.start(config, ports),
};
