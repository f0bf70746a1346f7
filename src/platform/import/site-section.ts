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

export interface SiteSectionRequest {
  /** Undefined: there is none yet. */
  readonly existing: string | undefined;
  /** What a new one begins with: `site` and what else the import knows of it. */
  readonly heading: { readonly site: string } & Readonly<Record<string, unknown>>;
  /** Name of the section. */
  readonly name: string;
  /** The section. @param site what the site file that is there says */
  readonly section: (site: Readonly<Record<string, unknown>> | undefined) => unknown;
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
export function siteWithSection(request: SiteSectionRequest): SiteFile {
  const { existing, heading, name, force } = request;
  if (existing === undefined) {
    const begin = new Document(heading, style).toString(layout);
    return { text: `${begin}\n${sectionText(request, request.section(undefined))}`, siteName: heading.site };
  }
  const document = parseDocument(existing, { stringKeys: true });
  if (document.errors.length > 0)
    return { what: "the site.yaml that is there is no YAML", remedy: "correct it: homeport check" };
  if (!isMap(document.contents))
    return { what: "the site.yaml that is there has no sections", remedy: 'begin it with "site: NAME"' };
  const pair = document.contents.items.find(({ key }) => isScalar(key) && key.value === name);
  if (pair !== undefined && !force) {
    return {
      what: `the site.yaml that is there has a ${name} section already`,
      remedy: "choose another --out, or write --force to replace that section",
    };
  }
  const site = document.toJS() as Record<string, unknown>;
  const siteName = typeof site["site"] === "string" ? site["site"] : heading.site;
  const section = sectionText(request, request.section(site));
  const text =
    pair === undefined
      ? `${existing.trimEnd()}\n\n${section}`
      : replaced(existing, pair.key as ParsedNode, pair.value as ParsedNode | null, section);
  return { text: isAsMeant(text, site, section) ? text : rewritten(document, name, section), siteName };
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
function rewritten(document: Document.Parsed, name: string, section: string): string {
  document.set(name, parseDocument(section).get(name) as Node);
  return document.toString({ lineWidth: 0 });
}

function sectionText({ name, comment }: SiteSectionRequest, section: unknown): string {
  const document = new Document({ [name]: section }, style);
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
