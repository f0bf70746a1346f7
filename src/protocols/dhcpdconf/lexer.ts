/**
 * Words, strings and marks of a dhcpd.conf. Comments run from `#` to the end of the line. In strings, `\`
 * begins an escape: `\n \r \t \b`, three digits in octal, `x` and two in hexadecimal, or any character.
 */
import type { Position, Problems } from "../namedconf/problem.ts";
import { dhcpConfLimits } from "./limits.ts";
import type { DhcpdMark } from "./tree.ts";

export interface DhcpdToken {
  readonly kind: "word" | "quoted" | "{" | "}" | ";" | DhcpdMark | "end";
  readonly text: string;
  readonly position: Position;
}

const blank = /[ \t\r\v\f]/;
const wordEnd = /[\s{};,()="#!~]/g;
const singles = "{};,()=";
const letters: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b" };

export class DhcpdLexer {
  private readonly file: string;
  private readonly text: string;
  private readonly problems: Problems;
  private at = 0;
  private line: number;
  private lineStart = 0;
  /** A string runs to the end of the file: what else is missing there follows from that. */
  unterminated = false;

  /** @param text of which each character is an octet @param line the number of its first line */
  constructor(file: string, text: string, problems: Problems, line = 1) {
    this.file = file;
    this.text = text;
    this.problems = problems;
    this.line = line;
    if (text.length <= dhcpConfLimits.fileOctetsMax) return;
    this.text = "";
    problems.add(this.position(), {
      code: "syntax",
      what: `the file is larger than ${dhcpConfLimits.fileOctetsMax} octets`,
      remedy: "is this a config?",
    });
  }

  next(): DhcpdToken {
    this.skipBlanks();
    const position = this.position();
    const character = this.text[this.at];
    if (character === undefined) return { kind: "end", text: "", position };
    if (character === '"') return this.quoted(position);
    const two = this.text.slice(this.at, this.at + 2);
    if (two === "!=" || two === "~=" || two === "~~") {
      this.at += 2;
      return { kind: two, text: two, position };
    }
    if (singles.includes(character)) {
      this.at++;
      return { kind: character as DhcpdToken["kind"], text: character, position };
    }
    const start = this.at;
    wordEnd.lastIndex = start + 1;
    this.at = wordEnd.exec(this.text)?.index ?? this.text.length;
    return { kind: "word", text: this.text.slice(start, this.at), position };
  }

  private position(): Position {
    return { file: this.file, line: this.line, column: this.at - this.lineStart + 1 };
  }

  private skipBlanks(): void {
    for (;;) {
      const character = this.text[this.at];
      if (character === "\n") {
        this.at++;
        this.newLine();
      } else if (character === "#") {
        const end = this.text.indexOf("\n", this.at);
        this.at = end === -1 ? this.text.length : end;
      } else if (character !== undefined && blank.test(character)) {
        this.at++;
      } else {
        return;
      }
    }
  }

  private quoted(position: Position): DhcpdToken {
    const { text } = this;
    const pieces: string[] = [];
    let from = ++this.at;
    for (; this.at < text.length && text[this.at] !== '"'; this.at++) {
      if (text[this.at] === "\n") {
        this.line++;
        this.lineStart = this.at + 1;
      }
      if (text[this.at] !== "\\") continue;
      pieces.push(text.slice(from, this.at), this.escape());
      from = this.at + 1;
    }
    pieces.push(text.slice(from, this.at));
    if (this.at >= text.length) {
      this.unterminated = true;
      this.problems.add(position, {
        code: "syntax",
        what: "the string that starts here has no end", // its text may be a secret
        remedy: 'close it with "',
      });
    }
    this.at++;
    return { kind: "quoted", text: pieces.join(""), position };
  }

  /** What the escape at `at` says; stays on its last character. */
  private escape(): string {
    const rest = this.text.slice(this.at + 1, this.at + 4);
    const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
    if (octal !== undefined) {
      this.at += octal.length;
      return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    }
    const hex = /^x([0-9a-f]{1,2})/i.exec(rest);
    if (hex !== null) {
      this.at += hex[0].length;
      return String.fromCharCode(Number.parseInt(hex[1]!, 16));
    }
    this.at++;
    if (rest[0] === "\n") this.newLine(this.at + 1);
    return letters[rest[0] ?? ""] ?? rest[0] ?? "";
  }

  private newLine(start = this.at): void {
    this.line++;
    this.lineStart = start;
  }
}
