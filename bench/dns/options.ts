/** What `npm run bench dns -- …` is told. */

export interface DnsBenchOptions {
  readonly cases: readonly string[];
  readonly servers: readonly string[];
  readonly rounds: number;
  /** Of each measured run. */
  readonly seconds: number;
}

export interface DnsBenchWords {
  readonly cases?: string | undefined;
  readonly servers?: string | undefined;
  readonly rounds?: string | undefined;
  readonly seconds?: string | undefined;
}

interface Known {
  readonly cases: readonly string[];
  readonly servers: readonly string[];
}

/** A mistake in what was typed; its message says what to type instead. */
export class OptionError extends Error {}

/** All cases and servers, in their own order, unless some are named. Throws OptionError. */
export function parseDnsOptions(words: DnsBenchWords, known: Known): DnsBenchOptions {
  return {
    cases: chosen("cases", words.cases, known.cases),
    servers: chosen("servers", words.servers, known.servers),
    rounds: wholeNumber("rounds", words.rounds ?? "3", 99),
    seconds: wholeNumber("seconds", words.seconds ?? "3", 600),
  };
}

function chosen(option: string, words: string | undefined, known: readonly string[]): readonly string[] {
  if (words === undefined) return known;
  const wanted = words.split(",");
  const unknown = wanted.filter((word) => !known.includes(word));
  if (unknown.length > 0) {
    throw new OptionError(`--${option}: there is no ${unknown.join(", ")}; there are ${known.join(", ")}`);
  }
  return known.filter((word) => wanted.includes(word));
}

function wholeNumber(option: string, word: string, most: number): number {
  const value = Number(word);
  if (/^\d+$/.test(word) && value >= 1 && value <= most) return value;
  throw new OptionError(`--${option}: "${word}" is no number from 1 to ${most}; write one such as 3`);
}
