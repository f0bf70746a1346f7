/** A zone file named on the command line, and which zone it is of. */
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { CommandCall } from "#contracts/command.ts";
import { type Name, NameError, parseName } from "#protocols/dns/name.ts";
import type { CheckNames } from "../zones/checks.ts";
import { loadZone, type ZoneLoad } from "../zones/load.ts";

/** A zone's SOA stands at the front of its file. */
const guessedOctetsMax = 65_536;

export interface NamedZoneFile {
  readonly file: string;
  readonly name: Name;
}

/** Or what is wrong with the command line. */
export function zoneFileOfCall(call: CommandCall): NamedZoneFile | string {
  const file = String(call.arguments["file"]);
  const zone = call.arguments["zone"];
  if (typeof zone !== "string") {
    const name = guessName(file);
    return name === undefined
      ? `${file} does not say which zone it is of: name it, as in homeport zone check ${file} example.net`
      : { file, name };
  }
  try {
    return { file, name: parseName(zone.endsWith(".") ? zone : `${zone}.`) };
  } catch (error) {
    if (error instanceof NameError) return error.message;
    throw error;
  }
}

export function loadNamedFile({ file, name }: NamedZoneFile, checkNames: unknown): ZoneLoad {
  return loadZone({
    name,
    file,
    folder: dirname(resolve(file)),
    checkNames: (checkNames ?? "warn") as CheckNames,
  });
}

/**
 * The owner of the SOA when it is written out or follows from $ORIGIN, else the name of the file as it is
 * usual.
 */
function guessName(file: string): Name | undefined {
  const named = soaOwner(readOrNothing(file));
  const ofFile = basename(file)
    .replace(/^(db|rev|zone)\./, "")
    .replace(/\.(db|zone|hosts|txt)$/, "");
  const text = named ?? (ofFile.includes(".") ? `${ofFile}.` : undefined);
  try {
    return text === undefined ? undefined : parseName(text);
  } catch {
    return undefined;
  }
}

function soaOwner(octets: Uint8Array): string | undefined {
  const lines = Buffer.from(octets.buffer, octets.byteOffset, Math.min(octets.length, guessedOctetsMax));
  let origin: string | undefined;
  for (const line of lines.toString("latin1").split("\n")) {
    origin = /^\$ORIGIN\s+(\S+\.)(\s|;|$)/i.exec(line)?.[1] ?? origin;
    const owner = /^([^\s;$]+)\s+(?:\S+\s+){0,2}SOA\s/i.exec(line)?.[1];
    if (owner === undefined) continue;
    if (owner.endsWith(".")) return owner;
    return owner === "@" || origin === undefined ? origin : `${owner}.${origin}`;
  }
  return undefined;
}

/** Loading the file will say why it cannot be read. */
function readOrNothing(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    return new Uint8Array(0);
  }
}
