/** Where in the `dns` section each key is named. */

import { plainKeyName } from "#platform/tsig/key-file.ts";
import type { DnsConfig } from "../config.ts";

export interface KeyUse {
  /** Such as `zone example.net`, `acl friends`, or `dns` for what all zones share. */
  readonly place: string;
  /** Such as `allowUpdate`; one for each setting of that place. */
  readonly setting: string;
}

/** By the name of the key in lower case, without a final dot. */
export function keyUses(config: DnsConfig): ReadonlyMap<string, readonly KeyUse[]> {
  const uses = new Map<string, KeyUse[]>();
  const look = (place: string, settings: Readonly<Record<string, unknown>>): void => {
    for (const [setting, value] of Object.entries(settings)) {
      for (const name of new Set(namesIn(value))) {
        const known = uses.get(name);
        if (known === undefined) uses.set(name, [{ place, setting }]);
        else known.push({ place, setting });
      }
    }
  };
  const { allowQuery, allowTransfer, rateLimit, acls, zones, catalogs, controls } = config;
  look("dns", { allowQuery, allowTransfer });
  if (rateLimit !== "off") look("dns", { "rateLimit.exempt": rateLimit.exempt });
  for (const [name, entries] of Object.entries(acls)) look(`acl ${name}`, { entries });
  for (const zone of zones) look(`zone ${zone.name}`, zone);
  for (const { members = {}, ...catalog } of catalogs) {
    look(`catalog ${catalog.name}`, catalog);
    look(`members of catalog ${catalog.name}`, members);
  }
  for (const { listen, keys, allow } of controls) {
    look(`controls ${listen}`, { keys: keys.map((key) => ({ key })), allow });
  }
  return uses;
}

/** `key NAME` at the end of an entry, or an entry with a field for the key. */
function namesIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).flatMap((entry) => {
    const name =
      typeof entry === "string"
        ? /(?:^|[\s!])key\s+(\S+)$/.exec(entry)?.[1]
        : (entry as { readonly key?: unknown } | null)?.key;
    return typeof name === "string" && name !== "*" ? [plainKeyName(name)] : [];
  });
}
