/**
 * How a zone is changed, whoever changes it. Changes of all zones stand in one line: each is decided on what
 * those before it left, is durable in the store before anybody sees it, and is seen before its promise
 * resolves.
 */
import type { StoreOperation } from "#contracts/store.ts";
import type { Name } from "#protocols/dns/name.ts";
import type { ZoneImage } from "../zones/image.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import type { Author, ChangeSet } from "./change-set.ts";

export interface RrsetView {
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly rdata: readonly Uint8Array[];
}

/** A zone as all changes before left it, also those that nobody sees yet. */
export interface ZoneView {
  readonly origin: Name;
  readonly serial: number;
  /** Of a name in any case. For RRSIG it is the first set; `rrsetsAt` has all. */
  rrset(owner: Name, type: number): RrsetView | undefined;
  /** All record sets of a name, by type; none when the name has none. */
  rrsetsAt(owner: Name): readonly RrsetView[];
}

export interface Decision<Outcome> {
  /**
   * None: nothing is written. The serial number is raised in the zone's style unless the changes set an SOA
   * record with a later one.
   */
  readonly changes: readonly ZoneChange[];
  readonly outcome: Outcome;
  readonly note?: string;
}

export interface JointDecision<Outcome> {
  /** For each zone, in the order in which they were named. */
  readonly changes: readonly (readonly ZoneChange[])[];
  readonly outcome: Outcome;
  readonly note?: string;
  /** Written to the store in the same transaction: all of it is durable, or none. */
  readonly alongside?: readonly StoreOperation[];
}

/** Why a zone was not changed. Nothing of it was done. */
export class ZoneUnchangeableError extends Error {
  override readonly name = "ZoneUnchangeableError";
  readonly why: /** This server has no such zone. */
    | "unknown"
    /** It has no content yet, or no longer. */
    | "not-loaded"
    /** It is a copy: changes belong to its primary. */
    | "secondary"
    /** `rndc freeze`. */
    | "frozen"
    /** It came signed, and what signs it is elsewhere. */
    | "signed"
    /** The change makes no sense in this zone; the message says why. */
    | "invalid"
    /** Too many changes wait already. */
    | "busy";

  constructor(why: ZoneUnchangeableError["why"], sentence: string) {
    super(sentence);
    this.why = why;
  }
}

/** All of them reject with ZoneUnchangeableError, or StoreError when nothing could be made durable. */
export interface ZoneWriter {
  /** `decide` is called once, when the zone's turn comes. */
  change<Outcome>(
    zone: Name,
    author: Author,
    decide: (view: ZoneView) => Decision<Outcome>,
  ): Promise<Outcome>;
  /** Several zones in one step. */
  changeTogether<Outcome>(
    zones: readonly Name[],
    author: Author,
    decide: (views: readonly ZoneView[]) => JointDecision<Outcome>,
  ): Promise<Outcome>;
  /**
   * For secondary zones: what an incremental transfer brought. The first set must begin at the present
   * serial.
   */
  takeChangeSets(zone: Name, author: Author, sets: readonly ChangeSet[]): Promise<void>;
  /** For secondary zones: a whole new content, which was checked. */
  replace(zone: Name, author: Author, content: ZoneImage): Promise<void>;
}

/** What is known of a zone's past. */
export interface ZoneHistory {
  /**
   * The sets that lead from a serial to what is served now, oldest first, in pages; an empty one when the
   * zone is at that serial. Undefined when it is not known how the zone came from there.
   */
  since(zone: Name, serial: number): Promise<AsyncIterable<readonly ChangeSet[]> | undefined>;
}
