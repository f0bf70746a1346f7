/** TXT: RFC 1035 §3.3.14, one or more character-strings. */
import { characterStrings } from "../fields/character-strings.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const Txt = defineRecord("TXT", 16, { strings: characterStrings }, '"v=spf1 -all"');
export type Txt = RecordData<typeof Txt>;
