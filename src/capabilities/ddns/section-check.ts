/** What the parts of the `ddns` section say of one another. */
import type { z } from "zod";
import type { DdnsConfig } from "./config.ts";
import { ownZones } from "./publish/own-zones-name.ts";

export function checkSection(config: DdnsConfig, context: z.RefinementCtx): void {
  const say = (path: readonly (string | number)[], message: string): void =>
    context.addIssue({ code: "custom", path: [...path], message });
  const names = new Set<string>([ownZones]);
  for (const [index, { name }] of config.providers.entries()) {
    if (name === ownZones)
      say(
        ["providers", index, "name"],
        `"${ownZones}" is the name of this server's own zones; write another`,
      );
    else if (names.has(name)) say(["providers", index, "name"], `"${name}" is there twice; rename one`);
    names.add(name);
  }
  for (const [index, { provider }] of config.records.entries()) {
    if (!names.has(provider))
      say(["records", index, "provider"], `there is no provider "${provider}"; add it to ddns.providers`);
  }
}
