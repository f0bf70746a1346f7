/**
 * From the text of a dhcpd.conf, or of its leases, to its statements. What the words mean is not looked at
 * here.
 */
import { type Position, type Problem, Problems, shown } from "../namedconf/problem.ts";
import { DhcpdLexer, type DhcpdToken } from "./lexer.ts";
import { dhcpConfLimits } from "./limits.ts";
import { type DhcpdItem, type DhcpdStatement, isWord } from "./tree.ts";

export interface ParsedDhcpdFile {
  readonly statements: readonly DhcpdStatement[];
  readonly problems: readonly Problem[];
}

/**
 * Reads one file. Never throws: what is wrong is in `problems`, and `statements` has what could be read.
 * @param text of which each character is an octet
 */
export function parseDhcpdConf(file: string, text: string, firstLine = 1): ParsedDhcpdFile {
  const problems = new Problems();
  const parser = new Parser(new DhcpdLexer(file, text, problems, firstLine), problems);
  return { statements: parser.topLevel(), problems: problems.list };
}

class Parser {
  private readonly lexer: DhcpdLexer;
  private readonly problems: Problems;
  private token: DhcpdToken;

  constructor(lexer: DhcpdLexer, problems: Problems) {
    this.lexer = lexer;
    this.problems = problems;
    this.token = lexer.next();
  }

  topLevel(): DhcpdStatement[] {
    const statements: DhcpdStatement[] = [];
    for (;;) {
      this.statementsInto(statements, 0);
      if (this.token.kind === "end") return statements;
      this.problems.add(this.token.position, {
        code: "syntax",
        what: "this } closes nothing",
        remedy: "remove it, or look for a missing { above",
      });
      this.step();
    }
  }

  private step(): DhcpdToken {
    const token = this.token;
    this.token = this.lexer.next();
    return token;
  }

  /** Up to the end of the block, or of the file. */
  private statementsInto(statements: DhcpdStatement[], depth: number): void {
    while (this.token.kind !== "end" && this.token.kind !== "}") {
      if (this.token.kind === ";") this.step();
      else statements.push(this.statement(depth));
    }
  }

  private statement(depth: number): DhcpdStatement {
    const { position } = this.token;
    const items: DhcpdItem[] = [];
    for (;;) {
      const { kind, text } = this.token;
      if (kind === "{" && isRecord(items)) {
        this.recordInto(items);
        continue;
      }
      if (kind === ";" || kind === "{" || kind === "}" || kind === "end") break;
      items.push({ kind, text, ...this.step().position });
    }
    if (this.token.kind === "{") return { items, block: this.block(depth + 1), ...position };
    if (this.token.kind === ";") {
      this.step();
    } else if (!this.lexer.unterminated) {
      const name = shown(items[0]?.kind === "word" ? items[0].text : "…");
      this.problems.add(this.token.position, {
        code: "syntax",
        what: `a ; is missing before ${this.token.kind === "end" ? "the end of the file" : "}"}`,
        remedy: `end the statement "${name}" with ;`,
      });
    }
    return { items, block: undefined, ...position };
  }

  /** The types of `option NAME code N = { TYPE, TYPE }`, without its brackets. */
  private recordInto(items: DhcpdItem[]): void {
    this.step();
    for (;;) {
      const { kind, text } = this.token;
      if (kind === "}") {
        this.step();
        return;
      }
      if (kind === ";" || kind === "{" || kind === "end") return;
      items.push({ kind, text, ...this.step().position });
    }
  }

  private block(depth: number): DhcpdStatement[] {
    const { position } = this.step();
    const statements: DhcpdStatement[] = [];
    if (depth > dhcpConfLimits.depthMax) {
      this.problems.add(position, {
        code: "syntax",
        what: `more than ${dhcpConfLimits.depthMax} { stand inside each other`,
        remedy: "close some of them with }",
      });
      this.skipBlock();
      return statements;
    }
    this.statementsInto(statements, depth);
    this.closeBlock(position);
    return statements;
  }

  private closeBlock(opened: Position): void {
    if (this.token.kind === "}") {
      this.step();
    } else if (!this.lexer.unterminated) {
      this.problems.add(opened, {
        code: "syntax",
        what: "the block that starts with this { has no end",
        remedy: "close it with }",
      });
    }
  }

  private skipBlock(): void {
    for (let open = 1; open > 0 && this.token.kind !== "end"; ) {
      const { kind } = this.step();
      if (kind === "{") open++;
      if (kind === "}") open--;
    }
  }
}

function isRecord(items: readonly DhcpdItem[]): boolean {
  const last = items.at(-1);
  return last?.kind === "=" || (isWord(last, "of") && isWord(items.at(-2), "array"));
}
