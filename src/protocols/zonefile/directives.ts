/**
 * The entries that begin with $. RFC 1035 §5.1 ($ORIGIN, $INCLUDE), RFC 2308 §4 ($TTL), BIND ($GENERATE,
 * $DATE).
 */
import { createGenerate } from "./generate.ts";
import { zoneFileLimits } from "./limits.ts";
import { shown } from "./problem.ts";
import type { RecordReader } from "./record-entry.ts";
import type { EntryWords } from "./words.ts";
import type { ZoneSource } from "./zone-file.ts";
import type { ZoneState } from "./zone-state.ts";

export interface DirectiveOptions {
  readonly include: (path: string, fromFile: string) => ZoneSource | string;
  /** Reads a file to its end with the state as it is. */
  readonly readFile: (source: ZoneSource) => void;
}

interface Directives {
  read(words: EntryWords): void;
}

export function createDirectives(
  state: ZoneState,
  records: RecordReader,
  options: DirectiveOptions,
): Directives {
  const generate = createGenerate(state, records);
  return {
    read(words) {
      const { text } = words.take("a directive");
      switch (text.toUpperCase()) {
        case "$ORIGIN":
          return readOrigin(words, state);
        case "$TTL":
          return readDefaultTtl(words, state, records);
        case "$INCLUDE":
          return readInclude(words, state, options);
        case "$GENERATE":
          return generate(words);
        case "$DATE":
          words.takeBare("a date", "$DATE 20260101000000");
          words.end("$DATE");
          state.problems.warn(
            words.place(),
            "$DATE belongs to the cache dumps of BIND and does nothing here",
          );
          return;
        default:
          words.fail(
            `"${shown(text)}" is not a directive`,
            "$ORIGIN, $TTL, $INCLUDE or $GENERATE, or \\$ for a name that begins so",
          );
      }
    },
  };
}

function readOrigin(words: EntryWords, state: ZoneState): void {
  const name = words.parseName(words.takeBare("a name", "$ORIGIN example.com.").text);
  words.end("$ORIGIN");
  state.setOrigin(name);
}

function readDefaultTtl(words: EntryWords, state: ZoneState, records: RecordReader): void {
  const word = words.takeBare("a TTL", "$TTL 3600");
  const ttl = records.parseTtl(word, words);
  if (ttl === -1)
    words.fail(`"${shown(word.text)}" is not a TTL`, "seconds or units, such as $TTL 3600 or $TTL 1h30m");
  words.end("$TTL");
  state.defaultTtl = ttl;
}

/**
 * The included file begins with the owner and the TTLs of this one; origin and owner of this one come back
 * behind it.
 */
function readInclude(words: EntryWords, state: ZoneState, options: DirectiveOptions): void {
  const path = words.take("a file name", "$INCLUDE more.zone");
  const { file } = words.entry.source;
  const origin =
    words.peek() === undefined ? undefined : words.parseName(words.takeBare("an origin", "a name").text);
  words.end("$INCLUDE");
  if (state.includes.length > zoneFileLimits.includeDepthMax) {
    words.fail(
      `more than ${zoneFileLimits.includeDepthMax} files include one another`,
      "fewer levels of $INCLUDE",
    );
  }
  if (++state.includedFiles > zoneFileLimits.includedFilesMax) {
    words.fail(`more than ${zoneFileLimits.includedFilesMax} files are included`, "fewer files");
  }
  const source = options.include(path.text, file);
  if (typeof source === "string") {
    words.fail(`$INCLUDE "${shown(path.text)}": ${source}`, "the path of a zone file that can be read");
  }
  if (state.includes.some((open) => open.file === source.file)) {
    words.fail(`${source.file} includes itself`, "a file that is not being read already");
  }
  state.includedOctets += source.octets.length;
  if (state.includedOctets > zoneFileLimits.includedOctetsMax) {
    words.fail(
      `the included files have more than ${zoneFileLimits.includedOctetsMax} octets`,
      "smaller files",
    );
  }
  const { originName } = state;
  state.keepOwner(() => {
    if (origin !== undefined) state.setOrigin(origin);
    options.readFile(source);
    state.setOrigin(originName);
  });
  state.sink.enterFile?.(file);
}
