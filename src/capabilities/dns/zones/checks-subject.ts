/** What the checks of a zone look at, and what they find. */
import { type Name, nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType } from "#protocols/dns/registry.ts";
import type { WantedRecord } from "#protocols/zonefile/locate.ts";
import type { ZoneImage } from "./image.ts";

/** What host names with odd characters are. BIND's check-names. */
export type CheckNames = "fail" | "warn" | "ignore";

/** A problem before its line is known. */
export interface Finding extends WantedRecord {
  readonly severity: "error" | "warning";
  readonly what: string;
  readonly write?: string;
}

export interface ZoneToCheck {
  readonly image: ZoneImage;
  readonly originIsHost: boolean;
  readonly checkNames: CheckNames;
  find(finding: Finding): void;
}

/** An RRset and the node that it belongs to. */
export interface SetToCheck {
  readonly node: number;
  readonly set: number;
  readonly type: number;
}

/** What lies between a node and the top of the zone. */
export interface Above {
  /** The topmost delegation or DNAME, or 0. */
  readonly hidden: number;
  readonly innerWildcard: boolean;
}

/** "name TYPE", to begin a message with. */
export function setTitle(owner: Name, type: number): string {
  return `${nameToText(owner)} ${mnemonicOfType(type)}`;
}

/** The first label is `*`. RFC 4592 §2.1.1. */
export function isWildcard(image: ZoneImage, node: number): boolean {
  const label = image.labelAt(node);
  return image.slab[label] === 1 && image.slab[label + 1] === 0x2a;
}
