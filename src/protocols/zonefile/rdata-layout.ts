/**
 * RDATA as text on the lines of a zone file: names relative to the origin, and parentheses where a line
 * grows too long.
 */
import { compressibleName, decompressibleName, lowerableName, plainName } from "../dns/fields/names.ts";
import { type Name, nameToRelativeText, nameToText } from "../dns/name.ts";
import type { Field } from "../dns/record.ts";
import { formatOf, rdataToText } from "../dns/records/index.ts";
import { RRType } from "../dns/registry.ts";
import { WireError, WireReader } from "../dns/wire.ts";
import { timeInWords } from "./time-in-words.ts";

/** Longer lines are broken where they can be. */
const lineWidth = 100;
/** Hex and Base64 are broken into pieces of this length, which is a multiple of both their groups. */
const pieceLength = 56;

const nameFields: ReadonlySet<unknown> = new Set([
  compressibleName,
  decompressibleName,
  lowerableName,
  plainName,
]);

/** Types whose last field is hex or Base64 in which blanks may stand. RFC 4034 §2.2 and its followers. */
const divisibleTypes: ReadonlySet<number> = new Set([
  RRType.SIG,
  RRType.KEY,
  RRType.CERT,
  RRType.DS,
  RRType.SSHFP,
  RRType.RRSIG,
  RRType.DNSKEY,
  RRType.DHCID,
  RRType.TLSA,
  RRType.SMIMEA,
  RRType.CDS,
  RRType.CDNSKEY,
  RRType.OPENPGPKEY,
  RRType.ZONEMD,
  RRType.DLV,
]);

/** `indent` is where the text begins on its first line, and where the lines after it do. */
export function layOutRdata(
  type: number,
  rdata: Uint8Array,
  { origin, indent }: { origin: Name; indent: number },
): string {
  const text = printRdata(type, rdata, origin);
  if (type === RRType.SOA) return layOutSoa(text, indent);
  if (indent + text.length <= lineWidth) return text;
  const words = text.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"\\]|\\.)+/gs)!;
  if (divisibleTypes.has(type) || words[0] === "\\#") divideLast(words);
  if (words.length === 1) return text;
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && indent + line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  const between = `\n${" ".repeat(indent + 2)}`;
  return lines.length === 1 ? text : `( ${lines.join(between)} )`;
}

/**
 * The name as it is written below `origin`. Absolute when the cases of the two differ, which would be lost.
 */
export function relativeName(name: Name, origin: Name): string {
  return name.endsWith(origin) ? nameToRelativeText(name, origin) : nameToText(name);
}

function printRdata(type: number, rdata: Uint8Array, origin: Name): string {
  const format = formatOf(type);
  if (format === undefined || !format.fields.some(({ field }) => nameFields.has(field))) {
    return rdataToText(type, rdata);
  }
  try {
    const data = format.decode(new WireReader(rdata, 0, rdata.length, false)) as Record<string, unknown>;
    return format.fields
      .map(({ key, field }) => printField(field, data[key], origin))
      .filter((text) => text !== "")
      .join(" ");
  } catch (error) {
    if (error instanceof WireError) return rdataToText(type, rdata);
    throw error;
  }
}

function printField(field: Field<unknown>, value: unknown, origin: Name): string {
  return nameFields.has(field) ? relativeName(value as Name, origin) : field.print(value);
}

/** The serial number and the four times, one below the other. RFC 1035 §3.3.13. */
function layOutSoa(text: string, indent: number): string {
  const words = text.split(" ");
  const numbers = words.splice(-5);
  const width = Math.max(...numbers.map((number) => number.length));
  const margin = " ".repeat(indent);
  const meanings = ["serial", "refresh", "retry", "expire", "minimum"];
  const lines = numbers.map((number, i) => {
    const time = i === 0 ? "" : timeInWords(Number(number));
    return `${margin}${number.padEnd(width)} ; ${meanings[i]!}${time === "" ? "" : ` (${time})`}`;
  });
  return `${words.join(" ")} (\n${lines.join("\n")}\n${margin})`;
}

function divideLast(words: string[]): void {
  const last = words.at(-1)!;
  if (last.length <= pieceLength || !/^[A-Za-z0-9+/=]+$/.test(last)) return;
  words.pop();
  for (let at = 0; at < last.length; at += pieceLength) words.push(last.slice(at, at + pieceLength));
}
