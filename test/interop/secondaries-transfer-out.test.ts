/**
 * named, knotd and nsd as secondaries: each ends up with the zone that Homeport has, by AXFR, and by IXFR
 * after a thousand random changes.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { lowerName, type Name, parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { zoneImage } from "../../src/capabilities/dns/engine/engine-rig.ts";
import type { ChangeSet } from "../../src/capabilities/dns/journal/change-set.ts";
import type { ZoneImage, ZoneRecord } from "../../src/capabilities/dns/zones/image.ts";
import { ImageMemory } from "../../src/capabilities/dns/zones/image-memory.ts";
import { loadZone } from "../../src/capabilities/dns/zones/load.ts";
import type { ZoneChange } from "../../src/capabilities/dns/zones/zone-change.ts";
import { ZoneEditor } from "../../src/capabilities/dns/zones/zone-editor.ts";
import { mergeZone, presentMoment } from "../../src/capabilities/dns/zones/zone-merge.ts";
import { requirePeer } from "../peers.ts";
import { HistoryInMemory, startPrimary } from "./in-process-transfer-out.ts";
import { recordTexts, secondaryKinds, startSecondary } from "./secondaries-transfer-out.ts";
import { canSign, signZones } from "./signed-zones.ts";

const zoneNames = [
  "rich.example",
  "child.rich.example",
  "other.example",
  "alias.example",
  "wild.example",
  "chains.example",
  "big.example",
  "escaped.example",
  "dnssec.example",
  "2.0.192.in-addr.arpa",
  "8.b.d.0.1.0.0.2.ip6.arpa",
  "tld",
];

function load(name: string, file = join(import.meta.dirname, "zones", `${name}.zone`)): ZoneImage {
  const request = { name: parseName(`${name}.`), file, folder: "/", checkNames: "ignore" } as const;
  const { image, problems } = loadZone(request);
  assert.ok(image, problems.map(({ what }) => what).join("\n"));
  return image;
}

function textsOf(image: ZoneImage): readonly string[] {
  return recordTexts([...image.records()].map(({ owner, ...record }) => ({ name: owner, ...record })));
}

for (const kind of secondaryKinds) {
  test(`${kind.program} copies zones with every type of record, plain and signed`, async (t) => {
    if (!requirePeer(t, kind.program, kind.debianPackage) || !canSign(t)) return;
    using signed = signZones();
    const images = [
      ...zoneNames.map((name) => load(name)),
      ...signed.zones.map(({ name, file }) => load(name, file)),
    ];
    await using primary = await startPrimary(() => images);
    await using secondary = await startSecondary(
      kind,
      images.map(({ origin }) => origin),
      primary.port,
    );
    for (const image of images) await secondary.untilSerial(image.origin, image.serial());
    for (const image of images) {
      assert.deepEqual(await secondary.zone(image.origin), textsOf(image));
    }
  });

  test(`${kind.program} follows a thousand random changes by IXFR`, async (t) => {
    if (!requirePeer(t, kind.program, kind.debianPackage)) return;
    const zone = new RandomlyChangedZone();
    await using primary = await startPrimary(() => [zone.image], zone.history);
    await using secondary = await startSecondary(kind, [zone.origin], primary.port);
    await secondary.untilSerial(zone.origin, 1);
    for (const changes of [1, 9, 990]) {
      for (let i = 0; i < changes; i++) zone.change();
      await primary.notify(zone.origin, secondary.port);
      await secondary.untilSerial(zone.origin, zone.image.serial());
      assert.deepEqual(await secondary.zone(zone.origin), textsOf(zone.image));
    }
    const { counters } = primary.transfers;
    assert.deepEqual([counters.ixfr, counters.ixfrWhole, counters.failed], [3, 0, 0]);
  });
}

/** Keeps what each change removed and added. */
class RandomlyChangedZone {
  readonly origin = parseName("changing.example.");
  readonly history = new HistoryInMemory();
  private readonly editor: ZoneEditor;
  private state = 1;

  constructor() {
    const text = Array.from({ length: 8000 }, (_, i) => `${this.label(i)} A 192.0.2.${i % 256}\n`).join("");
    const image = zoneImage("changing.example.", text);
    const room = { octets: 1_000_000, names: 10_000 };
    this.editor = new ZoneEditor(mergeZone(presentMoment(new ImageMemory(image)), room).image);
    this.history.sets.set(lowerName(this.origin), []);
  }

  get image(): ZoneImage {
    return this.editor.image;
  }

  /** Up to five names get other records, or none. */
  change(): void {
    const { image, editor } = this;
    const from = image.serial();
    const owners = new Set(Array.from({ length: 1 + this.random(5) }, () => this.name(this.random(9000))));
    const changes = [...owners].flatMap((owner) => this.changesOf(owner));
    changes.push({
      do: "set",
      owner: this.origin,
      type: RRType.SOA,
      ttl: 3600,
      rdata: [this.soaWith(from + 1)],
    });
    const touched = [this.origin, ...owners];
    const before = touched.map((owner) => this.recordsAt(owner));
    assert.ok(editor.apply(changes));
    const after = touched.map((owner) => this.recordsAt(owner));
    const set: ChangeSet = {
      from,
      to: from + 1,
      atMs: 0,
      author: { kind: "user", name: "test" },
      removed: before.flatMap((records, i) => without(records, after[i]!)),
      added: after.flatMap((records, i) => without(records, before[i]!)),
    };
    this.history.sets.get(lowerName(this.origin))!.push(set);
  }

  private changesOf(owner: Name): ZoneChange[] {
    if (this.random(4) === 0) return [{ do: "delete-name", owner }];
    const address = Uint8Array.of(10, this.random(256), this.random(256), this.random(256));
    const target = Buffer.from(this.name(this.random(9000)), "latin1");
    return [
      { do: this.random(2) === 0 ? "set" : "add", owner, type: RRType.A, ttl: 60, rdata: address },
      { do: "set", owner, type: RRType.MX, ttl: 60, rdata: [Uint8Array.of(0, this.random(9), ...target)] },
    ].map(
      (change) => (change.do === "set" ? { ...change, rdata: [change.rdata].flat() } : change) as ZoneChange,
    );
  }

  /** The SOA record first. */
  private recordsAt(owner: Name): ZoneRecord[] {
    const node = this.image.find(owner);
    const records = node === 0 ? [] : [...this.image.recordsOf(node)];
    return records.sort((one, other) => Number(other.type === RRType.SOA) - Number(one.type === RRType.SOA));
  }

  private soaWith(serial: number): Uint8Array {
    const rdata = Buffer.from(this.editor.rrset(this.origin, RRType.SOA)!.rdata[0]!);
    rdata.writeUInt32BE(serial, rdata.length - 20);
    return rdata;
  }

  private label(index: number): string {
    return index % 3 === 0 ? `h${index}` : `h${index}.d${index % 17}`;
  }

  private name(index: number): Name {
    return parseName(`${this.label(index)}.changing.example.`);
  }

  /** The same sequence each time: what fails once fails again. */
  private random(below: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * below);
  }
}

function without(records: readonly ZoneRecord[], others: readonly ZoneRecord[]): ZoneRecord[] {
  const key = ({ owner, type, ttl, rdata }: ZoneRecord): string => `${owner} ${type} ${ttl} ${rdata.toHex()}`;
  const known = new Set(others.map(key));
  return records.filter((record) => !known.has(key(record)));
}
