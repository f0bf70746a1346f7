/**
 * A zone as an update has made it so far: each part of the update sees what the parts before it did, while
 * the zone itself stays as it is. RFC 2136 §3.4.2.
 */
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { canonicalRdata } from "#protocols/dns/records/index.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type { RrsetView, ZoneView } from "../journal/zone-writer.ts";
import { rrsetKey } from "../zones/rrset-draft.ts";
import type { ZoneChange } from "../zones/zone-change.ts";

/** The same for RDATA that mean the same. RFC 4034 §6.2. */
export function comparableRdata(type: number, rdata: Uint8Array): string {
  let octets = rdata;
  try {
    octets = canonicalRdata(type, rdata);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("latin1");
}

/** A record set as the update has it so far. */
export class WorkingSet {
  readonly type: number;
  /** Seconds. */
  ttl: number;
  /** As the zone has it; undefined: the zone has none. */
  private readonly before: RrsetView | undefined;
  /** By what they mean; made when somebody asks. */
  private records: Map<string, Uint8Array> | undefined;

  constructor(type: number, before: RrsetView | undefined) {
    this.type = type;
    this.ttl = before?.ttl ?? 0;
    this.before = before;
    if (before === undefined) this.records = new Map();
  }

  get size(): number {
    return this.records?.size ?? this.before!.rdata.length;
  }

  /** By what their RDATA mean. */
  get byMeaning(): Map<string, Uint8Array> {
    if (this.records === undefined) {
      this.records = new Map();
      for (const rdata of this.before!.rdata) this.records.set(comparableRdata(this.type, rdata), rdata);
    }
    return this.records;
  }

  get rdata(): readonly Uint8Array[] {
    return this.records === undefined ? this.before!.rdata : [...this.records.values()];
  }

  /** True when it is, octet for octet, what it was. */
  get isUnchanged(): boolean {
    const { before, records, type } = this;
    if (before === undefined || this.ttl !== before.ttl || this.size !== before.rdata.length) return false;
    if (records === undefined) return true;
    return before.rdata.every((rdata) => {
      const now = records.get(comparableRdata(type, rdata));
      return now !== undefined && Buffer.compare(now, rdata) === 0;
    });
  }
}

/** A name as the update has it so far. */
export class WorkingName {
  readonly owner: Name;
  /** By `rrsetKey`; none of them is empty. */
  readonly sets = new Map<number, WorkingSet>();
  private readonly before = new Map<number, RrsetView>();

  constructor(owner: Name, before: readonly RrsetView[]) {
    this.owner = owner;
    for (const set of before) {
      const key = rrsetKey(set.type, set.rdata[0]!);
      this.before.set(key, set);
      this.sets.set(key, new WorkingSet(set.type, set));
    }
  }

  has(type: number): boolean {
    return this.sets.has(keyOfType(type));
  }

  /** Whether the zone has such records at this name. */
  had(type: number): boolean {
    return this.before.has(keyOfType(type));
  }

  isChanged(type: number): boolean {
    return this.set(type)?.isUnchanged !== true;
  }

  set(type: number): WorkingSet | undefined {
    return this.sets.get(keyOfType(type));
  }

  delete(type: number): void {
    for (const [key, set] of this.sets) if (set.type === type) this.sets.delete(key);
  }

  /** The set that the record belongs to; an empty one, which is not among `sets`, when there is none. */
  setFor(type: number, rdata: Uint8Array): WorkingSet {
    const key = keyFor(type, rdata);
    const known = this.sets.get(key);
    if (known !== undefined) return known;
    const set = new WorkingSet(type, this.before.get(key));
    set.byMeaning.clear();
    return set;
  }

  /** Keeps a set, or drops it when it has become empty. */
  put(set: WorkingSet, rdata: Uint8Array): void {
    const key = keyFor(set.type, rdata);
    if (set.size === 0) this.sets.delete(key);
    else this.sets.set(key, set);
  }

  /** Adds what makes the name what it is here. */
  addChangesTo(changes: ZoneChange[]): void {
    const { owner } = this;
    for (const [key, set] of this.before) if (!this.sets.has(key)) changes.push(...withoutSet(owner, set));
    for (const set of this.sets.values()) {
      if (set.isUnchanged) continue;
      changes.push({ do: "set", owner, type: set.type, ttl: set.ttl, rdata: set.rdata });
    }
  }
}

export class WorkingZone {
  readonly origin: Name;
  private readonly view: ZoneView;
  /** By name in lower case. */
  private readonly names = new Map<Name, WorkingName>();

  constructor(view: ZoneView) {
    this.view = view;
    this.origin = view.origin;
  }

  /** `owner` in any case. */
  at(owner: Name): WorkingName {
    const lower = lowerName(owner);
    const known = this.names.get(lower);
    if (known !== undefined) return known;
    const name = new WorkingName(owner, this.view.rrsetsAt(owner));
    this.names.set(lower, name);
    return name;
  }

  /** Names that were looked at. */
  get touched(): Iterable<WorkingName> {
    return this.names.values();
  }

  /** What makes the zone what it is here; none when it is as it was. */
  changes(): ZoneChange[] {
    const changes: ZoneChange[] = [];
    for (const name of this.names.values()) name.addChangesTo(changes);
    return changes;
  }
}

/** Of types whose sets are not told apart by more than the type. */
function keyOfType(type: number): number {
  return (type << 16) >>> 0;
}

/** Signatures of other types stay when those of one go. */
function withoutSet(owner: Name, { type, rdata }: RrsetView): ZoneChange[] {
  if (type !== RRType.RRSIG && type !== RRType.SIG) return [{ do: "delete", owner, type }];
  return rdata.map((one) => ({ do: "remove", owner, type, rdata: one }));
}

function keyFor(type: number, rdata: Uint8Array): number {
  return rdata.length < 2 ? keyOfType(type) : rrsetKey(type, rdata);
}

export function isWildcardName(owner: Name): boolean {
  return owner.charCodeAt(0) === 1 && owner[1] === "*";
}
