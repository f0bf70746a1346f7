/** The `dhcp` section of an import as site.yaml has it. */
import { type SiteFile, siteWithSection } from "#platform/import/site-section.ts";
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

/** The text of site.yaml. What else is in the one that is there stays as it is, to the character. */
export function siteFileOf({
  existing,
  siteName,
  domain,
  section,
  comment,
  force,
}: SiteFileRequest): SiteFile {
  return siteWithSection({
    existing,
    heading: { site: siteName, ...(domain !== undefined && { domain }) },
    name: "dhcp",
    section: (site) => {
      const isKnown = domain === undefined || site === undefined || site["domain"] === domain;
      return plain({ ...section, names: { ...(isKnown ? {} : { domain }), ...section.names } });
    },
    comment,
    force,
  });
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
