/**
 * A zone as plain maps, for tests: does changes the obvious way, and says what an image of the same zone must
 * be like.
 */
import assert from "node:assert/strict";
import { lowerName, type Name, nameOctets, parentName } from "#protocols/dns/name.ts";
import { NodeFlag, type ZoneImage } from "./image.ts";
import { ZoneImageBuilder } from "./image-builder.ts";
import { rdataKey, rrsetKey } from "./rrset-draft.ts";
import type { ZoneChange } from "./zone-change.ts";

interface ModelRrset {
  readonly owner: Name;
  readonly type: number;
  readonly ttl: number;
  readonly rdata: readonly Uint8Array[];
}

export class ZoneModel {
  readonly origin: Name;
  /** By owner in lower case, then by key. */
  private readonly names = new Map<Name, Map<number, ModelRrset>>();

  constructor(image: ZoneImage) {
    this.origin = image.origin;
    for (const { owner, type, ttl, rdata } of image.records())
      this.do({ do: "add", owner, type, ttl, rdata });
  }

  apply(changes: readonly ZoneChange[]): void {
    for (const change of changes) this.do(change);
  }

  /** The zone built from nothing. */
  image(): ZoneImage {
    const builder = new ZoneImageBuilder(this.origin);
    for (const rrsets of this.names.values()) {
      for (const { owner, type, ttl, rdata } of rrsets.values()) {
        const octets = nameOctets(owner);
        for (const one of rdata) assert.ok(builder.add(octets, octets.length, type, ttl, one, one.length));
      }
    }
    return builder.finish();
  }

  private do(change: ZoneChange): void {
    switch (change.do) {
      case "delete-name":
        this.names.delete(lowerName(change.owner));
        break;
      case "delete":
        for (const [key, { type }] of this.rrsetsOf(change.owner))
          if (type === change.type) this.rrsetsOf(change.owner).delete(key);
        break;
      case "set":
        if (change.rdata.length === 0) this.do({ ...change, do: "delete" });
        else this.put(change, distinct(change.type, change.rdata));
        break;
      case "add": {
        const present = this.rrsetsOf(change.owner).get(rrsetKey(change.type, change.rdata));
        this.put(change, distinct(change.type, [...(present?.rdata ?? []), change.rdata]));
        break;
      }
      case "remove":
        this.remove(change);
    }
  }

  private remove({ owner, type, rdata }: ZoneChange & { readonly do: "remove" }): void {
    const present = this.rrsetsOf(owner).get(rrsetKey(type, rdata));
    if (present === undefined) return;
    const unwanted = rdataKey(type, rdata);
    const left = present.rdata.filter((one) => rdataKey(type, one) !== unwanted);
    if (left.length === 0) this.rrsetsOf(owner).delete(rrsetKey(type, rdata));
    else this.put(present, left);
  }

  private put({ owner, type, ttl }: Omit<ModelRrset, "rdata">, rdata: readonly Uint8Array[]): void {
    this.rrsetsOf(owner).set(rrsetKey(type, rdata[0]!), { owner, type, ttl, rdata });
  }

  private rrsetsOf(owner: Name): Map<number, ModelRrset> {
    const lower = lowerName(owner);
    const rrsets = this.names.get(lower) ?? new Map<number, ModelRrset>();
    this.names.set(lower, rrsets);
    return rrsets;
  }
}

function distinct(type: number, rdata: readonly Uint8Array[]): Uint8Array[] {
  const keys = rdata.map((one) => rdataKey(type, one));
  return rdata.filter((_, index) => keys.indexOf(keys[index]!) === index);
}

/** Fails unless both images are the same zone, whatever case their names have. */
export function assertSameZone(actual: ZoneImage, expected: ZoneImage): void {
  assert.equal(actual.nodeCount, expected.nodeCount, "nodes");
  assert.equal(actual.rrsetCount, expected.rrsetCount, "record sets");
  assert.equal(actual.recordCount, expected.recordCount, "records");
  const seen = new Set<number>();
  let nodes = 0;
  for (const node of actual.nodes()) {
    nodes++;
    const name = actual.nodeName(node);
    assert.equal(actual.find(name), node, "a node is found by its name");
    assert.ok(node === actual.apex || seen.has(actual.parent(node)), "parents come before their children");
    seen.add(actual.identity(node));
    assert.notEqual(expected.find(name), 0, `${JSON.stringify(name)} is no name of the zone`);
  }
  assert.equal(nodes, expected.nodeCount);
  for (const node of expected.nodes()) assertSameNode(actual, expected, node);
}

/** All flags but the one that says how an image came to be. */
const lasting = ~NodeFlag.moved;

function assertSameNode(actual: ZoneImage, expected: ZoneImage, node: number): void {
  const name = expected.nodeName(node);
  const found = actual.find(name);
  const text = JSON.stringify(name);
  assert.notEqual(found, 0, `${text} is a name of the zone`);
  assert.equal(actual.flags(found) & lasting, expected.flags(node) & lasting, `flags of ${text}`);
  assert.deepEqual(rrsetsOf(actual, found), rrsetsOf(expected, node), text);
  assert.equal(lowerName(actual.nodeName(found)), lowerName(name));
  if (found === actual.apex) return;
  const above = actual.find(parentName(name));
  assert.equal(actual.identity(above), actual.parent(found), `parent of ${text}`);
}

function rrsetsOf(image: ZoneImage, node: number): object[] {
  const list: object[] = [];
  let rrset = image.firstRrset(node);
  for (let left = image.rrsetsAt(node); left > 0; left--) {
    list.push({ type: image.type(rrset), ttl: image.ttl(rrset), rdata: image.rdata(rrset) });
    rrset = image.nextRrset(rrset);
  }
  return list;
}
