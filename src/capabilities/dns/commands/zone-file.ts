/** A zone file named on the command line, and which zone it is of. */
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { CommandCall } from "#contracts/command.ts";
import { type Name, NameError, nameFromOctets, parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { parseZone } from "#protocols/zonefile/zone-file.ts";
import type { CheckNames } from "../zones/checks.ts";
import { loadZone, type ZoneLoad } from "../zones/load.ts";

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

/** The owner of the SOA when it is written out (or after $ORIGIN), else the name of the file as it is usual. */
function guessName(file: string): Name | undefined {
  let found: Name | undefined;
  const octets = readOrNothing(file);
  parseZone(
    { file, octets },
    {
      origin: parseName("."),
      include: () => "not read",
      onProblem: () => {},
      sink: {
        record: (owner, _ownerLength, type) => {
          if (type === RRType.SOA) found ??= nameFromOctets(owner);
        },
      },
    },
  );
  if (found !== undefined && found.length > 1) return found;
  const text = basename(file)
    .replace(/^(db|rev|zone)\./, "")
    .replace(/\.(db|zone|hosts|txt)$/, "");
  try {
    return /\./.test(text) ? parseName(`${text}.`) : undefined;
  } catch {
    return undefined;
  }
}

/** Loading the file will say why it cannot be read. */
function readOrNothing(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    return new Uint8Array(0);
  }
}
