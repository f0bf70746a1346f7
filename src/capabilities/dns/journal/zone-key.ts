/**
 * A zone's name as part of a key of the store, or of a file's name: whatever octets it has, it is one plain
 * word.
 */
import { createHash } from "node:crypto";
import { lowerName, type Name, nameLabels } from "#protocols/dns/name.ts";

/** Longer ones do not fit into a file's name with what is added to it. */
const plainLengthMax = 200;

/** Labels of a-z, 0-9, - and _ stand as they are; other octets as %2F. No two names have the same. */
export function zoneKey(name: Name): string {
  const labels = nameLabels(lowerName(name)).map((label) =>
    label.replace(/[^a-z0-9_-]/g, (octet) => `%${octet.charCodeAt(0).toString(16).padStart(2, "0")}`),
  );
  return labels.length === 0 ? "%" : labels.join(".");
}

/** Begins with the key where that is short enough. */
function zoneFileName(name: Name): string {
  const key = zoneKey(name);
  if (key.length <= plainLengthMax) return key;
  return `${key.slice(0, 100)}%%${shortHash(key)}`;
}

/** Of the snapshot of what a zone's file said, whatever characters its digest has. */
export function baseFileName(zone: Name, digest: string): string {
  return `${zoneFileName(zone)}.base-${shortHash(digest)}`;
}

/** Of the snapshot of what a zone was after a page of its journal; `serial`: as a transfer brought it. */
export function stateFileName(zone: Name, page: number, serial?: number): string {
  return `${zoneFileName(zone)}.state-${page}${serial === undefined ? "" : `-${serial}`}`;
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
