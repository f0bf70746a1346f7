/**
 * The zones of the site with their content: what is served now, and what a new config or changed files would
 * make of it. A zone
 * whose new content is broken keeps the old one and says so.
 */
import { resolve } from "node:path";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { lowerName, type Name, nameToText, parseName } from "#protocols/dns/name.ts";
import { type AddressMatch, matchNone, parseAddressMatch } from "../address-match.ts";
import type { DnsConfig, ZoneConfig } from "../config.ts";
import { LiveZone, type LiveZoneSettings } from "../journal/live-zone.ts";
import type { FileContent } from "../journal/restore-zone.ts";
import type { ZoneImage } from "./image.ts";
import {
  digestOfFiles,
  type FileStamp,
  filesUnchanged,
  type ZoneLoad,
  type ZoneLoadRequest,
} from "./load.ts";
import { ZoneTable } from "./zone-table.ts";

export type ZoneState =
  /** Answers from what it is now. */
  | "serving"
  /** Its file is broken; answers from what it was before. */
  | "serving-previous"
  /** Its file is broken, and there is nothing from before: SERVFAIL. */
  | "failed"
  /** A copy of another server's zone that was not fetched yet: SERVFAIL. */
  | "not-fetched"
  /** A copy that nobody has confirmed for too long: SERVFAIL. */
  | "expired";

/** Who may do what with a zone. */
export interface ZoneLists {
  readonly query: AddressMatch;
  readonly transfer: AddressMatch;
  readonly update: AddressMatch;
  readonly notify: AddressMatch;
  readonly forwardUpdates: AddressMatch;
}

interface SiteZoneParts {
  readonly name: Name;
  readonly config: ZoneConfig;
  readonly lists: ZoneLists;
  /** How to load it; undefined: it has no file. */
  readonly request: ZoneLoadRequest | undefined;
  readonly live: LiveZone;
  readonly settings: LiveZoneSettings;
  readonly problems: readonly ConfigProblem[];
  readonly files: readonly FileStamp[];
  readonly isFileBroken: boolean;
  readonly loadedAtMs: number;
  /** What its file says, which the zone is yet to be brought to. */
  readonly arriving: FileContent | undefined;
}

/** A zone as the site has it, and its content. */
export class SiteZone implements SiteZoneParts {
  readonly name: Name;
  readonly config: ZoneConfig;
  readonly lists: ZoneLists;
  readonly request: ZoneLoadRequest | undefined;
  readonly live: LiveZone;
  readonly settings: LiveZoneSettings;
  readonly files: readonly FileStamp[];
  readonly isFileBroken: boolean;
  readonly loadedAtMs: number;
  readonly arriving: FileContent | undefined;
  problems: readonly ConfigProblem[];

  constructor(parts: SiteZoneParts) {
    this.name = parts.name;
    this.config = parts.config;
    this.lists = parts.lists;
    this.request = parts.request;
    this.live = parts.live;
    this.settings = parts.settings;
    this.problems = parts.problems;
    this.files = parts.files;
    this.isFileBroken = parts.isFileBroken;
    this.loadedAtMs = parts.loadedAtMs;
    this.arriving = parts.arriving;
  }

  get image(): ZoneImage | undefined {
    return this.live.image;
  }

  /** The same zone, with what is another now. */
  with(changes: Partial<SiteZoneParts>): SiteZone {
    const { name, config, lists, request, live, settings, problems, files } = this;
    const { isFileBroken, loadedAtMs, arriving } = this;
    const identity = { name, config, lists, request, live, settings };
    return new SiteZone({ ...identity, problems, files, isFileBroken, loadedAtMs, arriving, ...changes });
  }

  get state(): ZoneState {
    const { image, isFileBroken, settings, live } = this;
    if (settings.kind === "secondary" && image === undefined) return live.expired ? "expired" : "not-fetched";
    if (image === undefined) return "failed";
    return isFileBroken ? "serving-previous" : "serving";
  }
}

export interface ZoneSet {
  /** By name in lower case, each with the number that it has in the table. */
  readonly zones: ReadonlyMap<Name, SiteZone>;
  readonly table: ZoneTable;
}

export const emptyZoneSet: ZoneSet = { zones: new Map(), table: new ZoneTable([]) };

export interface ZoneSetPorts {
  readonly siteFolder: string;
  readonly load: (request: ZoneLoadRequest) => Promise<ZoneLoad>;
  /** A zone that was not served until now, with what is known of it from before. */
  readonly restore: (
    name: Name,
    settings: LiveZoneSettings,
    file: FileContent | undefined,
  ) => Promise<{ readonly zone: LiveZone; readonly problems: readonly ConfigProblem[] }>;
  readonly nowMs: () => number;
}

/** Works out the zones that `config` asks for. What has not changed since `before` is taken over as it is. */
export async function readZones(
  config: DnsConfig,
  before: ZoneSet,
  ports: ZoneSetPorts,
): Promise<readonly SiteZone[]> {
  const matches = new MatchLists(config);
  return Promise.all(config.zones.map((zone) => readZone(zone, config, matches, before, ports)));
}

/** The set that is served, as its zones are now. */
export function zoneSetOf(zones: readonly SiteZone[]): ZoneSet {
  return {
    zones: new Map(zones.map((zone) => [lowerName(zone.name), zone])),
    table: new ZoneTable(zones.map(({ name, image, lists }) => ({ name, image, allowQuery: lists.query }))),
  };
}

/** For who only looks: zones without a past, which nobody changes. */
export function restoreNothing(
  name: Name,
  settings: LiveZoneSettings,
  file: FileContent | undefined,
): Promise<{ readonly zone: LiveZone; readonly problems: readonly ConfigProblem[] }> {
  const nobody = (): never => {
    throw new TypeError("a zone that is only looked at");
  };
  const merger = { open: nobody, merge: nobody };
  const zone = new LiveZone(name, settings, { merger, onImage: () => undefined, onMergeFailed: nobody });
  if (file?.image !== undefined) zone.replace(file.image);
  return Promise.resolve({ zone, problems: [] });
}

async function readZone(
  zone: ZoneConfig,
  config: DnsConfig,
  matches: MatchLists,
  before: ZoneSet,
  ports: ZoneSetPorts,
): Promise<SiteZone> {
  const name = zoneName(zone);
  const previous = before.zones.get(lowerName(name));
  const request = loadRequest(zone, config, ports.siteFolder);
  const settings: LiveZoneSettings = {
    kind: zone.primaries === undefined ? "primary" : "secondary",
    serialStyle: zone.serial,
  };
  const fixed = { name, config: zone, request, settings, lists: listsOf(zone, config, matches) };
  const goesOn = previous !== undefined && previous.settings.kind === settings.kind ? previous : undefined;
  if (request === undefined) {
    const nothing = { files: [], isFileBroken: false, arriving: undefined };
    if (goesOn !== undefined) return goesOn.with({ ...fixed, ...nothing });
    const restored = await ports.restore(name, settings, undefined);
    const { problems, zone: live } = restored;
    return new SiteZone({ ...fixed, ...nothing, live, problems, loadedAtMs: ports.nowMs() });
  }
  if (goesOn !== undefined && sameRequest(goesOn.request, request) && filesUnchanged(goesOn.files))
    return goesOn.with({ ...fixed, arriving: undefined });
  const { image, problems, files } = await ports.load(request);
  const file: FileContent = { image, digest: digestOfFiles(files) };
  const loaded = { ...fixed, files, isFileBroken: image === undefined, arriving: file };
  const loadedAtMs = image === undefined && goesOn !== undefined ? goesOn.loadedAtMs : ports.nowMs();
  if (goesOn !== undefined) return new SiteZone({ ...loaded, loadedAtMs, live: goesOn.live, problems });
  const restored = await ports.restore(name, settings, file);
  const all = [...restored.problems, ...problems];
  return new SiteZone({ ...loaded, loadedAtMs, live: restored.zone, problems: all });
}

function listsOf(zone: ZoneConfig, config: DnsConfig, matches: MatchLists): ZoneLists {
  const orNone = (entries: readonly string[] | undefined): AddressMatch =>
    entries === undefined ? matchNone : matches.of(entries);
  return {
    query: matches.of(zone.allowQuery ?? config.allowQuery),
    transfer: matches.of(zone.allowTransfer ?? config.allowTransfer),
    update: orNone(zone.allowUpdate),
    notify: orNone(zone.allowNotify),
    forwardUpdates: orNone(zone.forwardUpdates),
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

  of(entries: readonly string[]): AddressMatch {
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
