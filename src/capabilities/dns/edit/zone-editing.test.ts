import assert from "node:assert/strict";
import { test } from "node:test";
import { RouteError } from "#contracts/route.ts";
import { parseName } from "#protocols/dns/name.ts";
import type { ZoneUnchangeableError } from "../journal/zone-writer.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { diffText } from "./diff-text.ts";
import type { EditOutcome } from "./edit-request.ts";
import { EditingRig, imageOf, origin, zoneText } from "./zone-editing.testing.ts";

const www = "www A 192.0.2.7";
const by = { by: "ada", dryRun: false };
const dynamic = (label: string, last: number): ZoneChange => ({
  do: "add",
  owner: parseName(`${label}.example.`),
  type: 1,
  ttl: 60,
  rdata: Uint8Array.of(192, 0, 2, last),
});

function lines({ difference }: Pick<EditOutcome, "difference">): readonly string[] {
  return diffText(difference, 100).lines;
}

function presentLines(rig: EditingRig): readonly string[] {
  return diffText({ removed: [], added: [...rig.zone.image.records()].filter(({ type }) => type === 1) }, 100)
    .lines;
}

const refused = (code: string, text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof RouteError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, text);
  return true;
};

test("a text takes the place of the zone that it was made from, by whom it was sent", async () => {
  const rig = new EditingRig(zoneText(7, www));
  const text = zoneText(7, "www A 192.0.2.8", "mail A 192.0.2.9");
  const edit = { ...by, baseSerial: 7, merge: false };
  const preview = await rig.editing.edit(origin, text, { ...edit, dryRun: true });
  assert.deepEqual(lines(preview), [
    "+mail.example. 60 IN A 192.0.2.9",
    "-www.example. 60 IN A 192.0.2.7",
    "+www.example. 60 IN A 192.0.2.8",
  ]);
  assert.equal(preview.serial, 7);
  assert.equal(rig.zone.sets.length, 0);
  const outcome = await rig.editing.edit(origin, text, edit);
  assert.deepEqual([outcome.serial, lines(outcome)], [8, lines(preview)]);
  assert.deepEqual(rig.zone.sets[0]!.author, { kind: "user", name: "ada" });
});

test("a text with the same records changes nothing, and a later serial number is taken", async () => {
  const rig = new EditingRig(zoneText(7, www));
  const edit = { ...by, baseSerial: 7, merge: false };
  const same = await rig.editing.edit(origin, zoneText(7, www.toUpperCase()), edit);
  assert.deepEqual([same.serial, lines(same), rig.zone.sets.length], [7, [], 0]);
  const later = await rig.editing.edit(origin, zoneText(2026112401, www), edit);
  assert.deepEqual(
    [later.serial, lines(later)],
    [
      2026112401,
      [
        "-example. 60 IN SOA ns.example. host.example. 7 3600 600 86400 300",
        "+example. 60 IN SOA ns.example. host.example. 2026112401 3600 600 86400 300",
      ],
    ],
  );
});

test("a text with mistakes changes nothing and says where they are", async () => {
  const rig = new EditingRig(zoneText(7));
  const outcome = await rig.editing.edit(origin, zoneText(7, "www A 192.0.2.300"), {
    ...by,
    baseSerial: 7,
    merge: true,
  });
  assert.deepEqual(
    outcome.problems.map(({ file, line, severity }) => [file, line, severity]),
    [["example", 5, "error"]],
  );
  assert.deepEqual([outcome.serial, rig.zone.sets.length], [7, 0]);
});

for (const when of ["before it is sent", "before its turn comes"] as const) {
  test(`a zone that changed ${when} is not overwritten; what came is named and can be merged`, async () => {
    const rig = new EditingRig(zoneText(7, www));
    const change = (label: string) => () => void rig.zone.change([dynamic(label, 9)]);
    if (when === "before it is sent") change("host")();
    else rig.meanwhile = change("host");
    const text = zoneText(7, "www A 192.0.2.8");
    const edit = { ...by, baseSerial: 7, merge: false };
    const moved = /^example has changed since serial 7 and is at 8 now; merge, or start again/;
    await assert.rejects(rig.editing.edit(origin, text, edit), refused("HP_DNS_ZONE_MOVED", moved));
    if (when === "before it is sent") {
      const named = /\n {2}serial 8, 1970-01-01T00:00:01.000Z, update a-key: -0 \+1 records$/;
      await assert.rejects(rig.editing.edit(origin, text, edit), refused("HP_DNS_ZONE_MOVED", named));
    }
    rig.meanwhile = change("later");
    const outcome = await rig.editing.edit(origin, text, { ...edit, merge: true });
    assert.deepEqual(lines(outcome), ["-www.example. 60 IN A 192.0.2.7", "+www.example. 60 IN A 192.0.2.8"]);
    assert.deepEqual(presentLines(rig), [
      "+host.example. 60 IN A 192.0.2.9",
      "+later.example. 60 IN A 192.0.2.9",
      "+ns.example. 60 IN A 192.0.2.1",
      "+www.example. 60 IN A 192.0.2.8",
    ]);
  });
}

test("a text of a zone whose past is not known is refused", async () => {
  const rig = new EditingRig(zoneText(7));
  const edit = { ...by, baseSerial: 3, merge: true };
  await assert.rejects(
    rig.editing.edit(origin, zoneText(3), edit),
    refused("HP_DNS_SERIAL_UNKNOWN", /since serial 3/),
  );
});

test("a file is compared with what was applied last, and records of others stay", async () => {
  const rig = new EditingRig(zoneText(1));
  const apply = { ...by, whole: false, note: "apply example.zone" };
  await rig.editing.apply(origin, zoneText(1, www, "old A 192.0.2.3"), apply);
  rig.zone.change([dynamic("host", 9), dynamic("www", 99)]);
  const second = zoneText(1, www, "new A 192.0.2.4");
  const preview = await rig.editing.apply(origin, second, { ...apply, dryRun: true });
  const outcome = await rig.editing.apply(origin, second, apply);
  assert.deepEqual(lines(outcome), ["+new.example. 60 IN A 192.0.2.4", "-old.example. 60 IN A 192.0.2.3"]);
  assert.deepEqual(lines(preview), lines(outcome));
  assert.equal(rig.zone.sets.at(-1)!.note, "apply example.zone");
  const again = await rig.editing.apply(origin, second, apply);
  assert.deepEqual([lines(again), again.conflicts], [[], []]);
  const third = await rig.editing.apply(origin, zoneText(1, "www A 192.0.2.8"), apply);
  assert.deepEqual(
    third.conflicts.map(({ text }) => text.slice(0, 46)),
    ["www.example. A was changed in the file and by "],
  );
  const whole = await rig.editing.apply(origin, zoneText(1, www), { ...apply, whole: true });
  assert.equal(whole.conflicts.length, 0);
  assert.deepEqual(presentLines(rig), ["+ns.example. 60 IN A 192.0.2.1", "+www.example. 60 IN A 192.0.2.7"]);
});

test("the first file that is applied is compared with what the zone's own file said", async () => {
  const rig = new EditingRig(zoneText(1, www));
  rig.fileBase = imageOf(zoneText(1, www));
  rig.zone.change([dynamic("host", 9)]);
  const outcome = await rig.editing.apply(origin, zoneText(1), { ...by, whole: false });
  assert.deepEqual(lines(outcome), ["-www.example. 60 IN A 192.0.2.7"]);
});

test("a zone goes back to what it was, and what came meanwhile too", async () => {
  const rig = new EditingRig(zoneText(1, www));
  rig.zone.change([dynamic("host", 9)]);
  rig.zone.change([{ do: "delete-name", owner: parseName("www.example.") }]);
  rig.meanwhile = () => void rig.zone.change([dynamic("late", 9)]);
  const outcome = await rig.editing.revert(origin, 2, by);
  assert.deepEqual(lines(outcome), ["-late.example. 60 IN A 192.0.2.9", "+www.example. 60 IN A 192.0.2.7"]);
  assert.deepEqual([outcome.serial, rig.zone.sets.at(-1)!.note], [5, "revert to 2"]);
  const preview = await rig.editing.revert(origin, 1, { ...by, dryRun: true });
  assert.deepEqual([preview.serial, lines(preview)], [5, ["-host.example. 60 IN A 192.0.2.9"]]);
  assert.deepEqual(lines(await rig.editing.revert(origin, 5, by)), []);
  rig.historyFrom = 4;
  await assert.rejects(rig.editing.revert(origin, 1, by), refused("HP_DNS_SERIAL_UNKNOWN", /since serial 1/));
});

test("differences: the last change, since a serial, between two, backwards", async () => {
  const rig = new EditingRig(zoneText(1));
  await assert.rejects(rig.editing.diff(origin), refused("HP_DNS_HISTORY_EMPTY", /nobody has changed it/));
  for (const last of [2, 3, 4]) rig.zone.change([dynamic(`h${last}`, last)]);
  const shown = async (...serials: number[]) =>
    lines(await rig.editing.diff(origin, ...serials)).filter((line) => !line.includes("SOA"));
  assert.deepEqual(await shown(), ["+h4.example. 60 IN A 192.0.2.4"]);
  assert.deepEqual(await shown(3), ["+h4.example. 60 IN A 192.0.2.4"]);
  assert.deepEqual(await shown(1, 2), ["+h2.example. 60 IN A 192.0.2.2"]);
  assert.deepEqual(await shown(3, 2), ["-h3.example. 60 IN A 192.0.2.3"]);
  assert.deepEqual(await shown(4), []);
  assert.deepEqual(await shown(2, 2), []);
  await assert.rejects(rig.editing.diff(origin, 1, 9), refused("HP_DNS_SERIAL_UNKNOWN", /since serial 9/));
});

test("a history is read page by page", async () => {
  const rig = new EditingRig(zoneText(1));
  for (const last of [2, 3, 4]) rig.zone.change([dynamic(`h${last}`, last)]);
  const first = await rig.editing.history(origin, 2);
  assert.deepEqual(
    first.sets.map(({ to, added }) => [to, added]),
    [
      [4, 1],
      [3, 1],
    ],
  );
  const second = await rig.editing.history(origin, 2, first.before);
  assert.deepEqual([second.sets.map(({ to }) => to), second.before], [[2], undefined]);
});

const whys: readonly (readonly [ZoneUnchangeableError["why"], string, number])[] = [
  ["unknown", "HP_DNS_ZONE_UNKNOWN", 404],
  ["not-loaded", "HP_DNS_ZONE_EMPTY", 409],
  ["secondary", "HP_DNS_ZONE_SECONDARY", 409],
  ["frozen", "HP_DNS_ZONE_FROZEN", 409],
  ["signed", "HP_DNS_ZONE_SIGNED", 409],
  ["invalid", "HP_DNS_ZONE_INVALID", 409],
  ["busy", "HP_DNS_ZONE_BUSY", 503],
];
for (const [why, code, status] of whys) {
  test(`a zone that is ${why} is refused with ${code}, also in a preview`, async () => {
    const rig = new EditingRig(zoneText(1));
    rig.unchangeable = why;
    const edit = { ...by, baseSerial: 1, merge: false, dryRun: true };
    await assert.rejects(rig.editing.edit(origin, zoneText(1, www), edit), (error) => {
      assert.ok(error instanceof RouteError);
      assert.deepEqual([error.code, error.status, error.message], [code, status, `it is ${why}`]);
      return true;
    });
  });
}

test("zones that are not there, and texts that are too large, are refused", async () => {
  const rig = new EditingRig(zoneText(1));
  const apply = { ...by, whole: false };
  await assert.rejects(
    rig.editing.apply(parseName("other."), zoneText(1), apply),
    refused("HP_DNS_ZONE_UNKNOWN", /there is no zone other;/),
  );
  await assert.rejects(
    rig.editing.apply(origin, ";".repeat(1_000_001), apply),
    refused("HP_DNS_TEXT_TOO_LARGE", /put larger ones into the zone's file/),
  );
});
