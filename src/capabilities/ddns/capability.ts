/** The site's changing address: watched, published, and taken from hosts elsewhere. */
import type { Capability } from "#contracts/capability.ts";
import type { DdnsConfig } from "./config.ts";

/** A site without the section starts without loading what watches and publishes. */
export const ddns: Capability<typeof DdnsConfig> = {
  id: "ddns",
  summary: "the site's changing address",
  config: async () => (await import("./config.ts")).DdnsConfig,
  provides: ["public-address"],
  needs: [{ contract: "name-registry", optional: true }],
  check: async (config, site) => (await import("./check-config.ts")).checkConfig(config, site),
  async start(config, ports) {
    const { DdnsService } = await import("./ddns-service.ts");
    const { openMachine } = await import("./open-machine.ts");
    return DdnsService.start(config, ports, openMachine(ports));
  },
};
