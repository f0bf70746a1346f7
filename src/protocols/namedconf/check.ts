/**
 * Compares the statements of a named.conf with what BIND 9.18 knows: names, values, and what is said twice.
 *
 * A statement that is unknown is a warning here (named refuses it): the rest may well be worth having.
 */
import { parseAddress } from "./address.ts";
import { compileForm, type Form, matchForm, type Visitor } from "./form.ts";
import {
  canonicalName,
  isKnownSomewhere,
  removedStatements,
  rulesIn,
  type StatementRule,
  zoneTypeLetters,
} from "./grammar.ts";
import { type Position, type Problem, Problems, shown } from "./problem.ts";
import { type Block, blockOf, type Item, itemText, type Statement, statementName, wordAt } from "./tree.ts";

/** What is wrong with the statements of a whole config, the included files already in their places. */
export function checkStatements(statements: readonly Statement[]): readonly Problem[] {
  const problems = new Problems();
  new Checker(problems).statements(statements, "top");
  return problems.list;
}

/** Stands in every block; what it includes takes its place before this looks, unless the file is missing. */
const includeRule: StatementRule = { form: compileForm("<quoted>"), repeatable: true, places: "" };

class Checker implements Visitor {
  private readonly problems: Problems;

  constructor(problems: Problems) {
    this.problems = problems;
  }

  statements(statements: readonly Statement[], context: string): void {
    const seen = new Map<string, Position>();
    for (const statement of statements) this.statement(statement, context, seen);
  }

  /** What stands behind the form of a statement is the next one, of which the semicolon is missing. */
  private statement(statement: Statement, context: string, seen: Map<string, Position>): void {
    const name = statementName(statement);
    const rule = name === "include" ? includeRule : rulesIn(context).get(canonicalName(name));
    if (rule === undefined) {
      this.unknown(statement, context);
      return;
    }
    const earlier = seen.get(canonicalName(name));
    if (earlier !== undefined && !rule.repeatable) {
      this.problems.add(statement, {
        code: "twice",
        what: `${name} is said a second time`,
        remedy: `keep one; the first is at ${earlier.file}:${earlier.line}`,
      });
    }
    seen.set(canonicalName(name), statement);
    const rest = this.form(statement, rule.form, 1);
    if (rest !== undefined) this.statement(rest, context, seen);
    if (name === "zone") this.zone(statement);
  }

  private unknown(statement: Statement, context: string): void {
    const first = statement.items[0]!;
    // What stands in a key block may be a piece of its secret.
    const shownName = context === "key" ? "this" : shown(itemText(first));
    const place = context === "top" ? "at the top level" : `in ${context}`;
    if (first.kind !== "word" || first.quoted) {
      this.problems.add(statement, {
        code: "syntax",
        what: `${first.kind === "block" ? "a block" : shownName} ${place}, where a statement's name belongs`,
        remedy: "write the statement's name first",
      });
      return;
    }
    const removed = removedStatements.has(first.text.toLowerCase());
    const elsewhere = isKnownSomewhere(first.text.toLowerCase());
    this.problems.add(statement, {
      severity: "warning",
      code: "unknown-statement",
      what: removed
        ? `BIND 9.18 has no ${shownName} any more`
        : `${shownName} is no statement that BIND 9.18 knows ${place}`,
      remedy:
        elsewhere && context !== "top" ? `write it elsewhere, or look for a missing } above` : "remove it",
    });
  }

  /**
   * Compares from the item `at` on; gives what is left over as a statement of its own when it looks like
   * one.
   */
  private form(statement: Statement, form: Form, at: number): Statement | undefined {
    const { items } = statement;
    const result = matchForm(form, items, at, endOf(statement), this);
    if (typeof result !== "number") {
      this.problems.add(result, { code: "value", what: shown(result.what, 120), remedy: result.remedy });
      return undefined;
    }
    const extra = items[result];
    if (extra === undefined) return undefined;
    this.problems.add(extra, {
      code: "syntax",
      what: `a ; is missing before ${isSecret(statement) ? "this" : shown(itemText(extra))}`,
      remedy: `end ${statementName(statement) || "the line"} with ;`,
    });
    const isStatement = extra.kind === "word" && isKnownSomewhere(extra.text.toLowerCase());
    return isStatement ? { items: items.slice(result), ...positionOf(extra) } : undefined;
  }

  each(statement: Statement, form: Form): void {
    const first = form[0];
    if (first?.kind === "value" && first.value === "anything") return;
    if (first?.kind === "value" && first.value === "match") this.matchElement(statement);
    else this.form(statement, form, 0);
  }

  context(block: Block, context: string): void {
    this.statements(block.statements, context);
  }

  matchElement(statement: Statement): void {
    const { items } = statement;
    let at = 0;
    while (items[at]?.kind === "mark" && itemText(items[at]!) === "!") at++;
    const next = this.matchTarget(statement, at);
    const extra = next === undefined ? undefined : items[next];
    if (extra === undefined) return;
    this.problems.add(extra, {
      code: "syntax",
      what: `a ; is missing before ${shown(itemText(extra))}`,
      remedy: "end each entry of the list with ;",
    });
  }

  /** Gives the index behind the target, undefined when it is wrong and told. */
  private matchTarget(statement: Statement, at: number): number | undefined {
    const { items } = statement;
    const item = items[at];
    if (item?.kind === "block") {
      for (const inner of item.statements) this.matchElement(inner);
      return at + 1;
    }
    if (item?.kind !== "word") {
      this.problems.add(item ?? endOf(statement), {
        code: "value",
        what: "an entry of an address match list is missing here",
        remedy: "write an address, a prefix such as 192.0.2.0/24, the name of an acl, or key and its name",
      });
      return undefined;
    }
    const word = item.quoted ? "" : item.text.toLowerCase();
    if (word === "geoip") return items.length;
    if (word === "key") {
      if (items[at + 1]?.kind === "word") return at + 2;
      this.problems.add(items[at + 1] ?? endOf(statement), {
        code: "value",
        what: "the name of the key is missing behind key",
        remedy: 'write key "NAME"',
      });
      return undefined;
    }
    return this.matchNetwork(statement, at);
  }

  private matchNetwork(statement: Statement, at: number): number | undefined {
    const { items } = statement;
    const text = itemText(items[at]!).replaceAll('"', "");
    const slash = items[at + 1];
    if (slash === undefined || itemText(slash) !== "/") {
      if (!isShortIpv4(text)) return at + 1;
      this.problems.add(items[at]!, {
        code: "value",
        what: `${shown(text)} is only a part of an IPv4 address`,
        remedy: `write all four octets, or the prefix: ${text}/${text.split(".").length * 8}`,
      });
      return undefined;
    }
    const address = parseAddress(text, true);
    if (address === undefined) return at + 1; // the slash is then what a semicolon is missing before
    const length = items[at + 2];
    const max = address.family === 4 ? 32 : 128;
    if (length?.kind === "word" && /^\d+$/.test(length.text) && Number(length.text) <= max) return at + 3;
    const found =
      length === undefined
        ? "a prefix length is missing behind"
        : `${shown(itemText(length))} is no prefix length for`;
    this.problems.add(length ?? endOf(statement), {
      code: "value",
      what: `${found} ${text}/`,
      remedy: `write a number from 0 to ${max}`,
    });
    return undefined;
  }

  /** Some statements belong to some types of zone only. */
  private zone(zone: Statement): void {
    const statements = blockOf(zone)?.statements;
    if (statements === undefined) return;
    const name = shown(wordAt(zone, 1) ?? "");
    const type = statements.find((statement) => statementName(statement) === "type");
    const inView = statements.some((statement) => statementName(statement) === "in-view");
    if (type === undefined) {
      if (inView) return;
      this.problems.add(zone, {
        code: "value",
        what: `zone "${name}" has no type`,
        remedy: "write type primary; (or secondary, forward, …)",
      });
      return;
    }
    const typeName = wordAt(type, 1)?.toLowerCase() ?? "";
    const letter = zoneTypeLetters[typeName];
    if (letter === undefined) return;
    for (const statement of statements) {
      const inner = statementName(statement);
      const rule = rulesIn("zone").get(canonicalName(inner));
      if (rule === undefined || zonePlaces(inner).includes(letter)) continue;
      this.problems.add(statement, {
        code: "value",
        what: `a zone of type ${typeName} takes no ${inner}`,
        remedy: "remove it, or correct the type",
      });
    }
  }
}

function zonePlaces(name: string): string {
  return rulesIn("zone").get(canonicalName(name))!.places;
}

function endOf(statement: Statement): Position {
  const last = statement.items.at(-1)!;
  if (last.kind === "block") return positionOf({ ...last, ...last.closed });
  return { file: last.file, line: last.line, column: last.column + itemText(last).length };
}

function positionOf({ file, line, column }: Item): Position {
  return { file, line, column };
}

function isShortIpv4(text: string): boolean {
  return /^\d+\.(?:\d+\.)?\d+$/.test(text) && parseAddress(text, true) !== undefined;
}

/** Messages must not quote what such a statement says. */
function isSecret(statement: Statement): boolean {
  return statementName(statement).endsWith("secret");
}
