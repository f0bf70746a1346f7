/**
 * For tests: writes UPDATE messages octet by octet, so that odd and wrong ones can be written too. A record
 * is a line, `owner ttl class type rdata`: `www 0 ANY A`, `www 300 IN A 192.0.2.1`; `#c000` is RDATA in hex.
 */
import { type Name, parseName, writeName } from "#protocols/dns/name.ts";
import { parseRdata } from "#protocols/dns/records/index.ts";
import { RRClass, RRType, typeFromMnemonic } from "#protocols/dns/registry.ts";
import { textReader } from "#protocols/dns/text-reader.ts";
import { WireWriter } from "#protocols/dns/wire.ts";

export interface UpdateDraft {
  /** Lines; names that do not end in a dot lie in the zone. */
  readonly prerequisites?: readonly string[];
  readonly updates?: readonly string[];
  readonly additionals?: readonly string[];
  /** Lines without TTL; what stands in the zone section instead of the zone. */
  readonly zones?: readonly string[];
  /** Bits of the header besides the opcode. */
  readonly flags?: number;
  /** Behind the last record. */
  readonly trailing?: string;
  /** Instead of the counts that are true. */
  readonly counts?: readonly number[];
}

export function updateMessage(id: number, origin: Name, draft: UpdateDraft): Uint8Array {
  const { prerequisites = [], updates = [], additionals = [], zones = ["@ IN SOA"], flags = 0 } = draft;
  const writer = new WireWriter();
  writer.u16(id);
  writer.u16(0x2800 | flags);
  const counts = draft.counts ?? [zones, prerequisites, updates, additionals].map(({ length }) => length);
  for (const count of counts) writer.u16(count);
  for (const line of zones) {
    const [owner = "", rrClass = "", type = ""] = line.split(" ");
    writeName(parseName(owner, origin), writer);
    writer.u16(typeNumber(type));
    writer.u16(classNumber(rrClass));
  }
  for (const line of [...prerequisites, ...updates, ...additionals]) writeRecord(line, origin, writer);
  if (draft.trailing !== undefined) writer.bytes(Uint8Array.fromHex(draft.trailing));
  return writer.finish();
}

function writeRecord(line: string, origin: Name, writer: WireWriter): void {
  const [owner = "", ttl = "", rrClass = "", type = "", ...rest] = line.split(" ");
  const text = rest.join(" ");
  writeName(parseName(owner, origin), writer);
  writer.u16(typeNumber(type));
  writer.u16(classNumber(rrClass));
  writer.u32(Number(ttl));
  const rdata = rdataOf(typeNumber(type), text, origin);
  writer.u16(rdata.length);
  writer.bytes(rdata);
}

function rdataOf(type: number, text: string, origin: Name): Uint8Array {
  if (text === "") return new Uint8Array(0);
  return text.startsWith("#")
    ? Uint8Array.fromHex(text.slice(1))
    : parseRdata(type, textReader(text, origin));
}

function typeNumber(type: string): number {
  return type in RRType ? RRType[type as keyof typeof RRType] : (typeFromMnemonic(type) ?? Number(type));
}

function classNumber(rrClass: string): number {
  return rrClass in RRClass ? RRClass[rrClass as keyof typeof RRClass] : Number(rrClass);
}
