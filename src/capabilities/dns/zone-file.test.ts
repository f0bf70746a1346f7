import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ConfigError } from "#contracts/configuration.ts";
import { fileOf, JournalRig, origin, primary } from "./journal/journal.testing.ts";
import { writeZoneFile } from "./zone-file.ts";
import { digestOfFiles, loadZone } from "./zones/load.ts";
import type { SiteZone } from "./zones/zone-set.ts";

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "homeport-zone-file-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function zoneAt(rig: JournalRig, path: string): Promise<SiteZone> {
  await rig.start();
  const live = await rig.serve(primary, fileOf(7));
  const request = { name: origin, file: path, folder: "/", checkNames: "warn" } as const;
  const { files } = loadZone(request);
  return { image: live.image, request, live, name: origin, files } as SiteZone;
}

test("what is written is what the loader reads again, and is known by the same digest", async (t) => {
  await using rig = new JournalRig();
  const path = join(folderOf(t), "example.db");
  const zone = await zoneAt(rig, path);
  await writeZoneFile(zone, rig.keeper);
  const { image, files } = loadZone({ name: origin, file: path, folder: "/", checkNames: "warn" });
  assert.equal(image?.serial(), 7);
  assert.equal(zone.live.fileDigest, digestOfFiles(files));
});

test("a file keeps its mode, a link stays a link, and nothing else is left in the folder", async (t) => {
  await using rig = new JournalRig();
  const folder = folderOf(t);
  const path = join(folder, "real.db");
  writeFileSync(path, "before");
  chmodSync(path, 0o666); // more than most umasks leave
  symlinkSync("real.db", join(folder, "example.db"));
  await writeZoneFile(await zoneAt(rig, join(folder, "example.db")), rig.keeper);
  assert.ok(lstatSync(join(folder, "example.db")).isSymbolicLink());
  assert.match(readFileSync(path, "latin1"), /SOA/);
  assert.equal(statSync(path).mode & 0o777, 0o666);
  assert.deepEqual(readdirSync(folder).sort(), ["example.db", "real.db"]);
});

test("a file that was edited since it was read is not written over", async (t) => {
  await using rig = new JournalRig();
  const path = join(folderOf(t), "example.db");
  const zone = await zoneAt(rig, path);
  await writeZoneFile(zone, rig.keeper);
  await writeZoneFile(zone, rig.keeper);
  writeFileSync(path, "somebody's work");
  await assert.rejects(writeZoneFile(zone, rig.keeper), /has changed since it was read/);
  assert.equal(readFileSync(path, "latin1"), "somebody's work");
});

test("a folder that cannot be written is the operator's to know, and the zone goes on", async (t) => {
  await using rig = new JournalRig();
  const zone = await zoneAt(rig, join(folderOf(t), "nowhere", "example.db"));
  await assert.rejects(
    writeZoneFile(zone, rig.keeper),
    (error) => error instanceof ConfigError && error.code === "HP_DNS_ZONE_FILE",
  );
});
