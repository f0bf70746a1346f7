/**
 * Lines of a ddclient.conf: `[name=value, ...] [host[,host...] [login [password]]]`. A `\` at the end
 * continues a line, `#` begins a comment, except in a password: that is read from its line before all else,
 * up to the next blank or between single quotes.
 */
import { type Position, type Problem, Problems } from "../namedconf/problem.ts";
import { ddclientConfLimits } from "./limits.ts";

export interface DdclientSetting extends Position {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
}

/** What one line says. Without hosts it is of all hosts behind it. */
export interface DdclientEntry extends Position {
  readonly settings: readonly DdclientSetting[];
  readonly hosts: readonly DdclientHost[];
  /** The old form, behind the hosts. */
  readonly login: string | undefined;
  readonly password: string | undefined;
}

export interface DdclientHost extends Position {
  readonly name: string;
}

export interface ParsedDdclientConf {
  readonly entries: readonly DdclientEntry[];
  readonly problems: readonly Problem[];
}

/** Reads one file. Never throws: what is wrong is in `problems`. */
export function parseDdclientConf(file: string, text: string): ParsedDdclientConf {
  const problems = new Problems();
  if (text.length > ddclientConfLimits.fileOctetsMax) {
    const what = `the file is larger than ${ddclientConfLimits.fileOctetsMax} octets`;
    problems.add({ file, line: 1, column: 1 }, { code: "syntax", what, remedy: "is this a config?" });
    return { entries: [], problems: problems.list };
  }
  const entries: DdclientEntry[] = [];
  let open: Pieces | undefined;
  for (const [index, whole] of text
    .replace(/^\uFEFF/, "")
    .replaceAll(passwordMark, "")
    .split("\n")
    .entries()) {
    const position = { file, line: index + 1, column: 1 };
    const pieces: Pieces = open ?? { pieces: [], passwords: [], length: 0 };
    open = undefined;
    const continues = addPiece(pieces, position, whole.replaceAll("\r", ""), problems);
    if (pieces.length > ddclientConfLimits.lineOctetsMax) {
      const what = `the line is longer than ${ddclientConfLimits.lineOctetsMax} characters`;
      problems.add(position, { code: "syntax", what, remedy: "part it into several" });
    } else if (continues) open = pieces;
    else entries.push(...entriesOf(pieces, problems));
  }
  if (open !== undefined) {
    const what = "the file ends where a line is continued";
    problems.add(open.pieces.at(-1)!, { code: "syntax", what, remedy: "take away the \\ at the end" });
  }
  return { entries, problems: problems.list };
}

/** A line with those that continue it. */
interface Pieces {
  readonly pieces: (Position & { readonly text: string })[];
  readonly passwords: string[];
  length: number;
}

/** Stands for a password; none of it can be written in a config. */
const passwordMark = "\u0000";

/** True: the next line continues this one. */
function addPiece(open: Pieces, position: Position, whole: string, problems: Problems): boolean {
  const { pieces, passwords } = open;
  const password =
    /^([^#]*?(?:^|[\s,]))([a-z][a-z0-9_-]*password|password)(\s*=\s*)('.*'|[^'\s]\S*)(.*)$/i.exec(whole);
  let text = whole;
  if (password !== null) {
    const [, head, name, , value, tail] = password as unknown as string[];
    passwords.push(passwordOf(value!));
    // What separates it from the next setting is no part of it
    text = `${head}${name}=${passwordMark}${value!.endsWith(",") ? "," : ""}${tail}`;
  }
  if (!text.includes("#") && /\\\s+$/.test(text)) {
    const what = "blanks follow the \\ at the end of the line, so it does not continue";
    problems.add(position, { severity: "warning", code: "syntax", what, remedy: "take the blanks away" });
  }
  const plain = text.replace(/#.*/, "");
  const continues = plain.endsWith("\\");
  open.length += plain.length;
  pieces.push({ ...position, text: continues ? plain.slice(0, -1) : plain });
  return continues;
}

function passwordOf(value: string): string {
  if (value.length >= 2 && value.startsWith("'") && value.endsWith("'")) return value.slice(1, -1);
  return value.endsWith(",") ? value.slice(0, -1) : value;
}

function entriesOf({ pieces, passwords }: Pieces, problems: Problems): readonly DdclientEntry[] {
  const reader = new LineReader(pieces, passwords, problems);
  const settings: DdclientSetting[] = [];
  for (;;) {
    const setting = reader.setting();
    if (setting === undefined) break;
    settings.push(setting);
  }
  const position = reader.position();
  const [hosts, login, password, ...more] = reader.words();
  if (more.length > 0) {
    problems.add(more[0]!, {
      severity: "warning",
      code: "value",
      what: "more than hosts, a login and a password stand here",
      remedy: "part hosts by commas, and write name=value without blanks around =",
    });
  }
  if (settings.length === 0 && hosts === undefined) return [];
  const named = settings
    .filter(({ name }) => name === "host")
    .flatMap((setting) => hostsOf(setting, setting.value));
  return [
    {
      ...(settings[0] === undefined ? position : positionOf(settings[0])),
      settings: settings.filter(({ name }) => name !== "host"),
      hosts: [...(hosts === undefined ? [] : hostsOf(hosts, hosts.text)), ...named],
      login: login?.text,
      password: password?.text,
    },
  ];
}

function hostsOf(position: Position, list: string): DdclientHost[] {
  return list
    .split(/[\s,]+/)
    .filter((name) => name !== "")
    .map((name) => ({ ...positionOf(position), name }));
}

function positionOf({ file, line, column }: Position): Position {
  return { file, line, column };
}

/** Goes through a line and knows which line of the file each part of it is from. */
class LineReader {
  private readonly pieces: Pieces["pieces"];
  private readonly passwords: readonly string[];
  private readonly problems: Problems;
  private readonly text: string;
  private at = 0;
  /** Of the position asked for last. */
  private piece = 0;
  private pieceStart = 0;
  private passwordsTaken = 0;

  constructor(pieces: Pieces["pieces"], passwords: readonly string[], problems: Problems) {
    this.pieces = pieces;
    this.passwords = passwords;
    this.problems = problems;
    this.text = pieces.map(({ text }) => text).join("");
  }

  position(at = this.at): Position {
    if (at >= this.text.length) return positionOf(this.pieces.at(-1)!);
    // Mostly the piece of the one before, or one behind it
    while (this.pieceStart > at) this.pieceStart -= this.pieces[--this.piece]!.text.length;
    for (;;) {
      const { text, file, line } = this.pieces[this.piece]!;
      if (at < this.pieceStart + text.length) return { file, line, column: at - this.pieceStart + 1 };
      this.pieceStart += text.length;
      this.piece++;
    }
  }

  setting(): DdclientSetting | undefined {
    const begin = /[,\s]*([a-z][0-9a-z_-]*)=/iy;
    begin.lastIndex = this.at;
    const found = begin.exec(this.text);
    if (found === null) {
      this.skipSeparators();
      return undefined;
    }
    const name = found[1]!.toLowerCase();
    this.at = begin.lastIndex;
    const position = this.position(begin.lastIndex - name.length - 1);
    if (this.text[this.at] === passwordMark) {
      this.at++;
      return { ...position, name, value: this.passwords[this.passwordsTaken++]! };
    }
    return { ...position, name, value: this.value(name, position) };
  }

  /** Up to a blank or a comma that no quote and no backslash protects. */
  private value(name: string, position: Position): string {
    let value = "";
    let quote = "";
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at]!;
      if (character === "\\") value += this.text[++this.at] ?? "";
      else if (character === quote) quote = "";
      else if (quote === "" && (character === '"' || character === "'")) quote = character;
      else if (quote === "" && /[\s,]/.test(character)) break;
      else value += character;
    }
    if (quote !== "") {
      const what = `the quote that the value of ${name} begins with has no end`;
      this.problems.add(position, { code: "syntax", what, remedy: `close it with ${quote}` });
    }
    return value;
  }

  private skipSeparators(): void {
    while (/[,\s]/.test(this.text[this.at] ?? "")) this.at++;
  }

  /** What is left, parted by blanks; a comma joins what it stands between. */
  words(): (Position & { readonly text: string })[] {
    const words: (Position & { readonly text: string })[] = [];
    const word = /\S+(?:(?:\s*,\s*|(?<=,)\s+)\S+)*/g;
    word.lastIndex = this.at;
    for (let found = word.exec(this.text); found !== null; found = word.exec(this.text))
      words.push({ ...this.position(found.index), text: found[0].replaceAll(/\s*,\s*/g, ",") });
    return words;
  }
}
