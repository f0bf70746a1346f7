/** What a member is as a zone of this server: settings from its catalog and from site.yaml. */
import { type Name, nameToText } from "#protocols/dns/name.ts";
import { type CatalogConfig, ZoneConfig } from "../zone-config.ts";
import { zoneText } from "../zones/zone-set.ts";
import type { OwnedMember } from "./catalog-member.ts";
import type { CatalogOptions, CatalogPrimary } from "./catalog-options.ts";

export interface MemberZone {
  /** In lower case. */
  readonly name: Name;
  readonly catalog: Name;
  readonly groups: readonly string[];
  /** As if it stood in site.yaml. */
  readonly config: ZoneConfig;
  /**
   * When it came, or its state was reset: content from before is not its, and must go. RFC 9432 §5.4.
   * Milliseconds since 1970.
   */
  readonly sinceMs: number;
}

/** Settings of members and where they come from. */
export interface MemberSettings {
  readonly config: CatalogConfig;
  /** What the catalog says of all its members. */
  readonly options: CatalogOptions;
  readonly hasKey: (name: Name) => boolean;
}

/**
 * The zone, or in words why it cannot be one. What the catalog says of the member goes before what it says of
 * all members, and both before site.yaml, as in BIND.
 */
export function memberZone(
  { catalog, member, sinceMs }: OwnedMember,
  settings: MemberSettings,
): MemberZone | string {
  const { config, options, hasKey } = settings;
  const { primaries: defaults = config.primaries, allowQuery, allowTransfer, ...rest } = config.members ?? {};
  const said = [member.options, options].find(({ primaries }) => primaries.length > 0)?.primaries;
  // Without its key a primary must not be asked: what it says could be anybody's
  const usable = said?.filter(({ key }) => key === undefined || hasKey(key));
  if (usable?.length === 0) {
    const key = nameToText(said!.find(({ key }) => key !== undefined)!.key!);
    return `its primaries want the key ${key}, which this server does not have; add it under dns.keys`;
  }
  const zone = {
    ...rest,
    name: zoneText(member.name),
    primaries: usable?.map(primaryText) ?? defaults,
    allowQuery: member.options.allowQuery ?? options.allowQuery ?? allowQuery,
    allowTransfer: member.options.allowTransfer ?? options.allowTransfer ?? allowTransfer,
  };
  return { name: member.name, catalog, groups: member.groups, config: ZoneConfig.parse(zone), sinceMs };
}

function primaryText({ address, key }: CatalogPrimary): string {
  return key === undefined ? address : `${address} key ${nameToText(key)}`;
}
