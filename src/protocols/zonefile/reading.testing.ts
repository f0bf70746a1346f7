/** What tests see of a zone file that is read: records, places and messages as text. */
import { type Name, nameFromOctets, nameToText, parseName } from "../dns/name.ts";
import { rdataToText } from "../dns/records/index.ts";
import { mnemonicOfType } from "../dns/registry.ts";
import type { ZoneProblem } from "./problem.ts";
import type { WrittenRecord } from "./writer.ts";
import { parseZone, type ZoneFileSummary, type ZoneSource } from "./zone-file.ts";

export interface ReadZone {
  readonly summary: ZoneFileSummary;
  readonly records: readonly string[];
  readonly data: readonly WrittenRecord[];
  /** `file:line` of each record. */
  readonly places: readonly string[];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** The text has one octet per character; the zone is example.com. and the file is called `zone`. */
export function readZoneText(
  text: string,
  files: Readonly<Record<string, string>> = {},
  options: { origin?: Name; defaultTtl?: number } = {},
): ReadZone {
  const data: WrittenRecord[] = [];
  const places: string[] = [];
  const problems: ZoneProblem[] = [];
  let file = "";
  const summary = parseZone(sourceOf("zone", text), {
    origin: parseName("example.com."),
    ...options,
    include: (path) => (path in files ? sourceOf(path, files[path]!) : "no such file"),
    onProblem: (problem) => problems.push(problem),
    sink: {
      enterFile(entered) {
        file = entered;
      },
      record(owner, _ownerLength, type, ttl, rdata, rdataLength, line) {
        data.push({ owner: nameFromOctets(owner), type, ttl, rdata: rdata.slice(0, rdataLength) });
        places.push(`${file}:${line}`);
      },
    },
  });
  const said = (severity: string): string[] =>
    problems.filter((problem) => problem.severity === severity).map(problemLine);
  return {
    summary,
    data,
    records: data.map(recordLine),
    places,
    errors: said("error"),
    warnings: said("warning"),
  };
}

export function sourceOf(file: string, text: string): ZoneSource {
  return { file, octets: Uint8Array.from(text, (character) => character.charCodeAt(0)) };
}

export function recordLine({ owner, type, ttl, rdata }: WrittenRecord): string {
  return `${nameToText(owner)} ${ttl} ${mnemonicOfType(type)} ${rdataToText(type, rdata)}`;
}

function problemLine({ file, line, column, what, remedy }: ZoneProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${place}: ${what}${remedy === undefined ? "" : `; ${remedy}`}`;
}
