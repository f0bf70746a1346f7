/** `homeport zone history, diff, revert, apply, export`. */
import assert from "node:assert/strict";
import { lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExitCode } from "#contracts/command.ts";
import { zoneText } from "../../src/capabilities/dns/edit/zone-editing.testing.ts";
import { EditedZone } from "./zone-edit-call.ts";

const text = zoneText(7, "www A 192.0.2.7");
const zoneOnly = { arguments: { zone: "example" } };

test("history is a table, newest first, with who did it", async (t) => {
  const zone = new EditedZone(t, text);
  const empty = await zone.run("zone history", zoneOnly);
  assert.deepEqual([empty.code, empty.out], [ExitCode.ok, "nobody has changed example yet\n"]);
  zone.addHost("one", 1);
  zone.rig.zone.change(
    [{ do: "delete-name", owner: "\u0003www\u0007example\0" as never }],
    { kind: "user", name: "a\u001b[1m" },
    "gone",
  );
  const ran = await zone.run("zone history", zoneOnly);
  assert.deepEqual(ran.out.split("\n"), [
    "SERIAL  AT                        BY            OUT  IN  NOTE",
    "     9  1970-01-01T00:00:02.000Z  user a?[1m     -1  +0  gone",
    "     8  1970-01-01T00:00:01.000Z  update a-key   -0  +1",
    "",
  ]);
  const limited = await zone.run("zone history", { ...zoneOnly, options: { limit: "1" } });
  assert.deepEqual(
    [limited.out.split("\n").length, limited.error],
    [3, "and older ones; --limit shows more\n"],
  );
  const { changes } = JSON.parse((await zone.run("zone history", { ...zoneOnly, json: true })).out) as {
    changes: [];
  };
  assert.equal(changes.length, 2);
  assert.equal(
    (await zone.run("zone history", { ...zoneOnly, options: { limit: "0" } })).code,
    ExitCode.usage,
  );
});

test("diff: the last change, since a serial, between two", async (t) => {
  const zone = new EditedZone(t, text);
  for (const last of [1, 2]) zone.addHost(`h${last}`, last);
  const diff = async (...[from, to]: string[]) =>
    (await zone.run("zone diff", { arguments: { zone: "example", from, to } })).out
      .split("\n")
      .filter((line) => !/SOA|^$/.test(line));
  assert.deepEqual(await diff(), [
    "+h2.example. 60 IN A 192.0.2.2",
    "example, serial 8 to 9: 0 records removed, 1 record added",
  ]);
  assert.equal((await diff("7")).length, 3);
  assert.deepEqual(await diff("7", "8"), [
    "+h1.example. 60 IN A 192.0.2.1",
    "example, serial 7 to 8: 0 records removed, 1 record added",
  ]);
  const { error } = await zone.run("zone diff", { arguments: { zone: "example", from: "yesterday" } });
  assert.equal(error, '"yesterday" is no serial number; homeport zone history example lists them\n');
});

test("lines have colours at a terminal only", async (t) => {
  const zone = new EditedZone(t, text);
  zone.addHost("h", 1);
  const ran = await zone.run("zone diff", { ...zoneOnly, interactive: true });
  assert.ok(ran.out.includes("\u001b[32m+h.example. 60 IN A 192.0.2.1\u001b[39m\n"), ran.out);
});

test("revert asks, and does it", async (t) => {
  const zone = new EditedZone(t, text);
  zone.addHost("h", 1);
  const given = { arguments: { zone: "example", serial: "7" } };
  const refused = await zone.run("zone revert", { ...given, types: [""] });
  assert.deepEqual(refused.questions, ["Make example what it was at serial 7? [y/N]"]);
  assert.deepEqual(
    [refused.code, refused.out],
    [ExitCode.ok, "-h.example. 60 IN A 192.0.2.1\nnothing was changed\n"],
  );
  const preview = await zone.run("zone revert", { ...given, options: { "dry-run": true } });
  assert.match(preview.out, /would be: 1 record removed, 0 records added\n$/);
  assert.equal(zone.rig.zone.image.serial(), 8);
  const whileAsked = { 0: () => zone.addHost("late", 2) };
  const done = await zone.run("zone revert", { ...given, types: ["yes"], whileAsked });
  assert.deepEqual(done.out.split("\n"), [
    "-h.example. 60 IN A 192.0.2.1",
    "meanwhile the zone has changed; this was done:",
    "-h.example. 60 IN A 192.0.2.1",
    "-late.example. 60 IN A 192.0.2.2",
    "example is what it was at serial 7, with serial 10",
    "",
  ]);
  const again = await zone.run("zone revert", { ...given, options: { yes: true }, types: [] });
  assert.deepEqual([again.code, again.out], [ExitCode.ok, "example is what it was at serial 7\n"]);
  assert.equal(
    (await zone.run("zone revert", { arguments: { zone: "example", serial: "-1" } })).code,
    ExitCode.usage,
  );
  assert.equal(
    (await zone.run("zone revert", { arguments: { zone: "example", serial: "3" } })).code,
    "HP_DNS_SERIAL_UNKNOWN",
  );
});

test("apply does what is new in a file and keeps what others added", async (t) => {
  const zone = new EditedZone(t, text);
  zone.rig.fileBase = zone.rig.zone.image;
  zone.addHost("host", 4);
  const apply = (given = {}) => {
    const file = join(zone.folder, "example.db");
    return zone.run("zone apply", { arguments: { file, zone: "example" }, ...given });
  };
  zone.file("example.db", zoneText(1, "mail A 192.0.2.9"));
  const preview = await apply({ options: { "dry-run": true } });
  assert.deepEqual(preview.out.split("\n"), [
    "+mail.example. 60 IN A 192.0.2.9",
    "-www.example. 60 IN A 192.0.2.7",
    "would be: 1 record removed, 1 record added",
    "",
  ]);
  const done = await apply();
  assert.match(done.out, /\nexample is at serial 9\n$/);
  const { author, note } = zone.rig.zone.sets.at(-1)!;
  assert.deepEqual([author.kind, note], ["user", "apply example.db"]);
  const again = await apply({ types: [] });
  assert.deepEqual([again.code, again.out], [ExitCode.ok, `example is as ${zone.folder}/example.db says\n`]);
  const whole = await apply({ options: { whole: true } });
  assert.match(whole.out, /^-host\.example\. 60 IN A 192\.0\.2\.4\n/);
});

test("apply of a file with mistakes says where, and ends with 3 without asking the program", async (t) => {
  const zone = new EditedZone(t, text);
  const file = zone.file("example.db", zoneText(1, "mail A x"));
  const ran = await zone.run("zone apply", { arguments: { file, zone: "example" } });
  assert.deepEqual([ran.code, zone.requests], [ExitCode.problems, []]);
  assert.match(ran.error, /example\.db:5:8: "x" is not an IPv4 address/);
});

test("apply tells of conflicts, and ends with 3 when a part was left out", async (t) => {
  const zone = new EditedZone(t, text);
  zone.rig.fileBase = zone.rig.zone.image;
  zone.addHost("www", 4);
  const file = zone.file("example.db", zoneText(1, "www CNAME ns", "mail A 192.0.2.9"));
  const ran = await zone.run("zone apply", { arguments: { file, zone: "example" } });
  assert.equal(ran.code, ExitCode.problems);
  assert.match(ran.error, /^conflict: www\.example\. would be a CNAME and have A records/);
  assert.match(ran.out, /^\+mail\.example\. 60 IN A 192\.0\.2\.9\nexample is at serial 9\n$/);
});

test("apply sends what a file includes, and octets that are no UTF-8 as they are", async (t) => {
  const zone = new EditedZone(t, text);
  zone.file("more", "mail A 192.0.2.9\n");
  const file = zone.file("example.db", Buffer.from(zoneText(1, "$INCLUDE more", 'a TXT "\u00e4"'), "latin1"));
  const ran = await zone.run("zone apply", { arguments: { file, zone: "example" } });
  assert.match(ran.out, /\+a\.example\. 60 IN TXT "\\228"\n\+mail\.example\. 60 IN A 192\.0\.2\.9\n/);
});

test("apply without a zone takes it from the file, or asks for it", async (t) => {
  const zone = new EditedZone(t, text);
  const named = zone.file("a", text.replace("@ SOA", "example. SOA"));
  assert.equal((await zone.run("zone apply", { arguments: { file: named } })).code, ExitCode.ok);
  const unnamed = await zone.run("zone apply", { arguments: { file: zone.file("b", text) } });
  assert.equal(unnamed.code, ExitCode.usage);
  assert.match(unnamed.error, /as in homeport zone apply .*\/b example\.net/);
  const other = await zone.run("zone apply", { arguments: { file: named, zone: "other" } });
  assert.equal(other.code, ExitCode.problems);
});

test("export prints the zone, or writes it through a link and with the mode that the file has", async (t) => {
  const zone = new EditedZone(t, text);
  const printed = await zone.run("zone export", zoneOnly);
  assert.match(printed.out, /^\$ORIGIN example\.\n\$TTL 60[\s\S]*www +A +192\.0\.2\.7\n$/);
  const file = zone.file("out.zone", "old");
  const link = join(zone.folder, "link");
  symlinkSync(file, link);
  writeFileSync(file, "old", { mode: 0o640 });
  const { mode } = statSync(file);
  const written = await zone.run("zone export", { ...zoneOnly, options: { out: link } });
  assert.equal(written.out, `${link} has example at serial 7\n`);
  assert.equal(readFileSync(file, "utf8"), printed.out);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(statSync(file).mode, mode);
  const { serial } = JSON.parse((await zone.run("zone export", { ...zoneOnly, json: true })).out) as {
    serial: number;
  };
  assert.equal(serial, 7);
});
