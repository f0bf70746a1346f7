/** The site's DHCP server: addresses for every machine, and their names forward and reverse. */
import type { Capability } from "#contracts/capability.ts";
import { readInterface } from "#platform/datagram/interfaces.ts";
import { DhcpConfig } from "./config.ts";
import { configProblems } from "./config-problems.ts";
import { DhcpServer } from "./dhcp-server.ts";
import { readRemoteZones } from "./names/remote/remote-zones.ts";
import { planOf } from "./network/plan.ts";

export const dhcp: Capability<typeof DhcpConfig> = {
  id: "dhcp",
  summary: "DHCP server",
  config: DhcpConfig,
  provides: ["lease-events"],
  needs: [
    { contract: "name-registry", optional: true },
    { contract: "boot-offer", optional: true },
  ],
  check: async (config, { domain, siteFolder }) => [
    ...configProblems(planOf(config, domain), readInterface),
    ...readRemoteZones(config.names.remote, siteFolder).problems,
  ],
  start: (config, ports) => DhcpServer.start(config, ports),
};
