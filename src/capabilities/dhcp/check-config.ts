/** Reads all that the `dhcp` section refers to, without serving it. For `homeport check`. */
import type { SitePlace } from "#contracts/capability.ts";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { readInterface } from "#platform/datagram/interfaces.ts";
import type { DhcpConfig } from "./config.ts";
import { configProblems } from "./config-problems.ts";
import { readRemoteZones } from "./names/remote/remote-zones.ts";
import { planOf } from "./network/plan.ts";

export function checkConfig(config: DhcpConfig, { domain, siteFolder }: SitePlace): readonly ConfigProblem[] {
  const remote = readRemoteZones(config.names.remote, siteFolder);
  return [...configProblems(planOf(config, domain), readInterface), ...remote.problems];
}
