/** Reads all that the `ddns` section refers to, without asking anybody. For `homeport check`. */
import type { SitePlace } from "#contracts/capability.ts";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { DdnsConfig } from "./config.ts";
import { configProblems } from "./config-problems.ts";
import { providerProblems } from "./publish/accounts.ts";
import { updateServerProblems } from "./serve/server-plan.ts";

export function checkConfig(config: DdnsConfig, { siteFolder }: SitePlace): readonly ConfigProblem[] {
  return [
    ...configProblems(config, siteFolder),
    ...providerProblems(config, siteFolder),
    ...updateServerProblems(config.server, siteFolder),
  ];
}
