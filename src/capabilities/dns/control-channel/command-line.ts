/** A command as rndc sends it: its arguments with blanks between them, in one line. */
import { type Name, NameError, nameLimits, parseName } from "#protocols/dns/name.ts";
import type { Result } from "#protocols/isccc/result.ts";

/** Why a command is not carried out. */
export class CommandFault extends Error {
  override readonly name = "CommandFault";
  readonly result: Result;
  readonly text: string | undefined;

  constructor(result: Result, text?: string) {
    super(text ?? result);
    this.result = result;
    this.text = text;
  }
}

const blanks = " \t\r\n";

/** Gives one word after the other. A word may stand in quotes, `\"` is a quote inside of it. */
export class CommandLine {
  /** The first word in lower case, never in quotes; empty when there is none. */
  readonly command: string;
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = 0;
    this.#skipBlanks();
    this.command = this.#plainWord().toLowerCase();
  }

  /** Undefined at the end. Throws CommandFault for quotes that do not end. */
  next(): string | undefined {
    this.#skipBlanks();
    if (this.#at === this.#text.length) return undefined;
    return this.#text[this.#at] === '"' ? this.#quotedWord() : this.#plainWord();
  }

  /** Takes the next word when it is this one. */
  takes(word: string): boolean {
    const { at, value } = { at: this.#at, value: this.next() };
    if (value === word) return true;
    this.#at = at;
    return false;
  }

  #skipBlanks(): void {
    while (this.#at < this.#text.length && blanks.includes(this.#text[this.#at]!)) this.#at++;
  }

  #plainWord(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !blanks.includes(this.#text[this.#at]!)) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #quotedWord(): string {
    let word = "";
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (character === "\n") throw new CommandFault("unexpectedEnd", "unbalanced quotes");
      if (character === '"' && !word.endsWith("\\")) {
        this.#at++;
        return word;
      }
      word = character === '"' ? word.slice(0, -1) + character : word + character;
    }
    throw new CommandFault("unexpectedEnd", "unexpected end of input");
  }
}

/** The name that a word is, in any case. Throws CommandFault. */
export function commandName(word: string): Name {
  if (word === "") throw new CommandFault("unexpectedEnd");
  try {
    return parseName(word.endsWith(".") ? word : `${word}.`);
  } catch (error) {
    if (error instanceof NameError) throw new CommandFault(nameFault(word), error.message);
    throw error;
  }
}

function nameFault(word: string): Result {
  if (/^\.|\.\./.test(word)) return "emptyLabel";
  if (word.includes("\\") || /[^ -~]/.test(word)) return "badEscape";
  return word.split(".").some((label) => label.length > nameLimits.labelOctetsMax)
    ? "labelTooLong"
    : "noSpace";
}

/** True for the class of the Internet, the only one with zones. Throws CommandFault for what is no class. */
export function isInternetClass(word: string): boolean {
  const upper = word.toUpperCase();
  if (/^CLASS\d{1,5}$/.test(upper) && Number(upper.slice(5)) <= 0xffff) return Number(upper.slice(5)) === 1;
  if (upper === "IN") return true;
  if (["CH", "CHAOS", "HS", "HESIOD", "ANY", "NONE", "RESERVED0"].includes(upper)) return false;
  throw new CommandFault("unknownClass");
}
