/**
 * From the text of a named.conf to its statements: `words { block } words ;`.
 *
 * What the words mean is not looked at here (see check.ts), except to go on behind a mistake.
 */
import { Lexer, type Token } from "./lexer.ts";
import { namedConfLimits } from "./limits.ts";
import { type Position, type Problem, Problems, shown } from "./problem.ts";
import { type Block, type Item, itemText, type Statement } from "./tree.ts";

export interface ParsedFile {
  readonly statements: readonly Statement[];
  readonly problems: readonly Problem[];
}

/** Reads one file. Never throws: what is wrong is in `problems`, and `statements` has what could be read. */
export function parseNamedConf(file: string, text: string): ParsedFile {
  const problems = new Problems();
  const parser = new Parser(new Lexer(file, text, problems), problems);
  return { statements: parser.topLevel(), problems: problems.list };
}

class Parser {
  private readonly lexer: Lexer;
  private readonly problems: Problems;
  private token: Token;

  constructor(lexer: Lexer, problems: Problems) {
    this.lexer = lexer;
    this.problems = problems;
    this.token = lexer.next();
  }

  topLevel(): Statement[] {
    const statements: Statement[] = [];
    while (this.token.kind !== "end") {
      if (this.token.kind === "}") {
        this.problems.add(this.token.position, {
          code: "syntax",
          what: "this } closes nothing",
          remedy: "remove it, or look for a missing { above",
        });
        this.step();
        if ((this.token.kind as string) === ";") this.step();
      } else {
        this.statementInto(statements, 0);
      }
    }
    return statements;
  }

  private step(): Token {
    const token = this.token;
    this.token = this.lexer.next();
    return token;
  }

  private statementInto(statements: Statement[], depth: number): void {
    const { position } = this.token;
    const items: Item[] = [];
    for (;;) {
      const { kind } = this.token;
      if (kind === "word" || kind === "quoted") {
        const token = this.step();
        items.push({ kind: "word", text: token.text, quoted: kind === "quoted", ...token.position });
      } else if (kind === "!" || kind === "/") {
        items.push({ kind: "mark", text: kind, ...this.step().position });
      } else if (kind === "{") {
        items.push(this.block(depth + 1));
      } else {
        break;
      }
    }
    if (this.token.kind === ";") {
      const semicolon = this.step();
      if (items.length === 0) {
        this.problems.add(semicolon.position, {
          code: "syntax",
          what: "a statement is missing before this ;",
          remedy: "remove the ;",
        });
      }
    } else if (items.length > 0 && !this.lexer.unterminated) {
      this.problems.add(this.token.position, {
        code: "syntax",
        what: `a ; is missing before ${this.token.kind === "end" ? "the end of the file" : this.token.text}`,
        remedy: `end the statement "${shown(itemText(items[0]!))}" with ;`,
      });
    }
    if (items.length > 0) statements.push({ items, ...position });
  }

  private block(depth: number): Block {
    const { position } = this.step();
    const statements: Statement[] = [];
    if (depth > namedConfLimits.depthMax) {
      this.problems.add(position, {
        code: "syntax",
        what: `more than ${namedConfLimits.depthMax} { stand inside each other`,
        remedy: "close some of them with };",
      });
      return { kind: "block", statements, closed: this.skipBlock(), ...position };
    }
    while (this.token.kind !== "}" && this.token.kind !== "end") this.statementInto(statements, depth);
    const closed = this.token.position;
    if (this.token.kind === "end" && !this.lexer.unterminated) {
      this.problems.add(position, {
        code: "syntax",
        what: "the block that starts with this { has no end",
        remedy: "close it with };",
      });
    } else if (this.token.kind !== "end") {
      this.step();
    }
    return { kind: "block", statements, closed, ...position };
  }

  private skipBlock(): Position {
    for (let open = 1; this.token.kind !== "end"; ) {
      const token = this.step();
      if (token.kind === "{") open++;
      if (token.kind === "}" && --open === 0) return token.position;
    }
    return this.token.position;
  }
}
