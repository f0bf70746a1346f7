/** Statements of an inadyn.conf: settings, sections that hold settings, and files to read in their place. */
import { type Position, type Problem, Problems, shown } from "../namedconf/problem.ts";
import { type InadynToken, inadynTokens } from "./lexer.ts";
import { inadynConfLimits } from "./limits.ts";

export type InadynStatement = InadynSetting | InadynSection | InadynInclude;

export interface InadynSetting extends Position {
  readonly kind: "setting";
  readonly name: string;
  readonly values: readonly string[];
  /** `+=`: to the values that are there. */
  readonly appends: boolean;
}

export interface InadynSection extends Position {
  readonly kind: "section";
  readonly name: "provider" | "custom";
  /** `default@dyndns.org:1`, or what a custom one is called. */
  readonly title: string;
  readonly statements: readonly (InadynSetting | InadynInclude)[];
}

export interface InadynInclude extends Position {
  readonly kind: "include";
  readonly path: string;
}

export interface ParsedInadynConf {
  readonly statements: readonly InadynStatement[];
  readonly problems: readonly Problem[];
}

/** Reads one file, also one that is included. Never throws: what is wrong is in `problems`. */
export function parseInadynConf(file: string, text: string): ParsedInadynConf {
  const problems = new Problems();
  const start = { file, line: 1, column: 1 };
  if (text.length > inadynConfLimits.fileOctetsMax) {
    const what = `the file is larger than ${inadynConfLimits.fileOctetsMax} octets`;
    problems.add(start, { code: "syntax", what, remedy: "is this a config?" });
    return { statements: [], problems: problems.list };
  }
  const old = oldSetting(text);
  if (old !== undefined) {
    problems.add(
      { ...start, line: old.line },
      {
        code: "syntax",
        what: `"${shown(old.word)}" is written as inadyn before version 2 had it`,
        remedy: "write it as version 2 has it: provider default@dyndns.org { username = … hostname = … }",
      },
    );
    return { statements: [], problems: problems.list };
  }
  const reader = new StatementReader(inadynTokens(file, text, problems), problems);
  return { statements: reader.statements(), problems: problems.list };
}

const oldNames =
  "alias|background|change_persona|dyndns_server_name|dyndns_server_url|dyndns_system|exec|forced_update_period|" +
  "ip_server_name|iterations|log_file|password|pidfile|secure|syslog|system|update_period|update_period_sec|" +
  "username|verbose|wildcard";
const oldLine = new RegExp(`^\\s*(--?)?(${oldNames})(\\s+[^=\\s{].*)?$`);

/** The first statement of version 1: a name and a value without `=`. */
function oldSetting(text: string): { readonly line: number; readonly word: string } | undefined {
  for (const [index, line] of text.split("\n").entries()) {
    const plain = line.replace(/#.*/, "").trim();
    if (plain === "") continue;
    const word = oldLine.exec(plain)?.[2];
    return word === undefined ? undefined : { line: index + 1, word };
  }
  return undefined;
}

class StatementReader {
  private readonly tokens: readonly InadynToken[];
  private readonly problems: Problems;
  private at = 0;

  constructor(tokens: readonly InadynToken[], problems: Problems) {
    this.tokens = tokens;
    this.problems = problems;
  }

  statements(): InadynStatement[] {
    const statements: InadynStatement[] = [];
    for (;;) {
      const token = this.next();
      if (token.kind === "end") return statements;
      if (token.kind !== "word") {
        this.fault(token, `"${token.text}" stands where a setting should begin`, "write name = value");
        continue;
      }
      const statement = this.section(token) ?? this.inner(token);
      if (statement !== undefined) statements.push(statement);
    }
  }

  private section(token: InadynToken): InadynSection | undefined {
    const name = token.text;
    if ((name !== "provider" && name !== "custom") || this.peek().kind !== "word") return undefined;
    const title = this.next().text;
    if (this.peek().kind !== "{") {
      this.fault(this.peek(), `a { is missing behind ${name} ${shown(title)}`, "write it");
      return undefined;
    }
    this.next();
    const statements: (InadynSetting | InadynInclude)[] = [];
    for (;;) {
      const inside = this.next();
      if (inside.kind === "}") break;
      if (inside.kind === "end") {
        this.fault(token, `${name} ${shown(title)} has no end`, "close it with }");
        break;
      }
      if (inside.kind !== "word") {
        this.fault(inside, `"${inside.text}" stands where a setting should begin`, "write name = value");
        continue;
      }
      const statement = this.inner(inside);
      if (statement !== undefined) statements.push(statement);
    }
    return { kind: "section", name, title, statements, ...positionOf(token) };
  }

  private inner(token: InadynToken): InadynSetting | InadynInclude | undefined {
    const sign = this.peek();
    if (token.text === "include" && sign.kind === "(") return this.include(token);
    if (sign.kind !== "=" && sign.kind !== "+=") {
      this.fault(token, `"${shown(token.text)}" has no value`, "write name = value");
      return undefined;
    }
    this.next();
    const values = this.values(token.text);
    if (values === undefined) return undefined;
    const appends = sign.kind === "+=";
    return { kind: "setting", name: token.text, values, appends, ...positionOf(token) };
  }

  private include(token: InadynToken): InadynInclude | undefined {
    this.next();
    const path = this.next();
    if (path.kind === "word" && this.peek().kind === ")") {
      this.next();
      return { kind: "include", path: path.text, ...positionOf(token) };
    }
    this.fault(path, "no file stands in the brackets of include", 'write include("/path/to/file")');
    return undefined;
  }

  private values(name: string): readonly string[] | undefined {
    const first = this.peek();
    if (first.kind === "word") {
      // A word that a sign follows is the name of the next setting: this one has no value
      const behind = this.tokens[this.at + 1]?.kind;
      if (behind !== "=" && behind !== "+=") return [this.next().text];
    }
    if (first.kind !== "{") {
      this.fault(
        first,
        `the value of ${shown(name)} is missing`,
        "write it, in double quotes if it has signs in it",
      );
      return undefined;
    }
    this.next();
    const values: string[] = [];
    for (;;) {
      const token = this.next();
      if (token.kind === "}") return values;
      if (token.kind === "word") values.push(token.text);
      else if (token.kind !== ",") {
        this.fault(token, `the list of ${shown(name)} has no end`, "close it with }");
        if (token.kind === "end") this.at--;
        return undefined;
      }
    }
  }

  private fault(position: Position, what: string, remedy: string): void {
    this.problems.add(position, { code: "syntax", what, remedy });
  }

  private peek(): InadynToken {
    return this.tokens[Math.min(this.at, this.tokens.length - 1)]!;
  }

  private next(): InadynToken {
    const token = this.peek();
    if (this.at < this.tokens.length) this.at++;
    return token;
  }
}

function positionOf({ file, line, column }: Position): Position {
  return { file, line, column };
}
