/**
 * The zones of the site with their content: what is served now, and what a new config or changed files would
 * make of it. A zone
 * whose new content is broken keeps the old one and says so.
 */
import { resolve } from "node:path";
import { lowerName, type Name, nameToText, parseName } from "#protocols/dns/name.ts";
import type { ZoneProblem } from "#protocols/zonefile/problem.ts";
import { type AddressMatch, parseAddressMatch } from "../address-match.ts";
import type { DnsConfig, ZoneConfig } from "../config.ts";
import type { ZoneImage } from "./image.ts";
import { type FileStamp, filesUnchanged, type ZoneLoad, type ZoneLoadRequest } from "./load.ts";
import { ZoneTable } from "./zone-table.ts";

export type ZoneState =
  /** Answers from what its file says now. */
  | "serving"
  /** Its file is broken; answers from what it said before. */
  | "serving-previous"
  /** Its file is broken, and there is nothing from before: SERVFAIL. */
  | "failed"
  /** A copy of another server's zone; this version does not fetch it: SERVFAIL. */
  | "not-fetched";

export interface SiteZone {
  readonly name: Name;
  readonly config: ZoneConfig;
  readonly request: ZoneLoadRequest | undefined;
  readonly allowQuery: AddressMatch;
  readonly state: ZoneState;
  readonly image: ZoneImage | undefined;
  readonly problems: readonly ZoneProblem[];
  readonly files: readonly FileStamp[];
  readonly loadedAtMs: number;
}

export interface ZoneSet {
  /** By name in lower case. */
  readonly zones: ReadonlyMap<Name, SiteZone>;
  readonly table: ZoneTable;
}

export const emptyZoneSet: ZoneSet = { zones: new Map(), table: new ZoneTable([]) };

export interface ZoneSetPorts {
  readonly siteFolder: string;
  readonly load: (request: ZoneLoadRequest) => Promise<ZoneLoad>;
  readonly nowMs: () => number;
}

/** Builds the set that `config` asks for. What has not changed since `before` is taken over as it is. */
export async function buildZoneSet(
  config: DnsConfig,
  before: ZoneSet,
  ports: ZoneSetPorts,
): Promise<ZoneSet> {
  const zones = new Map<Name, SiteZone>();
  const matches = new MatchLists(config);
  const loaded = config.zones.map((zone) => buildZone(zone, config, matches, before, ports));
  for (const zone of await Promise.all(loaded)) zones.set(lowerName(zone.name), zone);
  const table = new ZoneTable(
    [...zones.values()].map(({ name, image, allowQuery }) => ({ name, image, allowQuery })),
  );
  return { zones, table };
}

async function buildZone(
  zone: ZoneConfig,
  config: DnsConfig,
  matches: MatchLists,
  before: ZoneSet,
  ports: ZoneSetPorts,
): Promise<SiteZone> {
  const name = zoneName(zone);
  const allowQuery = matches.of(zone.allowQuery);
  const previous = before.zones.get(lowerName(name));
  const request = loadRequest(zone, config, ports.siteFolder);
  const fixed = { name, config: zone, request, allowQuery };
  if (request === undefined) {
    return {
      ...fixed,
      state: "not-fetched",
      image: undefined,
      problems: [],
      files: [],
      loadedAtMs: ports.nowMs(),
    };
  }
  if (previous !== undefined && sameRequest(previous.request, request) && filesUnchanged(previous.files)) {
    return { ...previous, ...fixed };
  }
  const { image, problems, files } = await ports.load(request);
  const loadedAtMs = ports.nowMs();
  if (image !== undefined) return { ...fixed, state: "serving", image, problems, files, loadedAtMs };
  const kept = previous?.image;
  const state = kept === undefined ? "failed" : "serving-previous";
  return {
    ...fixed,
    state,
    image: kept,
    problems,
    files,
    loadedAtMs: kept ? previous!.loadedAtMs : loadedAtMs,
  };
}

export function zoneName(zone: { readonly name: string }): Name {
  return parseName(zone.name.endsWith(".") ? zone.name : `${zone.name}.`);
}

/** How to load a zone, or undefined for one that is copied from elsewhere. */
export function loadRequest(
  zone: ZoneConfig,
  config: DnsConfig,
  siteFolder: string,
): ZoneLoadRequest | undefined {
  if (zone.file === undefined || zone.primaries !== undefined) return undefined;
  return {
    name: zoneName(zone),
    file: resolve(siteFolder, zone.file),
    folder: siteFolder,
    checkNames: zone.checkNames ?? config.checkNames,
  };
}

function sameRequest(one: ZoneLoadRequest | undefined, other: ZoneLoadRequest): boolean {
  return (
    one !== undefined &&
    one.name === other.name &&
    one.file === other.file &&
    one.folder === other.folder &&
    one.checkNames === other.checkNames
  );
}

/** Zones with the same list share one matcher: thousands of zones mostly have the default. */
class MatchLists {
  private readonly config: DnsConfig;
  private readonly made = new Map<string, AddressMatch>();

  constructor(config: DnsConfig) {
    this.config = config;
  }

  of(entries: readonly string[] = this.config.allowQuery): AddressMatch {
    const key = JSON.stringify(entries);
    let match = this.made.get(key);
    if (match === undefined) {
      match = parseAddressMatch(entries, this.config.acls);
      this.made.set(key, match);
    }
    return match;
  }
}

/** A zone's name for people: without the final dot, but for the root. */
export function zoneText(name: Name): string {
  const text = nameToText(name);
  return text === "." ? text : text.slice(0, -1);
}
