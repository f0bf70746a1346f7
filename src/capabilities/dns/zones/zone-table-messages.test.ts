import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOctets, parseName } from "#protocols/dns/name.ts";
import { parseAddressMatch } from "../address-match.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import { NamePlace } from "../engine/name-place.ts";
import type { ZoneImage } from "./image.ts";
import { zoneLimits } from "./limits.ts";
import { ZoneTable } from "./zone-table.ts";
import { type ZoneTableMessage, ZoneTableReceiver, zoneTableMessages } from "./zone-table-messages.ts";

const acls = { home: ["192.168.9.0/24"] };
const entries = [["any"], ["acl home"]];
const matches = entries.map((list) => parseAddressMatch(list, acls));
const lists = { acls, entriesOf: (match: object) => entries[matches.indexOf(match as (typeof matches)[0])]! };

function tableOf(zones: Readonly<Record<string, ZoneImage | undefined>>): ZoneTable {
  return new ZoneTable(
    Object.entries(zones).map(([origin, image], number) => ({
      name: parseName(origin),
      image,
      allowQuery: matches[number % 2]!,
    })),
  );
}

/** Takes messages as another thread gets them. */
function deliver(receiver: ZoneTableReceiver, messages: readonly ZoneTableMessage[]): void {
  for (const message of messages)
    assert.equal(receiver.take(structuredClone(message)), message.part === "table");
}

function zoneOf(table: ZoneTable, name: string): number {
  const octets = nameOctets(parseName(name));
  const place = new NamePlace();
  place.place(octets, 0, octets.length);
  return table.find(place, false);
}

const images = {
  "one.example.": zoneImage("one.example.", "a A 192.0.2.1\n"),
  "broken.example.": undefined,
  "example.": zoneImage("example.", "b A 192.0.2.1\n"),
};

test("a thread that gets a table finds what is in it", () => {
  const receiver = new ZoneTableReceiver();
  const table = tableOf(images);
  deliver(receiver, zoneTableMessages(table, lists));
  for (const name of [
    "one.example.",
    "a.ONE.example.",
    "x.broken.example.",
    "example.",
    "b.example.",
    "test.",
  ]) {
    const zone = zoneOf(receiver.table, name);
    assert.equal(zone, zoneOf(table, name), name);
    if (zone === -1) continue;
    assert.equal(receiver.table.image(zone)?.origin, table.image(zone)?.origin);
    assert.deepEqual(
      [...(receiver.table.image(zone)?.records() ?? [])],
      [...(table.image(zone)?.records() ?? [])],
    );
    assert.equal(receiver.table.hasZonesBelow(zone), table.hasZonesBelow(zone));
    for (const address of [Uint8Array.of(192, 168, 9, 1), Uint8Array.of(192, 168, 8, 1)])
      assert.equal(receiver.table.allowQuery(zone).allows(address), table.allowQuery(zone).allows(address));
  }
});

test("an image is opened when somebody asks for it, once", () => {
  const receiver = new ZoneTableReceiver();
  deliver(receiver, zoneTableMessages(tableOf(images), lists));
  const { table } = receiver;
  assert.equal(table.openedImage(0), undefined);
  assert.equal(table.image(0), table.image(0));
  assert.equal(table.openedImage(0), table.image(0));
  assert.equal(table.image(1), undefined);
});

test("a table that differs little is little to send, and what was opened stays open", () => {
  const receiver = new ZoneTableReceiver();
  const before = tableOf(images);
  deliver(receiver, zoneTableMessages(before, lists));
  const opened = receiver.table.image(2);
  const added = zoneImage("a.example.", "");
  const after = tableOf({
    "a.example.": added,
    "example.": images["example."],
    "broken.example.": undefined,
  });
  const messages = zoneTableMessages(after, lists, before);
  assert.deepEqual(messages[0], { part: "images", memories: [added.buffer] });
  assert.equal(messages.length, 2);
  deliver(receiver, messages);
  assert.equal(receiver.table.openedImage(1), opened);
  assert.deepEqual([...receiver.table.image(0)!.records()], [...added.records()]);
  assert.equal(receiver.table.image(zoneOf(receiver.table, "broken.example.")), undefined);
  assert.equal(zoneOf(receiver.table, "one.example."), 1);
});

test("one image takes the place of another without a new table", () => {
  const receiver = new ZoneTableReceiver();
  const table = tableOf(images);
  deliver(receiver, zoneTableMessages(table, lists));
  assert.equal(receiver.table.image(0)!.serial(), 1);
  const image = zoneImage("one.example.", "c A 192.0.2.1\n");
  deliver(receiver, [{ part: "image", zone: 0, memory: image.buffer }]);
  assert.deepEqual([...receiver.table.image(0)!.records()], [...image.records()]);
  table.replaceImage(0, image.buffer);
  assert.equal(zoneTableMessages(table, lists, table).length, 1);
  deliver(receiver, zoneTableMessages(table, lists, table));
  assert.deepEqual([...receiver.table.image(0)!.records()], [...image.records()]);
});

test("many images come in several messages", () => {
  const receiver = new ZoneTableReceiver();
  const count = zoneLimits.imagesPerMessageMax + 1;
  const names = Array.from({ length: count }, (_, i) => `z${i}.example.`);
  const messages = zoneTableMessages(
    tableOf(Object.fromEntries(names.map((name) => [name, zoneImage(name, "")]))),
    lists,
  );
  assert.deepEqual(
    messages.map(({ part }) => part),
    ["images", "images", "table"],
  );
  deliver(receiver, messages);
  for (const name of names)
    assert.equal(receiver.table.image(zoneOf(receiver.table, name))!.origin, parseName(name));
});
