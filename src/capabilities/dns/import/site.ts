/** The site.yaml of an import. Its `dns` section is what config.ts reads. */
import { Document, isMap, isScalar, isSeq, type Node, type Pair, visit } from "yaml";
import { parseListenEntry } from "#platform/listen/endpoint.ts";
import type { SiteCatalog } from "./catalogs.ts";
import type { SiteControl } from "./controls.ts";
import type { SettingValues } from "./settings.ts";
import type { ZoneValues } from "./zone-settings.ts";

export interface SiteZone extends ZoneValues {
  readonly name: string;
  readonly file?: string;
  readonly primaries?: readonly string[];
  /** Comments. */
  readonly notes: readonly string[];
}

export interface SiteKey {
  readonly name: string;
  /** Undefined: what the file says. */
  readonly algorithm?: string;
  readonly secretFile: string;
}

export interface SiteForward {
  readonly zone?: string;
  readonly to: readonly string[];
}

export interface Site {
  readonly name: string;
  readonly settings: SettingValues;
  readonly allowQuery: readonly string[];
  /** Undefined: nobody. */
  readonly allowTransfer: readonly string[] | undefined;
  readonly acls: Readonly<Record<string, readonly string[]>>;
  readonly forward: readonly SiteForward[];
  readonly keys: readonly SiteKey[];
  readonly controls: readonly SiteControl[];
  readonly catalogs: readonly SiteCatalog[];
  readonly zones: readonly SiteZone[];
  /** What to write to answer where BIND did, such as `listen: ["0.0.0.0:53"]`. */
  readonly listenAsBind: readonly string[];
}

/** Loopback and a high port: BIND may still run, and an import must not put a server on the net unasked. */
export const trialListen = ["127.0.0.1:5300", "[::1]:5300"] as const;

/** The text of site.yaml. */
export function siteToYaml(site: Site): string {
  const { settings, allowQuery, allowTransfer, acls, forward, keys, controls, catalogs, zones } = site;
  const dns = {
    listen: [...trialListen],
    ...settings,
    allowQuery,
    ...(allowTransfer !== undefined && { allowTransfer }),
    ...(Object.keys(acls).length > 0 && { acls }),
    ...(forward.length > 0 && { forward }),
    ...(keys.length > 0 && { keys }),
    ...(controls.length > 0 && {
      controls: controls.map((control) => ({ ...control, asBind: undefined, allowAsBind: undefined })),
    }),
    ...(catalogs.length > 0 && { catalogs }),
    zones: zones.map((zone) => ({ ...zone, notes: undefined })),
  };
  // editors that read YAML 1.1 take yes and no, and 0755, for something else than text
  const document = new Document(
    { site: site.name, dns },
    { compat: "yaml-1.1", aliasDuplicateObjects: false },
  );
  document.commentBefore = " Made by: homeport import bind. What became of each statement: import-report.txt";
  const section = document.get("dns", true) as unknown;
  if (isMap(section)) {
    for (const pair of section.items as Pair<Node, Node>[]) comment(pair, site);
    const list = section.get("zones", true);
    if (isSeq(list)) for (const [i, zone] of zones.entries()) setComment(list.items[i] as Node, zone.notes);
    const channels = section.get("controls", true);
    if (isSeq(channels)) {
      for (const [i, control] of controls.entries()) {
        setComment(channels.items[i] as Node, asBindLines(control));
      }
    }
  }
  visit(document, {
    Seq: (_, list) => {
      for (const item of list.items) if (isScalar(item)) item.type = "QUOTE_DOUBLE";
      if (list.items.length <= 4 && list.items.every(isScalar)) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 100, flowCollectionPadding: false });
}

function comment(pair: Pair<Node, Node>, site: Site): void {
  const key = String(pair.key);
  const text: Record<string, readonly string[]> = {
    listen: [
      "For a first trial beside BIND. To answer where BIND did, stop named, then write:",
      ...site.listenAsBind,
    ],
    minimalAny:
      site.settings["minimalAny"] === false
        ? ["As BIND answers ANY; true is safer where strangers may ask"]
        : [],
    allowQuery: site.allowQuery[0] === "any" ? ["Anybody, which is BIND's default"] : [],
    forward: ["Kept, not acted on yet"],
    controls: site.controls.length === 0 ? [] : [`For a first trial beside BIND: ${rndcCommand(site)}`],
  };
  if (["acls", "forward", "keys", "controls", "catalogs", "zones"].includes(key)) pair.key.spaceBefore = true;
  setComment(pair.key, text[key] ?? []);
}

function asBindLines({ asBind, allowAsBind }: SiteControl): readonly string[] {
  const listen = `listen: ${JSON.stringify(asBind)}`;
  const lines = ["To steer it where BIND was, stop named, then write:", listen];
  if (allowAsBind === undefined) return lines;
  return [...lines, `allow: [${allowAsBind.map((one) => JSON.stringify(one)).join(", ")}]`];
}

/** How rndc reaches the first of the controls, in the folder of site.yaml. */
function rndcCommand({ controls, keys }: Site): string {
  const { address, port } = parseListenEntry(controls[0]!.listen, 0);
  const key = keys.find(({ name }) => name === controls[0]!.keys[0]);
  return `rndc -s ${address} -p ${port} -k ${key?.secretFile} status`;
}

function setComment(node: Node, lines: readonly string[]): void {
  if (lines.length > 0) node.commentBefore = lines.map((line) => ` ${line}`).join("\n");
}
