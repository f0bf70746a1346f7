/**
 * Text: one or more character-strings.
 *
 * TXT: RFC 1035 §3.3.14. SPF: RFC 4408 §3.1.1, given up by RFC 7208 §3.1. RESINFO: RFC 9606 §4. AVC, NINFO,
 * WALLET: their templates in the IANA registry.
 *
 * DOA: enterprise and type (32 bits each), location (8), a character-string, data.
 * SINK: meaning, coding and subcoding (8 bits each), data.
 * HINFO: RFC 1035 §3.3.2, two character-strings.
 */
import { characterString, characterStrings } from "../fields/character-strings.ts";
import { u8, u32 } from "../fields/numbers.ts";
import { dashedBase64Rest, optionalBase64Rest } from "../fields/octets.ts";
import { defineRecord, type RecordData } from "../record.ts";

const strings = { strings: characterStrings };

export const Txt = defineRecord("TXT", 16, strings, '"v=spf1 -all"');
export type Txt = RecordData<typeof Txt>;

export const Spf = defineRecord("SPF", 99, strings, '"v=spf1 -all"');
export const Ninfo = defineRecord("NINFO", 56, strings, '"under test"');
export const Avc = defineRecord("AVC", 258, strings, '"app-name:WOLFGANG"');
export const Resinfo = defineRecord("RESINFO", 261, strings, '"qnamemin"');
export const Wallet = defineRecord("WALLET", 262, strings, '"BTC" "bc1q"');

export const Hinfo = defineRecord(
  "HINFO",
  13,
  { cpu: characterString, os: characterString },
  '"ARM64" "Linux"',
);
export type Hinfo = RecordData<typeof Hinfo>;

export const Doa = defineRecord(
  "DOA",
  259,
  { enterprise: u32, type: u32, location: u8, mediaType: characterString, data: dashedBase64Rest },
  '0 1 2 "text/plain" aGVsbG8=',
);

export const Sink = defineRecord(
  "SINK",
  40,
  { meaning: u8, coding: u8, subcoding: u8, data: optionalBase64Rest },
  "1 0 2 aGVsbG8=",
);
