/**
 * Zone files of class IN as BIND 9.18 reads them. RFC 1035 §5, RFC 2308 §4 ($TTL), RFC 3597 §5 (unknown
 * types).
 *
 * Records go to a sink one by one, as octets in buffers that are used again. Most lines of a large zone have
 * the plain form `name [ttl] [IN] type rdata` and take the short way (`plain-record.ts`) from octets to
 * octets; whatever has quotes, escapes, parentheses, directives, rare types or mistakes takes the long one
 * (`entry.ts`, `record-entry.ts`). Reading goes on behind a mistake, so that one run tells all of them.
 */
import type { Name } from "../dns/name.ts";
import { lineFeed, semicolon } from "./characters.ts";
import { readEntry } from "./entry.ts";
import { createPlainScratch, readPlainRecord } from "./plain-record.ts";
import { ProblemCounter, type ReportProblem } from "./problem.ts";
import { createEntryReader, type EntryReader } from "./record-entry.ts";
import { ZoneState } from "./zone-state.ts";

export interface ZoneSource {
  /** How messages call it; $INCLUDE gets it too. */
  readonly file: string;
  readonly octets: Uint8Array;
}

export interface RecordSink {
  /** The records that follow are from this file; called also on return from an included one. */
  enterFile?(file: string): void;
  /**
   * One record of the zone. The owner is an absolute name in wire form, upper and lower case kept. Both
   * buffers are good during the call only. A TTL that differs from that of the set's earlier records, with
   * other owners between them, replaces it (as in BIND).
   */
  record(
    owner: Uint8Array,
    ownerLength: number,
    type: number,
    ttl: number,
    rdata: Uint8Array,
    rdataLength: number,
    line: number,
  ): void;
}

export interface ZoneFileOptions {
  /** The zone's name, and the origin at the start. */
  readonly origin: Name;
  /** Stands in for a missing $TTL. Seconds. */
  readonly defaultTtl?: number;
  /** Finds what $INCLUDE names, or says in a few words why not. */
  readonly include: (path: string, fromFile: string) => ZoneSource | string;
  readonly sink: RecordSink;
  readonly onProblem: ReportProblem;
}

export interface ZoneFileSummary {
  /** Given to the sink. */
  readonly records: number;
  readonly errors: number;
  readonly warnings: number;
}

/** Reads a zone file and what it includes. Never throws, unless `include`, `sink` or `onProblem` do. */
export function parseZone(source: ZoneSource, options: ZoneFileOptions): ZoneFileSummary {
  const problems = new ProblemCounter(options.onProblem);
  const state = new ZoneState({
    sink: options.sink,
    problems,
    origin: options.origin,
    defaultTtl: options.defaultTtl ?? -1,
  });
  const entries = createEntryReader(state, {
    include: options.include,
    readFile: (included) => readFile(included, state, entries),
  });
  readFile(source, state, entries);
  problems.finish(source.file);
  return { records: state.records, errors: problems.errors, warnings: problems.warnings };
}

function readFile(source: ZoneSource, state: ZoneState, entries: EntryReader): void {
  const { octets, file } = source;
  const { sink, problems } = state;
  const scratch = createPlainScratch();
  const plainEnd = octets.lastIndexOf(lineFeed) + 1; // the short way relies on a line feed to stop at
  let at = skipByteOrderMark(source, state);
  let line = 1;
  state.includes.push(source);
  sink.enterFile?.(file);
  while (at < octets.length && !problems.tooMany) {
    if (at < plainEnd) {
      const next = readPlainLine(octets, at, line, state, scratch);
      if (next !== -1) {
        at = next;
        line++;
        continue;
      }
    }
    const entry = readEntry(source, at, line, state);
    entries.read(entry);
    at = entry.next;
    line = entry.nextLine;
  }
  state.includes.pop();
}

/** The offset of the next line, or -1 when this one needs the long way. */
function readPlainLine(
  octets: Uint8Array,
  start: number,
  line: number,
  state: ZoneState,
  scratch: ReturnType<typeof createPlainScratch>,
): number {
  const first = octets[start];
  if (first === lineFeed) return start + 1;
  if (first === semicolon) return octets.indexOf(lineFeed, start) + 1;
  return readPlainRecord(octets, start, line, state, scratch);
}

/** BIND takes the mark for a part of the first word, which then is in the way; so it is an error here too. */
function skipByteOrderMark(source: ZoneSource, state: ZoneState): number {
  const { octets, file } = source;
  if (octets[0] !== 0xef || octets[1] !== 0xbb || octets[2] !== 0xbf) return 0;
  state.problems.error(
    { file, line: 1, column: 1 },
    "the file begins with a byte order mark",
    "the file without it, as plain UTF-8",
  );
  return 3;
}
