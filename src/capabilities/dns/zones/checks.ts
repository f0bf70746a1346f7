/**
 * Whether a zone as a whole makes sense, with the verdicts of `named-checkzone -i local` of BIND 9.18: what
 * that refuses is an error here, with one exception. A name server of the zone without address is a warning,
 * because zones that work have that (the server may be gone, the others answer). Names outside the zone are
 * never looked up.
 */

import { zoneFileLimits } from "#protocols/zonefile/limits.ts";
import type { WantedRecord } from "#protocols/zonefile/locate.ts";
import { ProblemCounter, type ZonePlace, type ZoneProblem } from "#protocols/zonefile/problem.ts";
import { checkApex } from "./checks-apex.ts";
import { checkHostNames, isHostName } from "./checks-names.ts";
import { checkNode, checkSet } from "./checks-sets.ts";
import { type Above, type CheckNames, type Finding, isWildcard, type ZoneToCheck } from "./checks-subject.ts";
import { checkTargets } from "./checks-targets.ts";
import { apexNode, NodeFlag, type ZoneImage } from "./image.ts";

export type { CheckNames } from "./checks-subject.ts";

export interface ZoneCheckOptions {
  readonly file: string;
  readonly checkNames: CheckNames;
  /**
   * Finds the lines of records; without it problems have none. Called once at most, when there is a problem.
   */
  readonly locate?: (wanted: readonly WantedRecord[]) => readonly (ZonePlace | undefined)[];
}

export function checkZone(image: ZoneImage, options: ZoneCheckOptions): readonly ZoneProblem[] {
  const findings: Finding[] = [];
  const left = { error: zoneFileLimits.errorsCountedMax, warning: zoneFileLimits.errorsCountedMax };
  const zone: ZoneToCheck = {
    image,
    originIsHost: isHostName(image.origin),
    checkNames: options.checkNames,
    find: (finding) => {
      if (left[finding.severity]-- > 0) findings.push(finding); // warnings never push errors out
    },
  };
  checkApex(zone);
  const surroundings = new Surroundings(image);
  for (const node of image.nodes()) {
    const sets = image.rrsetsAt(node);
    if (sets === 0) continue;
    const above = surroundings.of(node);
    checkNode(zone, node, above);
    let set = image.firstRrset(node);
    for (let i = 0; i < sets; i++, set = image.nextRrset(set)) {
      const type = image.type(set);
      checkSet(zone, { node, set, type }, above);
      checkHostNames(zone, { node, set, type });
      if (above.hidden === 0) checkTargets(zone, { node, set, type });
    }
  }
  return report(findings, options);
}

/** The same for all nodes below one parent, which mostly follow one another. */
class Surroundings implements Above {
  hidden = 0;
  innerWildcard = false;
  private readonly image: ZoneImage;
  private lastParent = -1;

  constructor(image: ZoneImage) {
    this.image = image;
  }

  of(node: number): Above {
    const { image } = this;
    const parent = image.parent(node);
    if (parent === this.lastParent) return this;
    this.lastParent = parent;
    this.hidden = 0;
    this.innerWildcard = false;
    for (let above = parent; above !== 0; above = image.parent(above)) {
      if ((image.flags(above) & (NodeFlag.cut | NodeFlag.dname)) !== 0) this.hidden = above;
      this.innerWildcard ||= above !== apexNode && isWildcard(image, above);
    }
    return this;
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
