/**
 * What a zone file carries from one record to the next: origin, owner, TTLs.
 *
 * Names lie here as octets in buffers that are used again, so that a record costs no allocation.
 */
import { lowerName, type Name, nameLimits, nameOctets } from "../dns/name.ts";
import { mnemonicOfType, RRType } from "../dns/registry.ts";
import { zoneFileLimits } from "./limits.ts";
import type { ProblemCounter, ZonePlace } from "./problem.ts";
import type { RecordSink, ZoneSource } from "./zone-file.ts";

/** Room for a name while its length is not known yet to be legal. */
const nameRoom = 2 * nameLimits.nameOctetsMax;

export class ZoneState {
  readonly sink: RecordSink;
  readonly problems: ProblemCounter;
  /** The zone's name in lower case. */
  readonly top: Uint8Array;
  records = 0;

  originName: Name;
  /** `originName`'s octets. */
  origin: Uint8Array;
  /** Whether names that the origin continues are in the zone. */
  originInZone = true;
  /** Set until a record names its owner: whether a blank owner is meant is doubtful then. */
  originChanged = false;

  owner: Uint8Array = new Uint8Array(nameRoom);
  /** 0 before the first record. */
  ownerLength = 0;
  ownerInZone = false;
  /** Where the next owner is read to; trades places with `owner`. */
  nextOwner: Uint8Array = new Uint8Array(nameRoom);

  /** The TTL of $TTL, or the one that stands in for it; -1 when there is none. RFC 2308 §4. */
  defaultTtl: number;
  /** The TTL given last, -1 before the first: what RFC 1035 §5.1 uses where none is given. */
  lastTtl = -1;
  warnedOfLastTtl = false;

  readonly includes: ZoneSource[] = [];
  includedFiles = 0;
  includedOctets = 0;
  generatedRecords = 0;
  unclosed = 0;

  /**
   * The sets of the records since the owner changed, and their TTLs. The first is apart: mostly it is the
   * only one.
   */
  private firstSet = -1;
  private firstSetTtl = 0;
  private readonly otherSets = new Map<number, number>();

  constructor(options: {
    sink: RecordSink;
    problems: ProblemCounter;
    origin: Name;
    defaultTtl: number;
  }) {
    this.sink = options.sink;
    this.problems = options.problems;
    this.defaultTtl = options.defaultTtl;
    this.top = nameOctets(lowerName(options.origin));
    this.originName = options.origin;
    this.origin = nameOctets(options.origin);
  }

  setOrigin(name: Name): void {
    if (name === this.originName) return;
    this.originName = name;
    this.origin = nameOctets(name);
    this.originInZone = this.isInZone(this.origin, this.origin.length);
    this.originChanged = true;
  }

  /** Makes the name of `length` octets in `nextOwner` the owner. */
  takeNextOwner(length: number, inZone: boolean): void {
    const { owner, nextOwner } = this;
    this.originChanged = false;
    if (length === this.ownerLength && isSameSpelling(owner, nextOwner, length)) return;
    this.owner = nextOwner;
    this.nextOwner = owner;
    this.ownerLength = length;
    this.ownerInZone = inZone;
    this.firstSet = -1;
    if (this.otherSets.size > 0) this.otherSets.clear();
  }

  /** Runs `read`, and has the owner of before again. */
  keepOwner(read: () => void): void {
    const { ownerLength, ownerInZone, originChanged } = this;
    const owner = this.owner.slice(0, ownerLength);
    try {
      read();
    } finally {
      this.nextOwner.set(owner);
      this.takeNextOwner(ownerLength, ownerInZone);
      this.originChanged = originChanged;
    }
  }

  /** True when the name is the zone's or below it. RFC 1034 §4.2. */
  isInZone(name: Uint8Array, length: number): boolean {
    const { top } = this;
    let start = 0;
    while (length - start > top.length) start += name[start]! + 1;
    if (length - start !== top.length) return false;
    for (let i = 0; i < top.length; i++) {
      if (lowered(name[start + i]!) !== top[i]) return false;
    }
    return true;
  }

  ownerIsTop(): boolean {
    return this.ownerInZone && this.ownerLength === this.top.length;
  }

  /**
   * The TTL of a record of the owner, given the one that stands in the file (-1: none). Records of one set
   * have one TTL, that of the first of them (RFC 2181 §5.2).
   */
  ttlFor(
    type: number,
    given: number,
    rdata: Uint8Array,
    rdataLength: number,
    place: () => ZonePlace,
  ): number {
    const ttl = given === -1 ? this.missingTtl(type, rdata, rdataLength, place) : given;
    const covers = type === RRType.RRSIG || type === RRType.SIG ? (rdata[0]! << 8) | rdata[1]! : 0;
    const prior = this.ttlOfSet(type + 0x10000 * covers, ttl);
    if (prior !== ttl) {
      this.problems.warn(
        place,
        `the TTL ${ttl} differs from that of the ${mnemonicOfType(type)} record before, and ${prior} is used`,
        "one TTL for all records of a name and type",
      );
    }
    this.lastTtl = prior;
    return prior;
  }

  /** The TTL of the set that `key` stands for, which is `ttl` when it begins here. */
  ttlOfSet(key: number, ttl: number): number {
    if (this.firstSet === key) return this.firstSetTtl;
    if (this.firstSet === -1) {
      this.firstSet = key;
      this.firstSetTtl = ttl;
      return ttl;
    }
    const prior = this.otherSets.get(key);
    if (prior === undefined) this.otherSets.set(key, ttl);
    return prior ?? ttl;
  }

  private missingTtl(type: number, rdata: Uint8Array, rdataLength: number, place: () => ZonePlace): number {
    if (this.defaultTtl !== -1) return this.defaultTtl;
    if (this.lastTtl !== -1) {
      if (!this.warnedOfLastTtl) {
        this.warnedOfLastTtl = true;
        this.problems.warn(
          place,
          `there is no TTL here and no $TTL, so that of the record before is used (${this.lastTtl})`,
          "$TTL 3600 at the top of the file",
        );
      }
      return this.lastTtl;
    }
    if (type === RRType.SOA) {
      const minimum = new DataView(rdata.buffer, rdata.byteOffset + rdataLength - 4).getUint32(0);
      this.defaultTtl = minimum > zoneFileLimits.ttlMax ? 0 : minimum;
      this.problems.warn(
        place,
        `there is no $TTL, so the SOA's last number is used (${this.defaultTtl})`,
        "$TTL 3600 at the top of the file",
      );
      return this.defaultTtl;
    }
    this.warnedOfLastTtl = true; // one message about it is enough
    this.problems.error(place, "there is no TTL, and no $TTL before", "$TTL 3600 at the top of the file");
    return 0;
  }
}

export function lowered(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
}

/** A name in other letters begins a new group of records, as in BIND. */
function isSameSpelling(one: Uint8Array, other: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (one[i] !== other[i]) return false;
  return true;
}
