/** A zone as people write it, from wherever they sent it. */
import type { Name } from "#protocols/dns/name.ts";
import type { CheckNames } from "../zones/checks.ts";
import { type ReadZone, readZone } from "../zones/read-zone.ts";

export interface ZoneTextRequest {
  readonly name: Name;
  readonly text: string;
  /** How problems call it. */
  readonly file: string;
  readonly checkNames: CheckNames;
}

/** Reads and checks a zone as a zone file would be. $INCLUDE is refused: a text has no folder beside it. */
export function parseZoneText({ name, text, file, checkNames }: ZoneTextRequest): ReadZone {
  const source = { file, octets: Buffer.from(text) };
  return readZone({
    name,
    checkNames,
    source,
    include: () => "a text that is sent includes no files; write its records here",
    sourceAgain: () => source,
  });
}
