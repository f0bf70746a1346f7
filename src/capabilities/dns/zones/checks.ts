/** Whether a zone as a whole makes sense, with the verdicts of named-checkzone. */
import { nameToText } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { ZoneProblem } from "#protocols/zonefile/problem.ts";
import { apexNode, type ZoneImage } from "./image.ts";

/** What host names with odd characters are. BIND's check-names. */
export type CheckNames = "fail" | "warn" | "ignore";

export interface ZoneCheckOptions {
  readonly file: string;
  readonly checkNames: CheckNames;
}

export function checkZone(image: ZoneImage, options: ZoneCheckOptions): readonly ZoneProblem[] {
  const problems: ZoneProblem[] = [];
  const origin = nameToText(image.origin);
  if (image.rrset(apexNode, RRType.SOA) === 0) {
    problems.push({ severity: "error", file: options.file, what: `the zone ${origin} has no SOA record` });
  }
  if (image.rrset(apexNode, RRType.NS) === 0) {
    problems.push({ severity: "error", file: options.file, what: `the zone ${origin} has no NS record` });
  }
  return problems;
}
