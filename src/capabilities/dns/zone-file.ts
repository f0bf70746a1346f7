/** Writes a zone back to its file, as it is now: for who edits files, and for programs that read them. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError } from "#contracts/configuration.ts";
import { writeDurably } from "#platform/files/durable-file.ts";
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
    writeDurably(request.file, 0o644, (write) => write(octets));
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
