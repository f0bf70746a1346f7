/**
 * What difference sequences make of a zone, worked out beside it: the names that they touch, with all of
 * their record sets. Strict, as BIND is: what is removed must be there, what is added must not. RFC 1995 §4.
 */
import { lowerName, type Name, nameOctets, nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import type { ZoneImage, ZoneRecord } from "../../zones/image.ts";
import { ZoneImageBuilder } from "../../zones/image-builder.ts";
import { rdataKey, rrsetKey } from "../../zones/rrset-draft.ts";
import { TransferFault } from "./transfer-fault.ts";
import type { Difference } from "./transfer-stream.ts";

interface TouchedSet {
  readonly type: number;
  ttl: number;
  /** By what they mean. */
  readonly rdata: Map<string, Uint8Array>;
}

interface TouchedName {
  readonly owner: Name;
  readonly sets: Map<number, TouchedSet>;
}

export class ZoneDifference {
  private readonly image: ZoneImage;
  /** By owner in lower case. */
  private readonly names = new Map<Name, TouchedName>();

  /** @throws TransferFault "differences" */
  constructor(image: ZoneImage, differences: readonly Difference[]) {
    this.image = image;
    this.touch(image.origin);
    for (const { removed, added } of differences) {
      for (const record of removed) this.remove(record);
      for (const record of added) this.add(record);
    }
  }

  /** The zone will have keys: what denies its names must be laid out anew. */
  get hasKeys(): boolean {
    return this.touch(this.image.origin).sets.has(rrsetKey(RRType.DNSKEY, new Uint8Array(2)));
  }

  /** The apex and the names that were touched, as a zone of its own, for checking. */
  touchedImage(): ZoneImage {
    const builder = new ZoneImageBuilder(this.image.origin, this.names.size * 2);
    this.addTouched(builder);
    return builder.finish();
  }

  /** The whole zone as it will be. */
  wholeImage(): ZoneImage {
    const { image } = this;
    const builder = new ZoneImageBuilder(image.origin, image.recordCount);
    const lowered = new Set(this.names.keys());
    for (const node of image.nodes()) {
      if (image.rrsetsAt(node) === 0) continue;
      const owner = image.nodeName(node);
      if (lowered.has(lowerName(owner))) continue;
      addNode(image, node, nameOctets(owner), builder);
    }
    this.addTouched(builder);
    return builder.finish();
  }

  private addTouched(builder: ZoneImageBuilder): void {
    for (const { owner, sets } of this.names.values()) {
      const octets = nameOctets(owner);
      for (const { type, ttl, rdata } of sets.values()) {
        for (const one of rdata.values()) builder.add(octets, octets.length, type, ttl, one, one.length);
      }
    }
  }

  private remove({ owner, type, rdata }: ZoneRecord): void {
    const { sets } = this.touch(owner);
    const key = rrsetKey(type, rdata);
    const set = sets.get(key);
    if (set?.rdata.delete(rdataKey(type, rdata)) !== true) throw misfit("removes", owner, type, "not there");
    if (set.rdata.size === 0) sets.delete(key);
  }

  private add({ owner, type, ttl, rdata }: ZoneRecord): void {
    const { sets } = this.touch(owner);
    const key = rrsetKey(type, rdata);
    const set = sets.get(key) ?? { type, ttl, rdata: new Map<string, Uint8Array>() };
    sets.set(key, set);
    const meaning = rdataKey(type, rdata);
    if (set.rdata.has(meaning)) throw misfit("adds", owner, type, "there already");
    set.rdata.set(meaning, rdata);
    set.ttl = ttl; // RFC 2181 §5.2
  }

  private touch(owner: Name): TouchedName {
    const lower = lowerName(owner);
    const known = this.names.get(lower);
    if (known !== undefined) return known;
    const { image } = this;
    const node = image.find(owner);
    const sets = new Map<number, TouchedSet>();
    const touched = { owner: node === 0 ? owner : image.nodeName(node), sets };
    this.names.set(lower, touched);
    if (node === 0) return touched;
    let rrset = image.firstRrset(node);
    for (let left = image.rrsetsAt(node); left > 0; left--, rrset = image.nextRrset(rrset)) {
      const type = image.type(rrset);
      const list = image.rdata(rrset);
      const rdata = new Map(list.map((one) => [rdataKey(type, one), one]));
      sets.set(rrsetKey(type, list[0]!), { type, ttl: image.ttl(rrset), rdata });
    }
    return touched;
  }
}

function addNode(image: ZoneImage, node: number, owner: Uint8Array, builder: ZoneImageBuilder): void {
  let rrset = image.firstRrset(node);
  for (let left = image.rrsetsAt(node); left > 0; left--, rrset = image.nextRrset(rrset)) {
    const type = image.type(rrset);
    const ttl = image.ttl(rrset);
    for (const rdata of image.rdata(rrset)) builder.add(owner, owner.length, type, ttl, rdata, rdata.length);
  }
}

function misfit(does: string, owner: Name, type: number, why: string): TransferFault {
  const what = `${nameToText(owner)} ${mnemonicOfType(type)}`;
  return new TransferFault("differences", `${does} a record ${what} that is ${why}`, {
    incrementalOnly: true,
  });
}
