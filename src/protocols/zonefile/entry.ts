/** The long way, first half: the octets of one entry (a record or a directive) into words. RFC 1035 §5.1. */
import {
  backslash,
  carriageReturn,
  closeParenthesis,
  isPlain,
  latin1,
  lineFeed,
  openParenthesis,
  quotationMark,
  semicolon,
  space,
  tab,
} from "./characters.ts";
import { zoneFileLimits } from "./limits.ts";
import type { ZonePlace } from "./problem.ts";
import type { ZoneSource } from "./zone-file.ts";
import type { ZoneState } from "./zone-state.ts";

export interface Word {
  /** One character per octet; escapes are still escapes, quotes are gone. */
  readonly text: string;
  readonly quoted: boolean;
  /** Offset in the file. */
  readonly at: number;
}

export interface Entry {
  readonly source: ZoneSource;
  readonly start: number;
  readonly line: number;
  readonly words: readonly Word[];
  /** It begins with a blank: the owner is the one before. */
  readonly startsBlank: boolean;
  /** Where reading goes on. */
  readonly next: number;
  readonly nextLine: number;
}

/**
 * Reads up to the end of the line, or of the line on which the last parenthesis closes. Reports what cannot
 * be read.
 */
export function readEntry(source: ZoneSource, start: number, line: number, state: ZoneState): Entry {
  const { octets } = source;
  const scan = new EntryScan(source, start, line);
  const startsBlank = octets[start] === space || octets[start] === tab;
  const fault = scan.words();
  if (fault === undefined) return { ...scan.entry(), startsBlank };
  state.problems.error(() => scan.placeOf(fault.at), fault.what, fault.write);
  if (fault.unclosed && ++state.unclosed > zoneFileLimits.unclosedMax) scan.skipAll();
  else scan.skipBehind(fault);
  return { ...scan.entry(), words: [], startsBlank };
}

/** Where an octet of an entry stands. */
export function placeIn(entry: Pick<Entry, "source" | "start" | "line">, at: number): ZonePlace {
  const { octets, file } = entry.source;
  let { line } = entry;
  let lineStart = entry.start === 0 ? 0 : octets.lastIndexOf(lineFeed, entry.start - 1) + 1;
  for (let i = entry.start; i < at; i++) {
    if (octets[i] === lineFeed) {
      line++;
      lineStart = i + 1;
    }
  }
  return { file, line, column: at - lineStart + 1 };
}

interface Fault {
  readonly at: number;
  readonly what: string;
  readonly write: string;
  /** A partner was looked for, perhaps up to the end of the file. */
  readonly unclosed?: boolean;
  /** Between parentheses. */
  readonly enclosed?: boolean;
}

class EntryScan {
  private readonly source: ZoneSource;
  private readonly octets: Uint8Array;
  private readonly start: number;
  private readonly line: number;
  private readonly found: Word[] = [];
  private at: number;

  constructor(source: ZoneSource, start: number, line: number) {
    this.source = source;
    this.octets = source.octets;
    this.start = start;
    this.line = line;
    this.at = start;
  }

  words(): Fault | undefined {
    const { octets } = this;
    let depth = 0;
    let openedAt = 0;
    while (this.at < octets.length) {
      const octet = octets[this.at]!;
      if (octet === openParenthesis) {
        if (depth++ === 0) openedAt = this.at;
        this.at++;
      } else if (octet === closeParenthesis) {
        if (depth-- === 0) {
          return {
            at: this.at,
            what: 'a ")" closes nothing here',
            write: "no parenthesis, or a ( before it",
          };
        }
        this.at++;
      } else if (octet === lineFeed || octet === carriageReturn) {
        this.at++;
        if (octet === carriageReturn && octets[this.at] === lineFeed) this.at++;
        if (depth === 0) return undefined;
      } else if (octet === semicolon) {
        const end = octets.indexOf(lineFeed, this.at);
        this.at = end === -1 ? octets.length : end;
      } else if (octet === space || octet === tab) {
        this.at++;
      } else {
        const fault = octet === quotationMark ? this.quoted() : this.bare();
        if (fault !== undefined) return { ...fault, enclosed: depth > 0 };
      }
      if (this.at - this.start > zoneFileLimits.recordOctetsMax) {
        const most = zoneFileLimits.recordOctetsMax;
        if (depth > 0) return { ...notClosed(openedAt), what: `"(" is not closed within ${most} octets` };
        return { at: this.start, what: `this record has more than ${most} octets`, write: "a shorter one" };
      }
    }
    return depth > 0 ? notClosed(openedAt) : undefined;
  }

  entry(): Omit<Entry, "startsBlank"> {
    let nextLine = this.line;
    for (let i = this.start; i < this.at; i++) if (this.octets[i] === lineFeed) nextLine++;
    const { source, start, line, found, at } = this;
    return { source, start, line, words: found, next: at, nextLine };
  }

  placeOf(at: number): ZonePlace {
    return placeIn({ source: this.source, start: this.start, line: this.line }, at);
  }

  /**
   * Goes to the next line, and when the fault is between parentheses, to the next with a plain octet in
   * front: a record is likely to begin there.
   */
  skipBehind(fault: Fault): void {
    const { octets } = this;
    this.at = fault.at;
    do {
      const end = octets.indexOf(lineFeed, this.at);
      this.at = end === -1 ? octets.length : end + 1;
    } while (fault.enclosed && this.at < octets.length && isPlain[octets[this.at]!] !== 1);
  }

  skipAll(): void {
    this.at = this.octets.length;
  }

  private bare(): Fault | undefined {
    const { octets } = this;
    const start = this.at;
    let at = start;
    let escaped = false;
    for (; at < octets.length; at++) {
      const octet = octets[at]!;
      if (octet === lineFeed || octet === carriageReturn) break;
      if (octet === 0) return { at, what: "there is a NUL octet", write: "\\000, or text without it" };
      if (escaped) escaped = false;
      else if (octet === backslash) escaped = true;
      else if (endsWord(octet)) break;
    }
    this.at = at;
    this.found.push({ text: latin1(octets, start, at), quoted: false, at: start });
    return undefined;
  }

  private quoted(): Fault | undefined {
    const { octets } = this;
    const start = this.at;
    let escaped = false;
    for (let at = start + 1; at < octets.length; at++) {
      const octet = octets[at]!;
      if (escaped) {
        escaped = false;
      } else if (octet === backslash) {
        escaped = true;
      } else if (octet === quotationMark) {
        this.found.push({ text: latin1(octets, start + 1, at), quoted: true, at: start });
        this.at = at + 1;
        return undefined;
      } else if (octet === lineFeed) {
        break;
      }
    }
    return {
      at: start,
      what: "the text in quotes does not end on its line",
      write: 'a " at its end',
      unclosed: true,
    };
  }
}

function notClosed(at: number): Fault {
  return {
    at,
    what: '"(" is not closed before the file ends',
    write: "a ) behind the record",
    unclosed: true,
    enclosed: true,
  };
}

function endsWord(octet: number): boolean {
  return isPlain[octet] === 0 && octet !== 0x2e;
}
