/** Writes a zone back to its file, as it is now: for who edits files, and for programs that read them. */
import { createHash } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "#contracts/configuration.ts";
import { writeZone } from "#protocols/zonefile/writer.ts";
import type { ZoneKeeper } from "./journal/zone-keeper.ts";
import { recordsByName } from "./zones/order.ts";
import { type SiteZone, zoneText } from "./zones/zone-set.ts";

/** Durable, and known to be what the zone is, when it resolves. Throws ConfigError when it cannot be written. */
export async function writeZoneFile(zone: SiteZone, keeper: Pick<ZoneKeeper, "fileWritten">): Promise<void> {
  const { image, request, live } = zone;
  if (image === undefined || request === undefined) return;
  const text = writeZone(recordsByName(image), { origin: image.origin });
  const octets = Buffer.from(text, "latin1");
  try {
    replaceFile(request.file, octets);
  } catch (error) {
    const what = `${zoneText(zone.name)} cannot be written to its file: ${(error as Error).message}`;
    const remedy = "make room, or let the program write there";
    throw new ConfigError("HP_DNS_ZONE_FILE", [{ severity: "error", file: request.file, what, remedy }]);
  }
  await keeper.fileWritten(live, createHash("sha256").update(octets).digest("base64url"), image);
}

/** Whole or not at all, with the mode of the one before; where that is a link, what it leads to. Durable. */
function replaceFile(link: string, octets: Uint8Array): void {
  const before = statSync(link, { throwIfNoEntry: false });
  const path = before === undefined ? link : realpathSync(link);
  const temporary = `${path}.homeport-new`;
  const file = openSync(temporary, "w", 0o644);
  try {
    if (before !== undefined) fchmodSync(file, before.mode & 0o777);
    for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at);
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    unlinkSync(temporary);
    throw error;
  }
  closeSync(file);
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** So that the new content survives a loss of power under the name. */
function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
