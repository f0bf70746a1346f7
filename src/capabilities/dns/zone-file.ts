/** Writes a zone back to its file, as it is now: for who edits files, and for programs that read them. */
import { createHash } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
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
import { filesUnchanged } from "./zones/load.ts";
import { recordsByName } from "./zones/order.ts";
import { type SiteZone, zoneText } from "./zones/zone-set.ts";

/**
 * Durable, and known to be what the zone is, when it resolves. Throws ConfigError when it cannot be written,
 * or when somebody has changed the file since it was read.
 */
export async function writeZoneFile(zone: SiteZone, keeper: Pick<ZoneKeeper, "fileWritten">): Promise<void> {
  const { image, request, live } = zone;
  if (image === undefined || request === undefined) return;
  const text = writeZone(recordsByName(image), { origin: image.origin });
  const octets = Buffer.from(text, "latin1");
  if (hasChanged(zone)) {
    const what = `${zoneText(zone.name)} is not written to its file: the file has changed since it was read`;
    const remedy = `run \`homeport zone reload ${zoneText(zone.name)}\`, which merges the two, and try again`;
    throw new ConfigError("HP_DNS_ZONE_FILE", [{ severity: "error", file: request.file, what, remedy }]);
  }
  try {
    replaceFile(request.file, octets);
  } catch (error) {
    const what = `${zoneText(zone.name)} cannot be written to its file: ${(error as Error).message}`;
    const remedy = "make room, or let the program write there";
    throw new ConfigError("HP_DNS_ZONE_FILE", [{ severity: "error", file: request.file, what, remedy }]);
  }
  await keeper.fileWritten(live, digestOf(octets), image);
}

/** Somebody has edited the file, or one that it includes, and nobody has read it since. */
function hasChanged({ request, live, files }: SiteZone): boolean {
  let digest: string;
  try {
    digest = digestOf(readFileSync(request!.file));
  } catch {
    return false; // there is nothing to lose
  }
  if (digest === live.fileDigest) return false; // as it was written last
  return digest !== files[0]?.digest || !filesUnchanged(files.slice(1));
}

function digestOf(octets: Uint8Array): string {
  return createHash("sha256").update(octets).digest("base64url");
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
