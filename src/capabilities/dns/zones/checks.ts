/**
 * Whether a zone as a whole makes sense, with the verdicts of `named-checkzone -i local` of BIND 9.18: what that refuses
 * is an error here, with one exception. A name server of the zone without address is a warning, because zones that work
 * have that (the server may be gone, the others answer). Names outside the zone are never looked up.
 */
import { type Name, nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType } from "#protocols/dns/registry.ts";
import type { WantedRecord } from "#protocols/zonefile/locate.ts";
import { ProblemCounter, type ZonePlace, type ZoneProblem } from "#protocols/zonefile/problem.ts";
import { checkApex } from "./checks-apex.ts";
import { checkHostNames } from "./checks-names.ts";
import { checkSets } from "./checks-sets.ts";
import { checkTargets } from "./checks-targets.ts";
import { NodeFlag, type ZoneImage } from "./image.ts";

/** What host names with odd characters are. BIND's check-names. */
export type CheckNames = "fail" | "warn" | "ignore";

export interface ZoneCheckOptions {
  readonly file: string;
  readonly checkNames: CheckNames;
  /** Finds the lines of records; without it problems have none. Called once at most, when there is a problem. */
  readonly locate?: (wanted: readonly WantedRecord[]) => readonly (ZonePlace | undefined)[];
}

/** A problem before its line is known. */
export interface Finding extends WantedRecord {
  readonly severity: "error" | "warning";
  readonly what: string;
  readonly write?: string;
}

export interface ZoneToCheck {
  readonly image: ZoneImage;
  readonly checkNames: CheckNames;
  find(finding: Finding): void;
}

/** More findings are counted but have no line. */
const findingsKeptMax = 10_000;

export function checkZone(image: ZoneImage, options: ZoneCheckOptions): readonly ZoneProblem[] {
  const findings: Finding[] = [];
  const zone: ZoneToCheck = {
    image,
    checkNames: options.checkNames,
    find: (finding) => {
      if (findings.length < findingsKeptMax) findings.push(finding);
    },
  };
  checkApex(zone);
  const shadows = new Shadows(image);
  for (const node of image.nodes()) {
    if (image.rrsetsAt(node) === 0) continue;
    const hidden = shadows.over(node);
    checkSets(zone, node, hidden);
    checkHostNames(zone, node);
    if (hidden === 0) checkTargets(zone, node);
  }
  return report(findings, options);
}

/** "name TYPE", to begin a message with. */
export function setTitle(owner: Name, type: number): string {
  return `${nameToText(owner)} ${mnemonicOfType(type)}`;
}

/** The nodes that a delegation or DNAME above hides. Remembers the last parent, because siblings mostly follow one another. */
class Shadows {
  private readonly image: ZoneImage;
  private lastParent = 0;
  private lastHidden = 0;

  constructor(image: ZoneImage) {
    this.image = image;
  }

  /** The topmost delegation or DNAME above `node`, or 0. */
  over(node: number): number {
    const parent = this.image.parent(node);
    if (parent === this.lastParent) return this.lastHidden;
    let hidden = 0;
    for (let above = parent; above !== 0; above = this.image.parent(above)) {
      if ((this.image.flags(above) & (NodeFlag.cut | NodeFlag.dname)) !== 0) hidden = above;
    }
    this.lastParent = parent;
    this.lastHidden = hidden;
    return hidden;
  }
}

function report(findings: readonly Finding[], { file, locate }: ZoneCheckOptions): ZoneProblem[] {
  if (findings.length === 0) return [];
  const places = locate?.(findings) ?? [];
  const placed = findings.map((finding, index) => ({ finding, place: places[index] ?? { file } }));
  placed.sort((one, other) => (one.place.line ?? 0) - (other.place.line ?? 0));
  const problems: ZoneProblem[] = [];
  const counter = new ProblemCounter((problem) => problems.push(problem));
  for (const { finding, place } of placed) {
    if (finding.severity === "error") counter.error(place, finding.what, finding.write);
    else counter.warn(place, finding.what, finding.write);
  }
  counter.finish(file);
  return problems;
}
