/**
 * A zone as all changes before left it: its image, and over it what was decided since and is not in the image
 * yet. Works out what a change makes of its record sets, and what the zone loses and gets by it.
 */

import { isWithin, lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { serialOfSoa } from "#protocols/dns/serial.ts";
import { limits } from "../limits.ts";
import { readU16, writeU32, type ZoneImage, type ZoneRecord } from "../zones/image.ts";
import { draftOf, rdataKey, rrsetKey } from "../zones/rrset-draft.ts";
import { type ZoneChange, ZoneChangeError, ZoneSignedError } from "../zones/zone-change.ts";
import type { RrsetView, ZoneView } from "./zone-writer.ts";

/** A record set of a name. */
interface RrsetState extends RrsetView {
  readonly owner: Name;
}

/** By the key of the set; undefined: the name has no such set. */
type NameState = Map<number, RrsetState | undefined>;

/** What one change makes of a zone. */
export interface ZoneDifference {
  /** Both without the SOA record. */
  readonly removed: readonly ZoneRecord[];
  readonly added: readonly ZoneRecord[];
  readonly soaBefore: ZoneRecord;
  readonly soaAfter: ZoneRecord;
}

export class PendingView implements ZoneView {
  readonly origin: Name;
  private readonly imageOf: () => ZoneImage;
  private readonly lowerOrigin: Name;
  /** What is decided and not durable yet, by owner in lower case. */
  private readonly decided = new Map<Name, NameState>();
  /** What is durable and could not be done to the image. */
  private readonly kept = new Map<Name, NameState>();

  /** `imageOf`: the image as it is now; another one may take its place. */
  constructor(origin: Name, imageOf: () => ZoneImage) {
    this.origin = origin;
    this.lowerOrigin = lowerName(origin);
    this.imageOf = imageOf;
  }

  get serial(): number {
    return serialOfSoa(this.soa().rdata);
  }

  rrset(owner: Name, type: number): RrsetView | undefined {
    const lower = lowerName(owner);
    if (type !== RRType.RRSIG && type !== RRType.SIG)
      return this.stateOf(lower, ((type << 16) >>> 0) as number);
    return this.rrsetsAt(owner).find((set) => set.type === type);
  }

  rrsetsAt(owner: Name): readonly RrsetView[] {
    const lower = lowerName(owner);
    const keys = this.keysOf(lower);
    return keys.map((key) => this.stateOf(lower, key)).filter((set) => set !== undefined);
  }

  /**
   * What the changes make of the zone, one after the other. Nothing is taken yet: `accept` does that.
   * @throws ZoneChangeError
   */
  work(changes: readonly ZoneChange[]): WorkedChange {
    const worked = new WorkedChange(this);
    for (const change of changes) worked.take(change);
    return worked;
  }

  accept(worked: WorkedChange): void {
    overlay(this.decided, worked.after);
  }

  /** What brings the image up to what was decided. */
  changes(): ZoneChange[] {
    const changes: ZoneChange[] = [];
    let all: ReadonlyMap<Name, NameState> = this.decided;
    if (this.kept.size > 0) {
      const both = new Map<Name, NameState>();
      overlay(both, this.kept);
      overlay(both, this.decided);
      all = both;
    }
    for (const [lower, sets] of all) {
      for (const [key, set] of sets) {
        if (set !== undefined) changes.push({ do: "set", ...set });
        else changes.push(...this.removal(lower, key));
      }
    }
    return changes;
  }

  /** The image is up to date. */
  clear(): void {
    this.decided.clear();
    this.kept.clear();
  }

  /** What was decided is durable, but not in the image. */
  keep(): void {
    overlay(this.kept, this.decided);
    this.decided.clear();
  }

  /** What was decided is not to be. */
  forget(): void {
    this.decided.clear();
  }

  /** The set as it was decided, or as it is in the image. */
  stateOf(lower: Name, key: number): RrsetState | undefined {
    const decided = this.decided.get(lower);
    if (decided?.has(key)) return decided.get(key);
    const kept = this.kept.get(lower);
    if (kept?.has(key)) return kept.get(key);
    return imageState(this.imageOf(), lower, key);
  }

  /** Keys of the sets that a name has, in order. */
  keysOf(lower: Name): number[] {
    const keys = new Set(imageKeys(this.imageOf(), lower));
    for (const sets of [this.kept.get(lower), this.decided.get(lower)]) {
      for (const [key, set] of sets ?? []) {
        if (set === undefined) keys.delete(key);
        else keys.add(key);
      }
    }
    return [...keys].sort((one, other) => one - other);
  }

  contains(lower: Name): boolean {
    return isWithin(lower, this.lowerOrigin);
  }

  soa(): ZoneRecord {
    const set = this.stateOf(this.lowerOrigin, (RRType.SOA << 16) >>> 0)!;
    return { owner: set.owner, type: RRType.SOA, ttl: set.ttl, rdata: set.rdata[0]! };
  }

  /** One set of signatures goes record by record: `delete` would take those of other types along. */
  private removal(lower: Name, key: number): ZoneChange[] {
    const type = key >>> 16;
    if (type !== RRType.RRSIG && type !== RRType.SIG) return [{ do: "delete", owner: lower, type }];
    const present = imageState(this.imageOf(), lower, key);
    return (present?.rdata ?? []).map((rdata) => ({ do: "remove", owner: lower, type, rdata }));
  }
}

/** One change on its way. */
export class WorkedChange {
  /** The sets that it touches as it leaves them. */
  readonly after = new Map<Name, NameState>();
  private readonly view: PendingView;

  constructor(view: PendingView) {
    this.view = view;
  }

  /** @throws ZoneChangeError */
  take(change: ZoneChange): void {
    const { owner } = change;
    const lower = lowerName(owner);
    if (!this.view.contains(lower))
      throw new ZoneChangeError(`${nameToText(owner)} does not lie in ${nameToText(this.view.origin)}`);
    switch (change.do) {
      case "set":
        if (change.rdata.length === 0) this.drop(lower, (key) => key >>> 16 === change.type);
        else this.put(lower, owner, draftOf(change.type, change.ttl, change.rdata));
        break;
      case "delete":
        this.drop(lower, (key) => key >>> 16 === change.type);
        break;
      case "delete-name":
        this.drop(lower, () => true);
        break;
      case "add":
        this.add(lower, owner, change.type, change.ttl, change.rdata);
        break;
      case "remove":
        this.remove(lower, change.type, change.rdata);
        break;
    }
  }

  /**
   * @throws ZoneChangeError: the zone would be without its one SOA record. RFC 2181 §6.1, RFC 1035 §5.2
   * @throws ZoneSignedError
   */
  difference(): ZoneDifference {
    const removed: ZoneRecord[] = [];
    const added: ZoneRecord[] = [];
    for (const [lower, sets] of this.after) {
      for (const [key, after] of sets) {
        if (key >>> 16 === RRType.SOA) continue;
        compareSets(this.view.stateOf(lower, key), after, removed, added);
      }
    }
    const apex = this.after.get(lowerName(this.view.origin));
    if (apex !== undefined && makesSigned(apex, (key) => this.stateOf(lowerName(this.view.origin), key)))
      throw new ZoneSignedError(
        "the change would make a signed zone of it; sign and reload its file instead",
      );
    return { removed, added, soaBefore: this.view.soa(), soaAfter: this.soa() };
  }

  /** Puts a serial number into the SOA record that the change leaves. */
  setSerial(serial: number): ZoneRecord {
    const soa = this.soa();
    const rdata = soa.rdata.slice();
    writeU32(rdata, rdata.length - 20, serial);
    this.put(lowerName(this.view.origin), soa.owner, { type: RRType.SOA, ttl: soa.ttl, rdata: [rdata] });
    return { ...soa, rdata };
  }

  private soa(): ZoneRecord {
    const set = this.stateOf(lowerName(this.view.origin), (RRType.SOA << 16) >>> 0);
    if (set?.rdata.length !== 1) {
      const origin = nameToText(this.view.origin);
      throw new ZoneChangeError(`${origin} would have ${set?.rdata.length ?? 0} SOA records; leave one`);
    }
    return { owner: set.owner, type: RRType.SOA, ttl: set.ttl, rdata: set.rdata[0]! };
  }

  private stateOf(lower: Name, key: number): RrsetState | undefined {
    const sets = this.after.get(lower);
    return sets?.has(key) ? sets.get(key) : this.view.stateOf(lower, key);
  }

  private put(lower: Name, owner: Name, set: RrsetView): void {
    const { type, ttl, rdata } = set;
    if (type === RRType.SOA && lower !== lowerName(this.view.origin))
      throw new ZoneChangeError(`${nameToText(owner)} is not the zone's apex, where its SOA record belongs`);
    const key = rrsetKey(type, rdata[0]!);
    const present = this.stateOf(lower, key);
    this.store(lower, key, { owner: present?.owner ?? owner, type, ttl, rdata });
  }

  private add(lower: Name, owner: Name, type: number, ttl: number, rdata: Uint8Array): void {
    const one = draftOf(type, ttl, [rdata]);
    const present = this.stateOf(lower, one.key);
    const set = present === undefined ? one : draftOf(type, ttl, [...present.rdata, rdata]);
    this.put(lower, owner, set);
  }

  private remove(lower: Name, type: number, rdata: Uint8Array): void {
    const key = rrsetKey(type, rdata);
    const present = this.stateOf(lower, key);
    if (present === undefined) return;
    const unwanted = rdataKey(type, rdata);
    const left = present.rdata.filter((one) => rdataKey(type, one) !== unwanted);
    if (left.length === present.rdata.length) return;
    this.store(lower, key, left.length === 0 ? undefined : { ...present, rdata: left });
  }

  private drop(lower: Name, unwanted: (key: number) => boolean): void {
    const keys = new Set([...this.view.keysOf(lower), ...(this.after.get(lower)?.keys() ?? [])]);
    for (const key of keys) if (unwanted(key)) this.store(lower, key, undefined);
  }

  private store(lower: Name, key: number, set: RrsetState | undefined): void {
    const sets = this.after.get(lower);
    if (sets === undefined) this.after.set(lower, new Map([[key, set]]));
    else sets.set(key, set);
  }
}

function overlay(below: Map<Name, NameState>, above: ReadonlyMap<Name, NameState>): void {
  for (const [lower, sets] of above) {
    const known = below.get(lower);
    if (known === undefined) below.set(lower, new Map(sets));
    else for (const [key, set] of sets) known.set(key, set);
  }
}

const keyOf = (type: number, covered = 0): number => ((type << 16) | covered) >>> 0;
const signing = [
  keyOf(RRType.DNSKEY),
  keyOf(RRType.NSEC3PARAM),
  keyOf(RRType.NSEC),
  keyOf(RRType.RRSIG, RRType.NSEC),
];

/**
 * A zone with keys and a chain of denial is signed (`denial-index.ts`): such a one cannot be changed in
 * place, which must be known before the change is durable.
 */
function makesSigned(touched: NameState, stateOf: (key: number) => RrsetState | undefined): boolean {
  if (!signing.some((key) => touched.has(key))) return false;
  const [keys, params, nsec, signature] = signing.map(stateOf);
  const hasZoneKey = keys?.rdata.some((rdata) => (readU16(rdata, 0) & 0x8300) === 0x0100 && rdata[2] === 3);
  if (!hasZoneKey) return false;
  if (nsec !== undefined && signature !== undefined) return true;
  return (params?.rdata ?? []).some(
    (rdata) => rdata[0] === 1 && rdata[1] === 0 && readU16(rdata, 2) <= limits.nsec3IterationsMax,
  );
}

/** A set whose TTL changed is lost and got whole. */
function compareSets(
  before: RrsetState | undefined,
  after: RrsetState | undefined,
  removed: ZoneRecord[],
  added: ZoneRecord[],
): void {
  const sameTtl = before !== undefined && after !== undefined && before.ttl === after.ttl;
  const kept = sameTtl ? new Set(after.rdata.map((rdata) => rdataKey(after.type, rdata))) : undefined;
  const had = sameTtl ? new Set(before.rdata.map((rdata) => rdataKey(before.type, rdata))) : undefined;
  for (const rdata of before?.rdata ?? []) {
    const { owner, type, ttl } = before!;
    if (!kept?.has(rdataKey(type, rdata))) removed.push({ owner, type, ttl, rdata });
  }
  for (const rdata of after?.rdata ?? []) {
    const { owner, type, ttl } = after!;
    if (!had?.has(rdataKey(type, rdata))) added.push({ owner, type, ttl, rdata });
  }
}

function imageKeys(image: ZoneImage, lower: Name): number[] {
  const node = image.find(lower);
  const keys: number[] = [];
  if (node === 0) return keys;
  let rrset = image.firstRrset(node);
  for (let left = image.rrsetsAt(node); left > 0; left--) {
    keys.push(rrsetKey(image.type(rrset), image.slab, image.firstRdata(rrset) + 2));
    rrset = image.nextRrset(rrset);
  }
  return keys;
}

function imageState(image: ZoneImage, lower: Name, key: number): RrsetState | undefined {
  const node = image.find(lower);
  if (node === 0) return undefined;
  const type = key >>> 16;
  const signatures = type === RRType.RRSIG || type === RRType.SIG;
  let rrset = image.firstRrset(node);
  for (let left = image.rrsetsAt(node); left > 0; left--) {
    if (image.type(rrset) === type) {
      if (!signatures || rrsetKey(type, image.slab, image.firstRdata(rrset) + 2) === key) {
        return { owner: image.nodeName(node), type, ttl: image.ttl(rrset), rdata: image.rdata(rrset) };
      }
    }
    rrset = image.nextRrset(rrset);
  }
  return undefined;
}
