/**
 * The long way, second half: what the words of an entry say. RFC 1035 §5.1, in the order that BIND takes
 * them.
 */
import { parseDuration } from "../dns/fields/durations.ts";
import { type Name, nameToText } from "../dns/name.ts";
import { formatOf, writeParsedRdata } from "../dns/records/index.ts";
import {
  classFromMnemonic,
  isMetaType,
  mnemonicOfType,
  RRClass,
  RRType,
  typeFromMnemonic,
} from "../dns/registry.ts";
import { WireError, WireWriter } from "../dns/wire.ts";
import { createDirectives, type DirectiveOptions } from "./directives.ts";
import type { Entry, Word } from "./entry.ts";
import { zoneFileLimits } from "./limits.ts";
import { type ProblemCounter, shown } from "./problem.ts";
import { EntryFault, EntryWords } from "./words.ts";
import type { ZoneState } from "./zone-state.ts";

export interface EntryReader {
  /** Reports what is wrong; never throws for it. */
  read(entry: Entry): void;
}

export function createEntryReader(state: ZoneState, options: DirectiveOptions): EntryReader {
  const records = new RecordReader(state);
  const directives = createDirectives(state, records, options);
  return {
    read(entry) {
      if (entry.words.length === 0) return;
      const words = new EntryWords(entry, state.originName);
      reportFaults(state.problems, words, () => {
        const first = entry.words[0]!;
        if (!entry.startsBlank && first.text.startsWith("$")) directives.read(words);
        else records.read(words);
      });
    },
  };
}

/** Runs `read`; what it throws because of the file's text becomes a problem. */
function reportFaults(problems: ProblemCounter, words: EntryWords, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (error instanceof EntryFault) problems.error(() => words.place(), error.message, error.write);
    else if (error instanceof WireError)
      problems.error(() => words.place(), "the RDATA has more than 65535 octets");
    else throw error;
  }
}

export class RecordReader {
  private readonly state: ZoneState;
  private readonly rdata = new WireWriter();

  constructor(state: ZoneState) {
    this.state = state;
  }

  read(words: EntryWords): void {
    const { state } = this;
    if (words.entry.startsBlank) this.inheritOwner(words);
    else this.takeOwner(words.parseName(words.take("a name").text), words);
    const { ttl, type } = this.readTtlClassType(words);
    if (ttl !== -1) state.lastTtl = ttl;
    this.readRdata(type, ttl, words, words);
  }

  /** The record's RDATA from `rdata`; to the sink with it, unless the owner is outside the zone. */
  readRdata(type: number, given: number, rdata: EntryWords, words: EntryWords): void {
    const { state } = this;
    rdata.example = `${mnemonicOfType(type)} ${formatOf(type)?.example ?? "\\# LENGTH HEX"}`;
    this.rdata.reset();
    writeParsedRdata(type, rdata, this.rdata);
    if (!state.ownerInZone) return;
    const { octets, at: length } = this.rdata;
    if (type === RRType.SOA && !state.ownerIsTop()) {
      words.fail("an SOA stands at the top of its zone only", "the zone's name, or @ with the right $ORIGIN");
    }
    const ttl = state.ttlFor(type, given, octets, length, () => words.place());
    state.records++;
    state.sink.record(state.owner, state.ownerLength, type, ttl, octets, length, words.entry.line);
  }

  /** The class, TTL and type of a record or of $GENERATE. A TTL of -1 says that there is none. */
  readTtlClassType(words: EntryWords): { ttl: number; type: number } {
    const owner = words.entry.words[0]!;
    let word = words.takeBare("a record type", "a type such as A or TXT");
    let hasClass = isClass(word);
    let classWord = word;
    if (hasClass) word = words.takeBare("a record type", "a type such as A or TXT");
    const ttl = this.parseTtl(word, words);
    if (ttl !== -1) word = words.takeBare("a record type", "a type such as A or TXT");
    if (!hasClass && isClass(word)) {
      hasClass = true;
      classWord = word;
      word = words.takeBare("a record type", "a type such as A or TXT");
    }
    const type = typeFromMnemonic(word.text);
    if (type === undefined) return this.failType(owner, word, words);
    if (hasClass && classFromMnemonic(classWord.text) !== RRClass.IN) {
      words.fail(`the class ${shown(classWord.text)} is not the zone's`, "IN, or nothing");
    }
    if (isMetaType(type)) {
      words.fail(`${mnemonicOfType(type)} is for messages; no zone can hold it`, "another type");
    }
    if (type === RRType.MD || type === RRType.MF) {
      words.fail(`${mnemonicOfType(type)} is obsolete`, "MX"); // RFC 973 replaced them; BIND refuses them too
    }
    return { ttl, type };
  }

  /** Makes `name` the owner of this record and of those that begin with a blank. */
  takeOwner(name: Name, words: EntryWords): void {
    const { state } = this;
    for (let i = 0; i < name.length; i++) state.nextOwner[i] = name.charCodeAt(i);
    const inZone = state.isInZone(state.nextOwner, name.length);
    state.takeNextOwner(name.length, inZone);
    if (!inZone) {
      state.problems.warn(
        () => words.place(),
        `${nameToText(name)} is not in the zone and is left out`,
        "a name without final dot, or one that ends in the zone's name",
      );
    }
  }

  /** Seconds, or with units; -1 when the word is no TTL. */
  parseTtl(word: Word, words: EntryWords): number {
    const ttl = word.quoted ? undefined : parseDuration(word.text);
    if (ttl === undefined) return -1;
    if (ttl <= zoneFileLimits.ttlMax) return ttl;
    const { problems } = this.state;
    problems.warn(
      words.place(),
      `the TTL ${ttl} is more than 31 bits hold, and 0 is used`,
      "at most 2147483647",
    );
    return 0; // RFC 2181 §8
  }

  private inheritOwner(words: EntryWords): void {
    const { state } = this;
    if (state.ownerLength === 0) {
      const word = words.take("a name");
      words.fail(
        `"${shown(word.text)}" follows a blank, but there is no name before to take`,
        "the name in front, or @",
      );
    }
    if (state.originChanged) {
      state.originChanged = false;
      state.problems.warn(
        () => words.place(),
        "the blank in front takes the last name from before the origin changed",
        "the name in front, or @ for the new origin",
      );
    }
  }

  private failType(owner: Word, word: Word, words: EntryWords): never {
    if (/^-?\d[\da-z]*$/i.test(word.text)) {
      words.fail(`"${shown(word.text)}" is not a TTL`, "seconds or units, such as 3600 or 1h30m");
    }
    const isInFirstColumn = !words.entry.startsBlank && typeFromMnemonic(owner.text) !== undefined;
    const hint =
      isInFirstColumn && !/^[a-z]/i.test(word.text)
        ? `a name or a blank before ${shown(owner.text)}`
        : "a type such as A or TXT, or TYPE123";
    return words.fail(`"${shown(word.text)}" is not a record type`, hint);
  }
}

function isClass(word: Word): boolean {
  return classFromMnemonic(word.text) !== undefined;
}
