/**
 * The site's name server: its zones, from files, updates and other servers, answered over UDP, TCP and TLS.
 */
import type { Capability } from "#contracts/capability.ts";
import { checkConfig } from "./check-config.ts";
import { DnsConfig } from "./config.ts";
import { NameServer } from "./name-server.ts";

export const dns: Capability<typeof DnsConfig> = {
  id: "dns",
  summary: "authoritative name server",
  config: async () => DnsConfig,
  provides: ["name-registry"],
  check: checkConfig,
  start: (config, ports) => NameServer.start(config, ports),
};
