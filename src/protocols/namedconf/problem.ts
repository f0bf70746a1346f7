/**
 * What is wrong in a text, where, and what to write instead. The shape that the CLI and `homeport check`
 * print.
 */
import { namedConfLimits } from "./limits.ts";

export interface Position {
  readonly file: string;
  /** Both counted from 1, as editors do; columns in UTF-16 units. */
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Position {
  readonly severity: "error" | "warning";
  readonly code: ProblemCode;
  readonly what: string;
  readonly remedy?: string;
}

export type ProblemCode =
  /** The text cannot be cut into statements. */
  | "syntax"
  /** A quote, dash or space that a word processor or a web page put there. */
  | "typographic"
  /** BIND 9.18 does not know this statement here. */
  | "unknown-statement"
  /** The statement is known; what stands behind its name is not what it takes. */
  | "value"
  /** Said twice where once is the most. */
  | "twice"
  /** Refers to an acl, key or list that nothing defines. */
  | "undefined"
  | "too-many";

/** Collects problems up to a bound, then says once that there are more. */
export class Problems {
  readonly list: Problem[] = [];
  private full = false;

  add(
    position: Position,
    problem: { severity?: "error" | "warning"; code: ProblemCode; what: string; remedy?: string },
  ): void {
    if (this.full) return;
    const { file, line, column } = position;
    if (this.list.length === namedConfLimits.problemsMax) {
      this.full = true;
      this.list.push({
        severity: "error",
        code: "too-many",
        file,
        line,
        column,
        what: `more than ${namedConfLimits.problemsMax} problems; the rest is not shown`,
        remedy: "repair the first ones and run it again",
      });
      return;
    }
    this.list.push({ severity: "error", ...problem, file, line, column });
  }
}

/** A piece of the input that is safe in a message: short, and nothing in it that a terminal obeys. */
export function shown(text: string, lengthMax = 60): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
  return plain.length <= lengthMax ? plain : `${plain.slice(0, lengthMax)}…`;
}
