/**
 * Words, strings, braces and semicolons of a named.conf.
 *
 * Three comment styles: `//` and `#` to the end of the line, and C's, which do not nest. A bare word ends
 * at white space and at any of `{ } ; ! / " #`; so `10.10.7/24` is three tokens, as it is for named, and
 * white space may stand between.
 */
import { namedConfLimits } from "./limits.ts";
import type { Position, Problems } from "./problem.ts";

export type TokenKind = "word" | "quoted" | "{" | "}" | ";" | "!" | "/" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** Of a quoted string: without its quotes, `\"` read. */
  readonly text: string;
  /** Offset of the first character, and of the one behind the last. */
  readonly start: number;
  readonly end: number;
  readonly position: Position;
}

const singles = "{};!/";
const blank = /[ \t\r\n\v\f]/;
const wordEnd = /[ \t\r\n\v\f{};!/"#]/g;
/** Quotes, spaces and dashes that publishing software makes out of plain ones. */
export const typographic = /[“”„‟″«»‘’‚‛′\u00a0\u2007\u202f\u200b\ufeff]/;

export class Lexer {
  private readonly file: string;
  private readonly text: string;
  private readonly problems: Problems;
  private at = 0;
  private line = 1;
  private lineStart = 0;
  private afterWord = false;
  /** A string or comment runs to the end of the file: what else is missing there follows from that. */
  unterminated = false;
  private typographicLine = 0;

  constructor(file: string, text: string, problems: Problems) {
    this.file = file;
    this.problems = problems;
    this.text = text;
    if (text.length > namedConfLimits.fileOctetsMax) {
      this.text = "";
      problems.add(this.position(), {
        code: "syntax",
        what: `the file is larger than ${namedConfLimits.fileOctetsMax} octets`,
        remedy: "is this a named.conf?",
      });
    }
  }

  next(): Token {
    this.skipBlanks();
    const start = this.at;
    const position = this.position();
    const character = this.text[start];
    if (character === undefined) return { kind: "end", text: "", start, end: start, position };
    this.afterWord = false;
    if (singles.includes(character)) {
      this.at++;
      return { kind: character as TokenKind, text: character, start, end: this.at, position };
    }
    if (character === '"') return this.quoted(start, position);
    wordEnd.lastIndex = start + 1;
    this.at = wordEnd.exec(this.text)?.index ?? this.text.length;
    this.afterWord = true;
    const text = this.text.slice(start, this.at);
    this.checkPlain(text, position);
    return { kind: "word", text, start, end: this.at, position };
  }

  private position(): Position {
    return { file: this.file, line: this.line, column: this.at - this.lineStart + 1 };
  }

  private skipBlanks(): void {
    const { text } = this;
    for (;;) {
      const character = text[this.at];
      if (character === undefined) return;
      if (character === "\n") {
        this.at++;
        this.newLine();
      } else if (blank.test(character)) {
        this.at++;
      } else if (character === "#" || (character === "/" && text[this.at + 1] === "/")) {
        const end = text.indexOf("\n", this.at);
        this.at = end === -1 ? text.length : end;
      } else if (character === "/" && text[this.at + 1] === "*" && !this.afterWord) {
        // named takes `word/*` for a word and a slash; so does this.
        this.skipBlockComment();
      } else {
        return;
      }
      this.afterWord = false;
    }
  }

  private skipBlockComment(): void {
    const opened = this.position();
    const end = this.text.indexOf("*/", this.at + 2);
    const stop = end === -1 ? this.text.length : end + 2;
    if (end === -1) {
      this.unterminated = true;
      this.problems.add(opened, {
        code: "syntax",
        what: "this comment has no end",
        remedy: "close it with */",
      });
    }
    this.advance(stop);
  }

  private quoted(start: number, position: Position): Token {
    const { text } = this;
    let value = "";
    let from = start + 1;
    let at = from;
    for (; at < text.length && text[at] !== '"'; at++) {
      if (text[at] !== "\\" || text[at + 1] !== '"') {
        if (text[at] === "\\") at++;
        continue;
      }
      value += `${text.slice(from, at)}"`;
      at++;
      from = at + 1;
    }
    const end = Math.min(at, text.length);
    value += text.slice(from, end);
    if (end === text.length) {
      this.unterminated = true;
      this.problems.add(position, {
        code: "syntax",
        what: "the string that starts here has no end", // its text may be a secret
        remedy: 'close it with "',
      });
    }
    this.advance(Math.min(end + 1, text.length));
    return { kind: "quoted", text: value, start, end: this.at, position };
  }

  /**
   * A word that holds a curly quote is not what its writer meant, even where named would take it for a
   * name.
   */
  private checkPlain(word: string, position: Position): void {
    const found = typographic.exec(word)?.[0];
    if (found === undefined || position.line === this.typographicLine) return;
    this.typographicLine = position.line; // one report a line is enough
    const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    const visible = /\S/.test(found) ? `${found} ` : "";
    const column = position.column + word.indexOf(found);
    this.problems.add(
      { ...position, column },
      {
        code: "typographic",
        what: `this is the typographic character ${visible}(U+${code}), as in text from a web page`,
        remedy: "write a plain quote or space, or import with --lenient",
      },
    );
  }

  /** Character by character: a search for the next line feed would run to the end of the file, each time. */
  private advance(to: number): void {
    while (this.at < to) {
      if (this.text[this.at++] === "\n") this.newLine();
    }
  }

  private newLine(): void {
    this.line++;
    this.lineStart = this.at;
  }
}
