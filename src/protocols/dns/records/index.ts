/** All record formats, and what can be done with the RDATA of any type, known or not. */
import { compressibleName, decompressibleName } from "../fields/names.ts";
import { takeRest, takeWord } from "../fields/words.ts";
import type { RecordFormat, TextReader } from "../record.ts";
import { isMetaType, mnemonicOfType, RRType } from "../registry.ts";
import { WireError, WireReader, WireWriter, wireOctetsMax } from "../wire.ts";
import { recordFormats } from "./formats.ts";

export { recordFormats };

const formatsByType = new Map(recordFormats.map((format) => [format.type, format]));

const addressOctets: ReadonlyMap<number, number> = new Map([
  [RRType.A, 4],
  [RRType.AAAA, 16],
]);

const typesWithPointers = new Set(
  recordFormats
    .filter(({ fields }) =>
      fields.some(({ field }) => field === compressibleName || field === decompressibleName),
    )
    .map(({ type }) => type),
);

export function formatOf(type: number): RecordFormat | undefined {
  return formatsByType.get(type);
}

/** True when names in the RDATA may be pointers into the message that it stands in. RFC 3597 §4. */
export function mayHoldPointers(type: number): boolean {
  return typesWithPointers.has(type);
}

/**
 * Presentation format; that of RFC 3597 §5 for unknown types, and for RDATA that is not what its type says.
 */
export function rdataToText(type: number, rdata: Uint8Array): string {
  const format = formatsByType.get(type);
  if (format !== undefined) {
    try {
      return format.print(format.decode(new WireReader(rdata, 0, rdata.length, false)));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }
  return rdataToUnknownText(rdata);
}

/** `\# 4 C0000201`, the form that fits every type. RFC 3597 §5. */
export function rdataToUnknownText(rdata: Uint8Array): string {
  return rdata.length === 0 ? "\\# 0" : `\\# ${rdata.length} ${rdata.toHex().toUpperCase()}`;
}

/** The RDATA that the tokens say, to the end of the record. Throws what `text.fail` throws. */
export function parseRdata(type: number, text: TextReader): Uint8Array {
  scratch.reset();
  writeParsedRdata(type, text, scratch);
  return scratch.finish();
}

/** `parseRdata` into a buffer of the caller's, behind what stands there. */
export function writeParsedRdata(type: number, text: TextReader, writer: WireWriter): void {
  if (isMetaType(type)) {
    text.take("RDATA");
    // RFC 6895 §3.1
    text.fail(`${mnemonicOfType(type)} cannot stand in a zone`, "a type of stored records, such as A");
  }
  const first = text.peek();
  const format = formatsByType.get(type);
  if (first !== undefined && first.text === "\\#" && !first.quoted) {
    text.take("RDATA");
    writer.bytes(parseUnknownRdata(type, format, text));
  } else if (format !== undefined) {
    format.transcribe(text, writer);
  } else {
    const token = text.take("RDATA");
    text.fail(`"${token.text}" is not how ${mnemonicOfType(type)} can be written`, "\\# LENGTH HEX");
  }
}

/** The form that signatures are made over and that RDATA is compared by. RFC 4034 §6.2. */
export function canonicalRdata(type: number, rdata: Uint8Array): Uint8Array {
  // Most records of hosts are these: there is nothing in them but the address.
  if (rdata.length === addressOctets.get(type)) return rdata;
  const format = formatsByType.get(type);
  if (format === undefined) return rdata;
  const writer = new WireWriter({ size: rdata.length, canonical: true });
  format.encode(format.decode(new WireReader(rdata, 0, rdata.length, false)), writer);
  return writer.finish();
}

const scratch = new WireWriter();

function parseUnknownRdata(type: number, format: RecordFormat | undefined, text: TextReader): Uint8Array {
  const word = takeWord(text, "RDLENGTH", "the number of octets");
  const length = /^\d{1,5}$/.test(word) ? Number(word) : wireOctetsMax + 1;
  if (length > wireOctetsMax)
    text.fail(`"${word}" is not a number of octets`, "a number from 0 to 65535 after \\#");
  const hex = takeRest(text, "RDATA", "hex digits");
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) {
    text.fail(`"${hex}" is not pairs of hex digits`, "two hex digits for each octet");
  }
  const rdata = Uint8Array.fromHex(hex);
  if (rdata.length !== length) {
    text.fail(`\\# says ${length} octets, but ${rdata.length} follow`, `\\# ${rdata.length} ${hex}`);
  }
  try {
    // RFC 3597 §5: known types keep their rules
    format?.decode(new WireReader(rdata, 0, rdata.length, false));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (error.code === "unknown-form") return rdata;
    text.fail(`these octets are not ${mnemonicOfType(type)} (${error.message})`, `${format!.example}`);
  }
  return rdata;
}
