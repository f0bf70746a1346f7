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

/** Where the settings of a catalog's members come from. */
export interface MemberSettings {
  readonly config: CatalogConfig;
  /** What the catalog says of all its members. */
  readonly options: CatalogOptions;
  /** By its name in lower case: a key of dns.keys. */
  readonly hasKey: (name: Name) => boolean;
}

/**
 * What the catalog says of a member goes before what it says of all members, and both before site.yaml, as in
 * BIND.
 */
export class MemberZoneMaker {
  private readonly settings: MemberSettings;
  /** Thousands of members mostly have the same settings: what they come to is worked out once. */
  private readonly made = new Map<string, ZoneConfig | string>();
  private readonly usual: ZoneConfig | string;

  constructor(settings: MemberSettings) {
    this.settings = settings;
    this.usual = this.configWith(settings.options);
  }

  /** The zone, or in words why it cannot be one. */
  zone({ catalog, member, sinceMs }: OwnedMember): MemberZone | string {
    const config = this.configOf(member.options);
    if (typeof config === "string") return config;
    const { name, groups } = member;
    return { name, catalog, groups, config: { ...config, name: zoneText(name) }, sinceMs };
  }

  private configOf(own: CatalogOptions): ZoneConfig | string {
    const { primaries, allowQuery, allowTransfer } = own;
    if (primaries.length === 0 && allowQuery === undefined && allowTransfer === undefined) return this.usual;
    const key = JSON.stringify([primaries, allowQuery, allowTransfer]);
    const made = this.made.get(key) ?? this.configWith(own);
    this.made.set(key, made);
    return made;
  }

  private configWith(own: CatalogOptions): ZoneConfig | string {
    const { config, options, hasKey } = this.settings;
    const {
      primaries: defaults = config.primaries,
      allowQuery,
      allowTransfer,
      ...rest
    } = config.members ?? {};
    const said = [own, options].find(({ primaries }) => primaries.length > 0)?.primaries;
    // Without its key a primary must not be asked: what it says could be anybody's
    const usable = said?.filter(({ key }) => key === undefined || hasKey(key));
    if (usable?.length === 0) {
      const key = nameToText(said!.find(({ key }) => key !== undefined)!.key!);
      return `its primaries want the key ${key}, which this server does not have; add it under dns.keys`;
    }
    return ZoneConfig.parse({
      ...rest,
      name: "member", // each gets its own
      primaries: usable?.map(primaryText) ?? defaults,
      allowQuery: own.allowQuery ?? options.allowQuery ?? allowQuery,
      allowTransfer: own.allowTransfer ?? options.allowTransfer ?? allowTransfer,
    });
  }
}

function primaryText({ address, key }: CatalogPrimary): string {
  return key === undefined ? address : `${address} key ${nameToText(key)}`;
}
