/** What operators ask of a zone, and what they are told. */
import type { Name } from "#protocols/dns/name.ts";
import type { ZoneProblem } from "#protocols/zonefile/problem.ts";
import type { SummaryPage } from "../journal/zone-past.ts";
import type { ZoneHistory, ZoneWriter } from "../journal/zone-writer.ts";
import type { CheckNames } from "../zones/checks.ts";
import type { ZoneImage } from "../zones/image.ts";
import type { ZoneDifference } from "../zones/image-diff.ts";
import type { AppliedZones } from "./applied-zones.ts";
import type { Conflict } from "./conflict.ts";
import type { MergeSources } from "./merge-plan.ts";

export interface EditedZone {
  readonly name: Name;
  /** As it is served now; undefined: nothing is. */
  readonly image: ZoneImage | undefined;
  readonly checkNames: CheckNames;
}

export interface ZoneEditingPorts {
  /** Undefined: there is no such zone. */
  readonly zoneOf: (name: Name) => EditedZone | undefined;
  readonly writer: Pick<ZoneWriter, "change">;
  readonly history: ZoneHistory;
  /** A page of the zone's history, newest first. */
  readonly summaries: (zone: Name, limit: number, before?: number) => Promise<SummaryPage>;
  readonly applied: AppliedZones;
  /** What the zone's own file said when it was last taken, or what others changed since. */
  readonly fileBase: (zone: Name) => Promise<MergeSources["base"]>;
}

/** Who asks, and whether only to see what would happen. */
export interface EditOptions {
  /** Name of the person. */
  readonly by: string;
  readonly dryRun: boolean;
  /** For the history: such as the name of the file. */
  readonly note?: string;
}

export interface TextEdit extends EditOptions {
  /** Serial number of the zone that the text was made from. */
  readonly baseSerial: number;
  /** The zone has changed since, and that is to stay. */
  readonly merge: boolean;
}

export interface FileApply extends EditOptions {
  /** The zone is to be what the file says, and nothing else. */
  readonly whole: boolean;
}

export interface EditOutcome {
  /** Of the zone afterwards. */
  readonly serial: number;
  /** With an error among the problems, nothing was done, and there is no difference to show. */
  readonly problems: readonly ZoneProblem[];
  readonly difference: ZoneDifference;
  readonly conflicts: readonly Conflict[];
}

export interface SerialDifference {
  readonly from: number;
  readonly to: number;
  readonly difference: ZoneDifference;
}
