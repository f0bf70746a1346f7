/** The site file of an import: a new one, or the one that is there with the section in it. */
import { isDeepStrictEqual } from "node:util";
import {
  Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml";
import type { SectionDraft } from "./draft.ts";

export interface SiteFileRequest {
  /** Undefined: there is none yet. */
  readonly existing: string | undefined;
  readonly siteName: string;
  readonly domain: string | undefined;
  readonly section: SectionDraft;
  /** Comment of the section. */
  readonly comment: string;
  /** Replace a section that is there. */
  readonly force: boolean;
}

export type SiteFile =
  | { readonly text: string; readonly siteName: string }
  | { readonly what: string; readonly remedy: string };

const style = { compat: "yaml-1.1", aliasDuplicateObjects: false } as const;
const layout = { lineWidth: 100, flowCollectionPadding: true } as const;

/** The text of site.yaml. What else is in the one that is there stays as it is, to the character. */
export function siteFileOf(request: SiteFileRequest): SiteFile {
  const { existing, siteName, domain, force } = request;
  if (existing === undefined) {
    const heading = new Document({ site: siteName, ...(domain !== undefined && { domain }) }, style);
    return { text: `${heading.toString(layout)}\n${sectionText(request, undefined)}`, siteName };
  }
  const document = parseDocument(existing, { stringKeys: true });
  if (document.errors.length > 0)
    return { what: "the site.yaml that is there is no YAML", remedy: "correct it: homeport check" };
  if (!isMap(document.contents))
    return { what: "the site.yaml that is there has no sections", remedy: 'begin it with "site: NAME"' };
  const pair = document.contents.items.find(({ key }) => isScalar(key) && key.value === "dhcp");
  if (pair !== undefined && !force) {
    return {
      what: "the site.yaml that is there has a dhcp section already",
      remedy: "choose another --out, or write --force to replace that section",
    };
  }
  const site = document.toJS() as Record<string, unknown>;
  const name = typeof site["site"] === "string" ? site["site"] : siteName;
  const section = sectionText(request, typeof site["domain"] === "string" ? site["domain"] : undefined);
  const text =
    pair === undefined
      ? `${existing.trimEnd()}\n\n${section}`
      : replaced(existing, pair.key as ParsedNode, pair.value as ParsedNode | null, section);
  return { text: isAsMeant(text, site, section) ? text : rewritten(document, section), siteName: name };
}

/** Puts the section into the place of the one that is there; the comment of an import before goes too. */
function replaced(text: string, key: ParsedNode, value: ParsedNode | null, section: string): string {
  const before = text.slice(0, key.range[0]).replace(/^# Made by: homeport import .*\n$/m, "");
  const end = text.slice(0, (value ?? key).range[1]).trimEnd().length;
  const rest = text.slice(end).replace(/^[ \t]*(#.*)?/, "");
  return `${before}${section.trimEnd()}${rest === "" ? "\n" : rest}`;
}

/** Whether the text says what the site said, and the section. */
function isAsMeant(text: string, site: Record<string, unknown>, section: string): boolean {
  const document = parseDocument(text, { stringKeys: true });
  if (document.errors.length > 0) return false;
  return isDeepStrictEqual(document.toJS(), { ...site, ...(parseDocument(section).toJS() as object) });
}

/** Sites whose text does not let itself be cut are written anew; their comments stay. */
function rewritten(document: Document.Parsed, section: string): string {
  document.set("dhcp", sectionIn(section));
  return document.toString({ lineWidth: 0 });
}

function sectionIn(section: string): Node {
  return parseDocument(section).get("dhcp") as Node;
}

/** @param siteDomain of the site file that is there */
function sectionText(request: SiteFileRequest, siteDomain: string | undefined): string {
  const { section, domain, existing, comment } = request;
  const sameDomain = domain === undefined || siteDomain === domain || existing === undefined;
  const names = { ...(sameDomain ? {} : { domain }), ...section.names };
  const document = new Document({ dhcp: plain({ ...section, names }) }, style);
  const { key } = (document.contents as YAMLMap<Node>).items[0]!;
  key.commentBefore = ` ${comment}`;
  visit(document, {
    Scalar: (_, scalar) => {
      // digits and colons are a number to readers of YAML 1.1, and octets look alike with quotes
      if (typeof scalar.value === "string" && /^[0-9a-f:]*:[0-9a-f:]*$/i.test(scalar.value))
        scalar.type = "QUOTE_DOUBLE";
    },
    Seq: (_, list) => {
      for (const item of list.items)
        if (isScalar(item) && typeof item.value === "string") item.type = "QUOTE_DOUBLE";
      if (list.items.every(isScalar)) list.flow = true;
    },
    Map: (_, map, path) => {
      if (isSeq(path.at(-1)) && isShort(map.toJS(document))) map.flow = true;
    },
  });
  return document.toString(layout);
}

function isShort(value: unknown): boolean {
  return JSON.stringify(value).length <= 80;
}

/** Without what is undefined or empty; a pool that is a range alone is its range. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, field]): [string, unknown][] => {
    if (isEmpty(field) && key !== "value") return [];
    return [[key, key === "value" ? field : plain(field)]];
  });
  if (entries.length === 1 && entries[0]![0] === "range") return entries[0]![1];
  return Object.fromEntries(entries.sort(([one], [other]) => rankOf(one) - rankOf(other)));
}

/** What a map says first, and what last; all else between. */
const first = ["name", "code", "type", "range", "zone", "subnet", "interface", "network", "authoritative"];
const last = ["options", "boot", "classes", "subnets", "hosts", "names"];

function rankOf(key: string): number {
  const [early, late] = [first.indexOf(key), last.indexOf(key)];
  return early !== -1 ? early - first.length : late + 1;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}
