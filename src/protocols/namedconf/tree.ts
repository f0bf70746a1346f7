/** Statements of a named.conf as they stand in the text: words and blocks, each with its place. */
import type { Position } from "./problem.ts";

export interface Statement extends Position {
  readonly items: readonly Item[];
}

export type Item = Word | Mark | Block;

export interface Word extends Position {
  readonly kind: "word";
  readonly text: string;
  readonly quoted: boolean;
}

/** `!` before an element of a match list, `/` between an address and its prefix length. */
export interface Mark extends Position {
  readonly kind: "mark";
  readonly text: "!" | "/";
}

export interface Block extends Position {
  readonly kind: "block";
  readonly statements: readonly Statement[];
  /** Where its closing brace stands. */
  readonly closed: Position;
}

/** The first word in lower case: what kind of statement it is. */
export function statementName(statement: Statement): string {
  const first = statement.items[0];
  return first?.kind === "word" && !first.quoted ? first.text.toLowerCase() : "";
}

/** The word at `index`, counted with the statement's name as 0. */
export function wordAt(statement: Statement, index: number): string | undefined {
  const item = statement.items[index];
  return item?.kind === "word" ? item.text : undefined;
}

/** The first block of the statement. */
export function blockOf(statement: Statement): Block | undefined {
  return statement.items.find((item) => item.kind === "block");
}

/** Statements called `name` in a list. */
export function statementsNamed(statements: readonly Statement[], ...names: string[]): Statement[] {
  return statements.filter((statement) => names.includes(statementName(statement)));
}

/** The word behind the keyword `name`, as in `port 53`. */
export function wordAfter(statement: Statement, name: string): string | undefined {
  const index = statement.items.findIndex(
    (item, i) => i > 0 && item.kind === "word" && !item.quoted && item.text.toLowerCase() === name,
  );
  return index === -1 ? undefined : wordAt(statement, index + 1);
}

/** How a message shows an item. */
export function itemText(item: Item): string {
  if (item.kind === "block") return "{";
  return item.kind === "word" && item.quoted ? `"${item.text}"` : item.text;
}
