/** The words of one entry, taken one after the other by those who know what should stand there. */
import { type Name, NameError, parseName } from "../dns/name.ts";
import type { TextReader } from "../dns/record.ts";
import { type Entry, placeIn, type Word } from "./entry.ts";
import type { ZonePlace } from "./problem.ts";

/** A mistake in an entry. Caught where entries are read, in one place. */
export class EntryFault extends Error {
  override readonly name = "EntryFault";
  readonly write: string;

  constructor(what: string, write: string) {
    super(what);
    this.write = write;
  }
}

export class EntryWords implements TextReader {
  readonly entry: Entry;
  readonly origin: Name;
  /** The whole of what the words that come are about, as it is right. */
  example: string | undefined;
  private index = 0;
  /** Of the word that `fail` is about. */
  private about: number;

  constructor(entry: Entry, origin: Name) {
    this.entry = entry;
    this.origin = origin;
    this.about = entry.words[0]?.at ?? entry.start;
  }

  peek(): Word | undefined {
    return this.entry.words[this.index];
  }

  take(label: string, write?: string): Word {
    const word = this.entry.words[this.index];
    if (word === undefined) {
      const last = this.entry.words.at(-1);
      if (last !== undefined) this.about = last.at + last.text.length + (last.quoted ? 2 : 0);
      return this.fail(`the line ends where ${label} should stand`, this.example ?? write ?? label);
    }
    this.index++;
    this.about = word.at;
    return word;
  }

  /** A word that may not stand in quotes. */
  takeBare(label: string, write: string): Word {
    const word = this.take(label, write);
    if (word.quoted) this.fail(`${label} may not stand in quotes`, write);
    return word;
  }

  /** The name that a text says, continued by the origin. */
  parseName(text: string, write = "a name such as www, or host.example.com."): Name {
    try {
      return parseName(text, this.origin);
    } catch (error) {
      if (error instanceof NameError) return this.fail(error.message, write);
      throw error;
    }
  }

  /** Fails when words are left. */
  end(what: string): void {
    const extra = this.peek();
    if (extra === undefined) return;
    this.take(what);
    this.fail(
      `"${extra.text}" is too much for ${what}`,
      "a line that ends before it, or a ; to make it a comment",
    );
  }

  fail(what: string, write: string): never {
    throw new EntryFault(what, write);
  }

  /** Where the word taken last stands. */
  place(): ZonePlace {
    return placeIn(this.entry, this.about);
  }
}
