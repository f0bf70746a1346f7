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
  private rrsets = new Map<string, ModelRrset>();

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
    for (const { owner, type, ttl, rdata } of this.rrsets.values()) {
      const octets = nameOctets(owner);
      for (const one of rdata) assert.ok(builder.add(octets, octets.length, type, ttl, one, one.length));
    }
    return builder.finish();
  }

  private do(change: ZoneChange): void {
    const owner = lowerName(change.owner);
    switch (change.do) {
      case "delete-name":
        this.drop((rrset) => lowerName(rrset.owner) === owner);
        break;
      case "delete":
        this.drop((rrset) => lowerName(rrset.owner) === owner && rrset.type === change.type);
        break;
      case "set":
        if (change.rdata.length === 0) this.do({ ...change, do: "delete" });
        else this.put(change, distinct(change.type, change.rdata));
        break;
      case "add":
        this.put(change, distinct(change.type, [...(this.present(change)?.rdata ?? []), change.rdata]));
        break;
      case "remove":
        this.remove(change);
    }
  }

  private present(change: ZoneChange & { readonly do: "add" | "remove" }): ModelRrset | undefined {
    return this.rrsets.get(keyOf(change, change.rdata));
  }

  private remove(change: ZoneChange & { readonly do: "remove" }): void {
    const present = this.present(change);
    if (present === undefined) return;
    const unwanted = rdataKey(change.type, change.rdata);
    const rdata = present.rdata.filter((one) => rdataKey(change.type, one) !== unwanted);
    if (rdata.length === 0) this.rrsets.delete(keyOf(change, change.rdata));
    else this.put(present, rdata);
  }

  private put({ owner, type, ttl }: Omit<ModelRrset, "rdata">, rdata: readonly Uint8Array[]): void {
    const key = keyOf({ owner, type }, rdata[0]!);
    this.rrsets.set(key, { owner, type, ttl, rdata });
  }

  private drop(unwanted: (rrset: ModelRrset) => boolean): void {
    for (const [key, rrset] of this.rrsets) if (unwanted(rrset)) this.rrsets.delete(key);
  }
}

function keyOf({ owner, type }: { readonly owner: Name; readonly type: number }, rdata: Uint8Array): string {
  return `${lowerName(owner)} ${rrsetKey(type, rdata)}`;
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
