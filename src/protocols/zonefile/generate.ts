/**
 * $GENERATE range lhs [ttl] [class] type rhs: one record for each number of the range. BIND's; no RFC has it.
 *
 *     $GENERATE 1-254 host-$ A 192.0.2.$          host-1 A 192.0.2.1, host-2 A 192.0.2.2, ...
 *     $GENERATE 0-30/2 p${1,3,d} CNAME q${0,2,x}  p001 CNAME q00, p003 CNAME q02, ...
 */
import { octetsOf } from "./characters.ts";
import { readEntry } from "./entry.ts";
import { type NumberTemplate, parseTemplate } from "./generate-template.ts";
import { zoneFileLimits } from "./limits.ts";
import { shown } from "./problem.ts";
import type { RecordReader } from "./record-entry.ts";
import { EntryWords } from "./words.ts";
import type { ZoneState } from "./zone-state.ts";

const numberMax = 0x7fffffff;

export function createGenerate(state: ZoneState, records: RecordReader): (words: EntryWords) => void {
  return (words) => {
    const range = readRange(words, state);
    const left = parseTemplate(words.takeBare("a name", "a name with $ in it").text, words);
    const { ttl, type } = records.readTtlClassType(words);
    const right = readRight(words);
    words.end("$GENERATE, whose RDATA stands in quotes when it has several words");
    if (ttl !== -1) state.lastTtl = ttl;
    if (state.defaultTtl === -1 && state.lastTtl === -1) {
      words.fail("there is no TTL, and no $TTL before", "$TTL 3600 at the top of the file");
    }
    state.keepOwner(() => {
      const { problems } = state;
      const errors = problems.errors;
      for (
        let number = range.start;
        number <= range.stop && problems.errors === errors;
        number += range.step
      ) {
        records.takeOwner(words.parseName(left(number, words), "a name with $ in it"), words);
        const source = { file: words.entry.source.file, octets: octetsOf(right(number, words)) };
        const rdata = readEntry(source, 0, words.entry.line, state);
        if (problems.errors === errors) {
          records.readRdata(type, ttl, new EntryWords(rdata, state.originName), words);
        }
      }
    });
  };
}

function readRange(words: EntryWords, state: ZoneState): { start: number; stop: number; step: number } {
  const { text } = words.takeBare("a range", "$GENERATE 1-254 host-$ A 192.0.2.$");
  const match = /^\+?(\d{1,10})-\+?(\d{1,10})(?:\/\+?(\d{1,10}))?(?!\d)(.*)$/s.exec(text);
  if (match === null || match[4]!.startsWith("/")) {
    return words.fail(`"${shown(text)}" is not a range`, "two numbers such as 1-254, or with a step, 0-30/2");
  }
  const [start, stop, step] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 1)];
  if (start > stop) words.fail(`the range ${shown(text)} ends before it begins`, `${stop}-${start}`);
  if (stop > numberMax || step > numberMax || step === 0) {
    words.fail(
      `the range ${shown(text)} has a number that is 0 or too large`,
      `a step from 1 to ${numberMax}`,
    );
  }
  const most = zoneFileLimits.generatedRecordsMax;
  const count = Math.floor((stop - start) / step) + 1;
  if (state.generatedRecords + count > most) {
    words.fail(`with the range ${shown(text)} more than ${most} records are generated`, "smaller ranges");
  }
  state.generatedRecords += count;
  if (match[4] !== "") {
    state.problems.warn(
      words.place(),
      `"${shown(match[4]!)}" behind the range does nothing`,
      "the range alone",
    );
  }
  return { start, stop, step };
}

/**
 * What a quoted word holds is read as a line of its own, so an escaped quotation mark in it becomes a plain
 * one.
 */
function readRight(words: EntryWords): NumberTemplate {
  const { text, quoted } = words.take("RDATA", "$GENERATE 1-254 host-$ A 192.0.2.$");
  const line = quoted
    ? text.replace(/\\(.)/gs, (pair, character) => (character === '"' ? character : pair))
    : text;
  return parseTemplate(line, words);
}
