/** From the text of a zone to its image: parse, build, check. Whoever has the text says where it is from. */
import { type Name, nameFromOctets, nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType } from "#protocols/dns/registry.ts";
import { locateRecords, type WantedRecord } from "#protocols/zonefile/locate.ts";
import type { ZonePlace, ZoneProblem } from "#protocols/zonefile/problem.ts";
import { parseZone, type ZoneSource } from "#protocols/zonefile/zone-file.ts";
import { type CheckNames, checkZone } from "./checks.ts";
import type { ZoneImage } from "./image.ts";
import { ZoneImageBuilder } from "./image-builder.ts";

export interface ZoneReading {
  readonly name: Name;
  readonly checkNames: CheckNames;
  readonly source: ZoneSource;
  /** Finds what $INCLUDE names, or says in a few words why not. */
  readonly include: (path: string, fromFile: string) => ZoneSource | string;
  /** Called when the text was read, before the image is made; by then it may be let go. */
  readonly afterReading?: () => void;
  /** The same text once more, to find the lines of problems in; undefined when it cannot be had. */
  readonly sourceAgain: () => ZoneSource | undefined;
}

export interface ReadZone {
  /** Undefined when there is an error among the problems. */
  readonly image: ZoneImage | undefined;
  readonly problems: readonly ZoneProblem[];
}

/** A record takes about this much of a zone file. A guess that is off costs growing, nothing else. */
const octetsPerRecord = 32;

export function readZone(reading: ZoneReading): ReadZone {
  const { name, source, include, checkNames } = reading;
  const { file } = source;
  const problems: ZoneProblem[] = [];
  const builder = new ZoneImageBuilder(name, Math.ceil(source.octets.length / octetsPerRecord));
  const summary = parseZone(source, {
    origin: name,
    include,
    sink: {
      record: (owner, ownerLength, type, ttl, rdata, rdataLength) => {
        builder.add(owner, ownerLength, type, ttl, rdata, rdataLength);
      },
    },
    onProblem: (problem) => problems.push(problem),
  });
  reading.afterReading?.();
  if (summary.errors > 0) return { image: undefined, problems };
  const image = builder.finish();
  problems.push(...noteProblems(builder, reading));
  problems.push(...checkZone(image, { file, checkNames, locate: (wanted) => locateAgain(reading, wanted) }));
  const isError = problems.some(({ severity }) => severity === "error");
  return { image: isError ? undefined : image, problems };
}

/**
 * Reads the text once more: what was read is let go before the image is made, and most zones have no
 * problem.
 */
function locateAgain(
  { name, include, sourceAgain }: ZoneReading,
  wanted: readonly WantedRecord[],
): (ZonePlace | undefined)[] {
  const source = sourceAgain();
  return source === undefined ? [] : locateRecords(source, { origin: name, include }, wanted);
}

function noteProblems({ notes }: ZoneImageBuilder, reading: ZoneReading): ZoneProblem[] {
  if (notes.length === 0) return [];
  const named = notes.map(({ owner, type, what }) => ({ owner: nameFromOctets(owner), type, what }));
  const places = locateAgain(reading, named);
  return named.map(({ owner, type, what }, index) => {
    const place = places[index] ?? { file: reading.source.file };
    const set = `${nameToText(owner)} ${mnemonicOfType(type)}`;
    if (what === "duplicate") {
      return {
        severity: "warning",
        ...place,
        what: `${set} has the same record twice`,
        remedy: "keep one of them",
      };
    }
    const remedy = "use fewer; no answer can hold them";
    return { severity: "error", ...place, what: `${set} has more than 65535 records`, remedy };
  });
}
