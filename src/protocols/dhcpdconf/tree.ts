/**
 * Statements of a dhcpd.conf as they stand in the text: words and marks, then `;` or a block.
 *
 * Text is octets: each character of a word is one octet of the file, or the one that an escape says.
 */
import type { Position } from "../namedconf/problem.ts";

export interface DhcpdStatement extends Position {
  readonly items: readonly DhcpdItem[];
  /** Undefined: it ended with `;`. */
  readonly block: readonly DhcpdStatement[] | undefined;
}

export interface DhcpdItem extends Position {
  readonly kind: "word" | "quoted" | DhcpdMark;
  readonly text: string;
}

export type DhcpdMark = "," | "(" | ")" | "=" | "!=" | "~=" | "~~";

/** The first word in lower case: what kind of statement it is. */
export function nameOf(statement: DhcpdStatement): string {
  const first = statement.items[0];
  return first?.kind === "word" ? first.text.toLowerCase() : "";
}

/** The word or string at `index`, the statement's name being 0. */
export function wordAt({ items }: DhcpdStatement, index: number): string | undefined {
  const item = items[index];
  return item?.kind === "word" || item?.kind === "quoted" ? item.text : undefined;
}

export function isWord(item: DhcpdItem | undefined, text: string): boolean {
  return item?.kind === "word" && item.text.toLowerCase() === text;
}

/** Octets of a word as text: UTF-8 where it is. */
export function textOf(octets: string): string {
  return Buffer.from(octets, "latin1").toString("utf8");
}

export function octetsOf(octets: string): Uint8Array {
  return Uint8Array.from(octets, (character) => character.charCodeAt(0));
}

/** Items as the text has them, for a report; strings in quotes. */
export function itemsText(items: readonly DhcpdItem[]): string {
  let out = "";
  for (const [i, { kind, text }] of items.entries()) {
    const glued = i === 0 || kind === "," || kind === ")" || items[i - 1]!.kind === "(";
    out += `${glued ? "" : " "}${kind === "quoted" ? `"${textOf(text)}"` : textOf(text)}`;
  }
  return out;
}
