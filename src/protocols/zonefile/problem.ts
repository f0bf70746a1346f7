/** What is wrong in a zone file, where, and what to write instead. */
import { zoneFileLimits } from "./limits.ts";

export interface ZoneProblem {
  readonly severity: "error" | "warning";
  readonly file: string;
  /** Counted from 1, as editors do; columns in octets. */
  readonly line?: number;
  readonly column?: number;
  readonly what: string;
  readonly remedy?: string;
}

export type ReportProblem = (problem: ZoneProblem) => void;

/** Where an octet of a file stands. */
export interface ZonePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** A place, or how to find it: that takes time, and most problems of a bad file are only counted. */
type FindPlace = ZonePlace | (() => ZonePlace);

/** Hands the first problems on and counts the others. */
export class ProblemCounter {
  errors = 0;
  warnings = 0;
  private readonly report: ReportProblem;

  constructor(report: ReportProblem) {
    this.report = report;
  }

  get tooMany(): boolean {
    return this.errors >= zoneFileLimits.errorsCountedMax;
  }

  /** `write` is what to write instead, without that verb. */
  error(place: FindPlace, what: string, write?: string): void {
    if (++this.errors <= zoneFileLimits.problemsReportedMax) this.hand("error", place, what, write);
  }

  warn(place: FindPlace, what: string, write?: string): void {
    if (++this.warnings <= zoneFileLimits.problemsReportedMax) this.hand("warning", place, what, write);
  }

  /** Says how many were not reported. */
  finish(file: string): void {
    const most = zoneFileLimits.problemsReportedMax;
    if (this.tooMany) {
      this.hand("error", { file }, "there are too many errors; what follows was not read");
    } else if (this.errors > most) {
      this.hand("error", { file }, `and ${this.errors - most} more errors`);
    }
    if (this.warnings > most) this.hand("warning", { file }, `and ${this.warnings - most} more warnings`);
  }

  private hand(severity: ZoneProblem["severity"], place: FindPlace, what: string, write?: string): void {
    const found = typeof place === "function" ? place() : place;
    const said = { severity, ...found, what: printable(what) };
    this.report(write === undefined ? said : { ...said, remedy: `write ${printable(write)}` });
  }
}

/** Shortened, for use within a message. */
export function shown(text: string): string {
  const most = zoneFileLimits.shownCharactersMax;
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** A file may hold anything; what goes to a terminal may not. */
function printable(text: string): string {
  const most = 8 * zoneFileLimits.shownCharactersMax;
  const short = text.length <= most ? text : `${text.slice(0, most)}…`;
  return short.replace(
    /[^ -~\u0100-\uffff]/g,
    (character) => `\\${String(character.charCodeAt(0)).padStart(3, "0")}`,
  );
}
