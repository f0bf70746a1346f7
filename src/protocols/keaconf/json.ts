/**
 * JSON as Kea reads it: with comments (`#`, `//` and C's), commas before closing brackets, and
 * `<?include "file"?>` for a value. Each value knows its place.
 */
import type { Position } from "../namedconf/problem.ts";
import { keaConfLimits } from "./limits.ts";

export type KeaValue =
  | (Position & { readonly kind: "map"; readonly members: readonly KeaMember[] })
  | (Position & { readonly kind: "list"; readonly items: readonly KeaValue[] })
  | (Position & { readonly kind: "text"; readonly value: string })
  | (Position & { readonly kind: "number"; readonly value: number })
  | (Position & { readonly kind: "boolean"; readonly value: boolean })
  | (Position & { readonly kind: "null" })
  | (Position & { readonly kind: "include"; readonly path: string });

export type KeaMap = Extract<KeaValue, { kind: "map" }>;
export type KeaList = Extract<KeaValue, { kind: "list" }>;

export interface KeaMember extends Position {
  readonly name: string;
  readonly value: KeaValue;
}

/** Where a text stops to be Kea's JSON, and why. */
export class KeaSyntaxError extends Error implements Position {
  override readonly name = "KeaSyntaxError";
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly remedy: string;

  constructor({ file, line, column }: Position, what: string, remedy: string) {
    super(what);
    this.file = file;
    this.line = line;
    this.column = column;
    this.remedy = remedy;
  }
}

/** @throws KeaSyntaxError */
export function parseKeaJson(file: string, text: string): KeaValue {
  return new JsonReader(file, text).whole();
}

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const plainRun = /[^"\\\n]*/y;
const wordRun = /[a-z0-9+.-]+/iy;

class JsonReader {
  private readonly file: string;
  private readonly text: string;
  private at = 0;
  private line = 1;
  private lineStart = 0;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    if (text.length > keaConfLimits.fileOctetsMax)
      this.fail(`the file is larger than ${keaConfLimits.fileOctetsMax} octets`, "is this a config?");
  }

  whole(): KeaValue {
    this.skipBlanks();
    const value = this.value(0);
    this.skipBlanks();
    if (this.at < this.text.length) this.fail("something follows the last bracket", "remove it");
    return value;
  }

  private value(depth: number): KeaValue {
    const position = this.position();
    if (depth > keaConfLimits.depthMax)
      this.fail(`more than ${keaConfLimits.depthMax} brackets stand inside each other`, "close some of them");
    switch (this.text[this.at]) {
      case undefined:
        return this.fail("the file ends where a value should be", "close what is open");
      case "{":
        return { kind: "map", members: this.members(depth), ...position };
      case "[":
        return { kind: "list", items: this.items(depth), ...position };
      case '"':
        return { kind: "text", value: this.string(), ...position };
      case "<":
        return { kind: "include", path: this.include(), ...position };
      default:
        return this.word(position);
    }
  }

  private members(depth: number): KeaMember[] {
    const members: KeaMember[] = [];
    this.list("}", () => {
      const position = this.position();
      if (this.text[this.at] !== '"') this.fail("a name in quotes should stand here", 'write "name": value');
      const name = this.string();
      this.skipBlanks();
      if (this.text[this.at] !== ":") this.fail(`a : is missing behind "${name.slice(0, 60)}"`, "write it");
      this.at++;
      this.skipBlanks();
      members.push({ name, value: this.value(depth + 1), ...position });
    });
    return members;
  }

  private items(depth: number): KeaValue[] {
    const items: KeaValue[] = [];
    this.list("]", () => items.push(this.value(depth + 1)));
    return items;
  }

  /** From the bracket that opens to behind the one that closes. */
  private list(close: string, entry: () => void): void {
    const opened = this.position();
    this.at++;
    for (;;) {
      this.skipBlanks();
      if (this.text[this.at] === close) break;
      if (this.at >= this.text.length)
        throw new KeaSyntaxError(opened, "this bracket is not closed", `close it with ${close}`);
      entry();
      this.skipBlanks();
      if (this.text[this.at] === ",") this.at++;
      else if (this.text[this.at] !== close && this.at < this.text.length)
        this.fail(`a , or ${close} is missing`, "write it");
    }
    this.at++;
  }

  private string(): string {
    const opened = this.position();
    const pieces: string[] = [];
    this.at++;
    for (;;) {
      plainRun.lastIndex = this.at;
      const run = plainRun.exec(this.text)![0];
      pieces.push(run);
      this.at += run.length;
      const character = this.text[this.at];
      if (character === '"') break;
      if (character !== "\\") throw new KeaSyntaxError(opened, "this text has no end", 'close it with "');
      pieces.push(this.escape());
    }
    this.at++;
    return pieces.join("");
  }

  private escape(): string {
    const letter = this.text[this.at + 1] ?? "";
    if (letter === "u") {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-f]{4}$/i.test(digits)) this.fail("four hexadecimal digits follow \\u", "write them");
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    this.at += 2;
    return escapes[letter] ?? letter;
  }

  private word(position: Position): KeaValue {
    wordRun.lastIndex = this.at;
    const word = wordRun.exec(this.text)?.[0] ?? "";
    this.at += word.length;
    if (word === "true" || word === "false") return { kind: "boolean", value: word === "true", ...position };
    if (word === "null") return { kind: "null", ...position };
    const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(word) ? Number(word) : Number.NaN;
    if (Number.isFinite(number)) return { kind: "number", value: number, ...position };
    throw new KeaSyntaxError(position, "this is no value", "write text in quotes");
  }

  private include(): string {
    const found = /^<\?\s*include\s+"([^"\n]*)"\s*\?>/.exec(this.text.slice(this.at, this.at + 8192));
    if (found === null) return this.fail("this is no value", 'write <?include "file"?>');
    this.at += found[0].length;
    return found[1]!;
  }

  private skipBlanks(): void {
    for (;;) {
      const character = this.text[this.at];
      const two = this.text.slice(this.at, this.at + 2);
      if (character === "\n") {
        this.at++;
        this.line++;
        this.lineStart = this.at;
      } else if (character === "#" || two === "//") {
        const end = this.text.indexOf("\n", this.at);
        this.at = end === -1 ? this.text.length : end;
      } else if (two === "/*") {
        this.skipBlockComment();
      } else if (character !== undefined && /[ \t\r\f\v\ufeff]/.test(character)) {
        this.at++;
      } else {
        return;
      }
    }
  }

  private skipBlockComment(): void {
    const opened = this.position();
    const end = this.text.indexOf("*/", this.at + 2);
    if (end === -1) throw new KeaSyntaxError(opened, "this comment has no end", "close it with */");
    for (; this.at < end + 2; this.at++) {
      if (this.text[this.at] !== "\n") continue;
      this.line++;
      this.lineStart = this.at + 1;
    }
  }

  private position(): Position {
    return { file: this.file, line: this.line, column: this.at - this.lineStart + 1 };
  }

  private fail(what: string, remedy: string): never {
    throw new KeaSyntaxError(this.position(), what, remedy);
  }
}
