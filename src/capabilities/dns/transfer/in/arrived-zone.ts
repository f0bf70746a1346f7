/**
 * Which faults keep a zone that arrived out: those with which it could not be served, or would be served
 * wrong. All else is its primary's business, whose operator can change it, while ours cannot.
 */
import { nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import { checkApex } from "../../zones/checks-apex.ts";
import { checkSet } from "../../zones/checks-sets.ts";
import { type Finding, isWildcard, type ZoneToCheck } from "../../zones/checks-subject.ts";
import type { ZoneImage } from "../../zones/image.ts";
import type { ZoneImageBuilder } from "../../zones/image-builder.ts";
import { TransferFault } from "./transfer-fault.ts";

/** Of the zone's config; 0 for no limit. */
export interface ZoneBounds {
  readonly recordsPerTypeMax: number;
  readonly typesPerNameMax: number;
}

/** Of these the apex must have records. RFC 1034 §4.2.1. */
const apexTypes: ReadonlySet<number> = new Set([RRType.SOA, RRType.NS]);
/** Nothing beside or below the set is looked at here: that makes data useless, not wrong. */
const above = { hidden: 0, innerWildcard: false };

/** @throws TransferFault "bad-zone", with the first reason there is */
export function checkArrived(image: ZoneImage, bounds: ZoneBounds): void {
  const refuse = ({ what }: { what: string }): never => {
    throw new TransferFault("bad-zone", `sent a zone that cannot be served: ${what}`);
  };
  const atApex = (finding: Finding): void => {
    if (finding.severity === "error" && apexTypes.has(finding.type)) refuse(finding);
  };
  const atSet = (finding: Finding): void => {
    if (finding.severity === "error") refuse(finding);
  };
  const subject = { image, originIsHost: false, checkNames: "ignore" as const };
  checkApex({ ...subject, find: atApex });
  const zone: ZoneToCheck = { ...subject, find: atSet };
  for (const node of image.nodes()) {
    let types = 0;
    let set = image.firstRrset(node);
    for (let left = image.rrsetsAt(node); left > 0; left--, set = image.nextRrset(set)) {
      const type = image.type(set);
      if (type !== RRType.RRSIG) types++;
      // Refused in files, where whoever wrote it can be told. RFC 4592 §4.2 leaves it open
      if (type !== RRType.NS || !isWildcard(image, node)) checkSet(zone, { node, set, type }, above);
      const records = image.recordsIn(set);
      if (bounds.recordsPerTypeMax !== 0 && records > bounds.recordsPerTypeMax)
        throw tooMany(image, node, `${records} ${mnemonicOfType(type)} records`, "recordsPerTypeMax");
    }
    if (bounds.typesPerNameMax !== 0 && types > bounds.typesPerNameMax)
      throw tooMany(image, node, `records of ${types} types`, "typesPerNameMax");
  }
}

/** @throws TransferFault: a set that no image can hold */
export function checkBuilt({ notes }: ZoneImageBuilder): void {
  const note = notes.find(({ what }) => what === "too-many-records");
  if (note === undefined) return;
  throw new TransferFault(
    "bad-zone",
    `sent more than 65535 ${mnemonicOfType(note.type)} records of one name`,
  );
}

function tooMany(image: ZoneImage, node: number, what: string, setting: string): TransferFault {
  const owner = nameToText(image.nodeName(node));
  return new TransferFault("bad-zone", `sent ${what} of ${owner}; ${setting} of the zone allows fewer`);
}
