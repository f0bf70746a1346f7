/**
 * Lines of a dnsmasq.conf: `name`, or `name=field,field`. A `#` at the beginning or behind a blank starts a
 * comment. In quotes, commas and `#` are text, and `\` begins an escape.
 */
import { type Position, type Problem, Problems } from "../namedconf/problem.ts";
import { dnsmasqConfLimits } from "./limits.ts";

export interface DnsmasqLine extends Position {
  /** In lower case. */
  readonly name: string;
  /** Parted by commas, without blanks around them; empty: there is no `=`. */
  readonly fields: readonly string[];
}

export interface ParsedDnsmasqFile {
  readonly lines: readonly DnsmasqLine[];
  readonly problems: readonly Problem[];
}

/** Reads one file. Never throws: what is wrong is in `problems`. */
export function parseDnsmasqConf(file: string, text: string): ParsedDnsmasqFile {
  return parseLines(file, text, (content, position, problems) => {
    const equals = content.indexOf("=");
    const name = (equals === -1 ? content : content.slice(0, equals)).trim().toLowerCase();
    if (!/^[a-z0-9-]+$/.test(name)) {
      problems.add(position, {
        code: "syntax",
        what: "this line is no setting of dnsmasq",
        remedy: "write name, or name=value",
      });
      return undefined;
    }
    const fields = equals === -1 ? [] : fieldsOf(content.slice(equals + 1));
    return fields === undefined ? unterminated(position, problems) : { ...position, name, fields };
  });
}

/** A file of which each line is the value of `name`, as those of dhcp-hostsfile. */
export function parseDnsmasqValues(file: string, text: string, name: string): ParsedDnsmasqFile {
  return parseLines(file, text, (content, position, problems) => {
    const fields = fieldsOf(content);
    return fields === undefined ? unterminated(position, problems) : { ...position, name, fields };
  });
}

type ReadLine = (content: string, position: Position, problems: Problems) => DnsmasqLine | undefined;

function parseLines(file: string, text: string, read: ReadLine): ParsedDnsmasqFile {
  const problems = new Problems();
  const lines: DnsmasqLine[] = [];
  if (text.length > dnsmasqConfLimits.fileOctetsMax) {
    const what = `the file is larger than ${dnsmasqConfLimits.fileOctetsMax} octets`;
    problems.add({ file, line: 1, column: 1 }, { code: "syntax", what, remedy: "is this a config?" });
    return { lines, problems: problems.list };
  }
  for (const [index, whole] of text.split("\n").entries()) {
    const position = { file, line: index + 1, column: 1 };
    if (whole.length > dnsmasqConfLimits.lineOctetsMax) {
      const what = `the line is longer than ${dnsmasqConfLimits.lineOctetsMax} characters`;
      problems.add(position, { code: "syntax", what, remedy: "dnsmasq would not read it" });
      continue;
    }
    const content = withoutComment(whole).trim();
    const line = content === "" ? undefined : read(content, position, problems);
    if (line !== undefined) lines.push(line);
  }
  return { lines, problems: problems.list };
}

function unterminated(position: Position, problems: Problems): undefined {
  problems.add(position, {
    code: "syntax",
    what: "a string in this line has no end",
    remedy: 'close it with "',
  });
}

function withoutComment(line: string): string {
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (character === "#" && !quoted && (at === 0 || /\s/.test(line[at - 1]!))) return line.slice(0, at);
  }
  return line;
}

const letters: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", e: "\u001b" };

/** Undefined: a quote is not closed. */
function fieldsOf(value: string): string[] | undefined {
  const fields: string[] = [];
  let field = "";
  /** Up to here the field is kept as it is: blanks in quotes are part of it. */
  let kept = 0;
  let quoted = false;
  const end = (): void => {
    const tail = field.slice(kept).trimEnd();
    fields.push(kept === 0 ? tail.trimStart() : field.slice(0, kept) + tail);
    field = "";
    kept = 0;
  };
  for (let at = 0; at < value.length; at++) {
    const character = value[at]!;
    if (quoted && character === "\\" && at + 1 < value.length) {
      const next = value[++at]!;
      field += letters[next] ?? next;
    } else if (character === '"') {
      if (!quoted && kept === 0) field = field.trimStart();
      quoted = !quoted;
      kept = field.length;
    } else if (character === "," && !quoted) {
      end();
    } else {
      field += character;
    }
  }
  if (quoted) return undefined;
  end();
  return fields;
}
