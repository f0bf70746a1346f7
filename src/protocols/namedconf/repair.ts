/**
 * Text that went through a web page or a word processor, made plain again. Only for `--lenient`.
 *
 * A repair never moves text to another line, so that the places in messages stay true.
 */
import { namedConfLimits } from "./limits.ts";
import type { Position } from "./problem.ts";

export interface Repair {
  readonly file: string;
  readonly line: number;
  /** Such as `curly quotes made plain`. */
  readonly what: string;
}

const characterRepairs: readonly (readonly [found: RegExp, plain: string, what: string])[] = [
  [/[“”„‟″«»]/g, '"', "curly double quotes made plain"],
  [/[‘’‚‛′]/g, "'", "curly single quotes made plain"],
  [/[‐‑‒–—−]/g, "-", "typographic dashes made plain hyphens"],
  [/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " ", "non-breaking or wide spaces made plain"],
  [/[\u200b-\u200d\u2060\ufeff]/g, "", "invisible characters removed"],
];

/** Quotes, dashes and spaces. The same for named.conf and for zone files. */
export function repairCharacters(file: string, text: string): { text: string; repairs: Repair[] } {
  const repairs: Repair[] = [];
  const lines = text.split("\n").map((line, i) => {
    if (!/[^\t -~]/.test(line)) return line;
    let plain = line;
    for (const [found, replacement, what] of characterRepairs) {
      const repaired = plain.replace(found, replacement);
      if (repaired !== plain && repairs.length < namedConfLimits.repairsMax)
        repairs.push({ file, line: i + 1, what });
      plain = repaired;
    }
    return plain;
  });
  return { text: lines.join("\n"), repairs };
}

/**
 * An `include` that stands in a comment: set there on purpose, or caught by it when a line break was lost.
 */
export interface CommentedInclude extends Position {
  readonly path: string;
}

/**
 * Whether it is to be restored, only its content can tell: see where something is missing that it defines.
 */
export function includesInComments(file: string, text: string): CommentedInclude[] {
  const found: CommentedInclude[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    const match = /^[^"]*?(?:\/\/|#).*?\binclude\s*"([^"]+)"\s*;/.exec(line.slice(0, lineLengthMax));
    if (match !== null)
      found.push({ file, line: i + 1, column: line.indexOf("include") + 1, path: match[1]! });
  }
  return found;
}

/** Longer lines are no comments that a person wrote. */
const lineLengthMax = 1000;
