/** What stands in the line of changes. */
import type { ZoneImage } from "../zones/image.ts";
import type { Author } from "./change-set.ts";
import type { StoredSet } from "./change-set-value.ts";
import type { ZoneRecordValue } from "./journal-store.ts";
import type { LiveZone } from "./live-zone.ts";
import type { JointDecision, ZoneView } from "./zone-writer.ts";

/** A change of one zone or several, decided when its turn comes. */
export interface ChangeJob {
  readonly do: "change";
  readonly zones: readonly LiveZone[];
  readonly author: Author;
  readonly decide: (views: readonly ZoneView[]) => JointDecision<unknown>;
  /** What becomes of the zone's record with it. */
  readonly record?: (record: ZoneRecordValue) => ZoneRecordValue;
}

/** A whole new content, which was compared with the present one beforehand. */
export interface ReplaceJob {
  readonly do: "replace";
  readonly zone: LiveZone;
  /** The present one: it stays, and only what is known of it changes. */
  readonly image: ZoneImage;
  /** What it was compared with. */
  readonly present: ZoneImage | undefined;
  readonly presentSerial: number | undefined;
  /** Undefined: they are the same. */
  readonly set: StoredSet | undefined;
  /** Octets of the set's records when they are kept. */
  readonly octets: Uint8Array | undefined;
  /** `page`: the newest one then. */
  readonly record: (record: ZoneRecordValue | undefined, page: number) => ZoneRecordValue;
}

/** What is known of a zone changes, and not its content. */
export interface RecordJob {
  readonly do: "record";
  readonly zone: LiveZone;
  readonly record: (record: ZoneRecordValue) => ZoneRecordValue;
}

/** A new content for a zone that changes all the time: compared when its turn comes, while others wait. */
export interface HeldJob {
  readonly do: "hold";
  readonly zone: LiveZone;
  readonly prepare: () => Promise<ReplaceJob>;
}

/** Changes nothing: its turn is what is waited for. */
export interface PassJob {
  readonly do: "pass";
}

export type ReadyJob = ChangeJob | ReplaceJob | RecordJob | PassJob;
export type Job = ReadyJob | HeldJob;

/** The zone has changed since the new content was compared with it. */
export class StaleComparisonError extends Error {
  override readonly name = "StaleComparisonError";
}
