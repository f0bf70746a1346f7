/**
 * Words of libconfuse's language, which inadyn.conf is written in. Comments are `#`, `//` and C's; a word
 * without quotes ends at a blank and at one of `"'{}()=+,#`; in double quotes a `\` begins an escape, in
 * single quotes only before `'` and `\`.
 */
import type { Position, Problems } from "../namedconf/problem.ts";

export type InadynToken = Position & {
  /** `word`: text, with or without quotes. Else the mark itself; `+=` is one. */
  readonly kind: "word" | "{" | "}" | "(" | ")" | "=" | "+=" | "," | "end";
  readonly text: string;
};

/** The last one is `end`. Never throws: what is wrong is in `problems`. */
export function inadynTokens(file: string, text: string, problems: Problems): readonly InadynToken[] {
  return new Lexer(file, text, problems).tokens();
}

const blanks = /\s*/y;
/** One of C's without an end goes to the end of the file. */
const comment = /#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const mark = /\+=|[{}()=,]/y;
const plainWord = /[^\s"'{}()=+,#]+/y;

const letters: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  b: "\b",
  r: "\r",
  f: "\f",
  a: "\u0007",
  e: "\u001b",
  v: "\v",
};

class Lexer {
  private readonly file: string;
  private readonly text: string;
  private readonly problems: Problems;
  private at = 0;
  private line = 1;
  private lineStart = 0;

  constructor(file: string, text: string, problems: Problems) {
    this.file = file;
    this.text = text.replace(/^\uFEFF/, "");
    this.problems = problems;
  }

  tokens(): readonly InadynToken[] {
    const tokens: InadynToken[] = [];
    for (;;) {
      this.skip();
      const token = this.token();
      if (token === undefined) continue;
      tokens.push(token);
      if (token.kind === "end") return tokens;
    }
  }

  private skip(): void {
    for (;;) {
      const before = this.at;
      this.take(blanks);
      const position = this.position();
      const said = this.take(comment);
      if (said.startsWith("/*") && !(said.length >= 4 && said.endsWith("*/"))) {
        const what = "a comment has no end";
        this.problems.add(position, { code: "syntax", what, remedy: "close it with */" });
      }
      if (this.at === before) return;
    }
  }

  /** Undefined: a sign that means nothing there, which is told and passed over. */
  private token(): InadynToken | undefined {
    const position = this.position();
    const character = this.text[this.at];
    if (character === undefined) return { ...position, kind: "end", text: "" };
    if (character === '"' || character === "'") {
      this.at++;
      return { ...position, kind: "word", text: this.quoted(character, position) };
    }
    const marked = this.take(mark);
    if (marked !== "") return { ...position, kind: marked as InadynToken["kind"], text: marked };
    const word = this.take(plainWord);
    if (word !== "") return { ...position, kind: "word", text: word };
    this.at++;
    this.problems.add(position, {
      code: "syntax",
      what: `"${character}" cannot stand here`,
      remedy: "put the value in double quotes",
    });
    return undefined;
  }

  private quoted(quote: string, position: Position): string {
    let text = "";
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at]!;
      if (character === quote) {
        this.at++;
        return text;
      }
      if (character === "\n") this.newLine();
      text += character === "\\" ? this.escape(quote) : character;
    }
    const what = "a string in quotes has no end";
    this.problems.add(position, { code: "syntax", what, remedy: `close it with ${quote}` });
    return text;
  }

  /** Stays on the last character of the escape. */
  private escape(quote: string): string {
    const next = this.text[++this.at] ?? "";
    if (next === "\n") {
      this.newLine();
      return "";
    }
    if (quote === "'") return next === "'" || next === "\\" ? next : `\\${next}`;
    const code = /x([0-9a-f]{1,2})|([0-7]{1,3})/iy;
    code.lastIndex = this.at;
    const found = code.exec(this.text);
    if (found !== null) {
      this.at += found[0].length - 1;
      const [, hex, octal] = found;
      return String.fromCharCode(hex === undefined ? Number.parseInt(octal!, 8) : Number.parseInt(hex, 16));
    }
    return letters[next] ?? next;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const taken = pattern.exec(this.text)?.[0] ?? "";
    for (let i = 0; i < taken.length; i++) {
      if (taken[i] !== "\n") continue;
      this.line++;
      this.lineStart = this.at + i + 1;
    }
    this.at += taken.length;
    return taken;
  }

  private newLine(): void {
    this.line++;
    this.lineStart = this.at + 1;
  }

  private position(): Position {
    return { file: this.file, line: this.line, column: this.at - this.lineStart + 1 };
  }
}
