/**
 * A whole message as data, for the paths where clearness counts more than speed. RFC 1035 §4.1, RFC 6891
 * §6.1.
 *
 *     id 16 | QR 1 | opcode 4 | AA TC RD RA Z AD CD 1 each | rcode 4 | four counts of 16 bits
 *     questions | answers | authorities | additionals
 */
import { type Name, readName, rootName, writeCompressedName } from "./name.ts";
import { decodeRdata } from "./record.ts";
import { formatOf, mayHoldPointers } from "./records/index.ts";
import { RRType } from "./registry.ts";
import { WireError, WireReader, WireWriter, wireOctetsMax } from "./wire.ts";

export interface Message {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly isAuthoritative: boolean;
  readonly isTruncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  /** With the upper eight bits that EDNS carries. RFC 6891 §6.1.3. */
  readonly rcode: number;
  readonly questions: readonly Question[];
  readonly answers: readonly MessageRecord[];
  readonly authorities: readonly MessageRecord[];
  /** Without the OPT record, which is `edns`. */
  readonly additionals: readonly MessageRecord[];
  readonly edns?: Edns;
}

export interface Question {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
}

export interface MessageRecord {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
  /** Seconds. */
  readonly ttl: number;
  /** Names in it stand whole. */
  readonly rdata: Uint8Array;
}

/** RFC 6891 §6.1.2, §6.1.3. */
export interface Edns {
  /** Octets of the largest UDP message that the sender takes. */
  readonly udpSize: number;
  readonly version: number;
  /** DO, RFC 3225 §3: the sender wants DNSSEC records. */
  readonly dnssecOk: boolean;
  readonly options: readonly EdnsOptionValue[];
}

export interface EdnsOptionValue {
  readonly code: number;
  readonly value: Uint8Array;
}

const headerOctets = 12;
const flagBits = {
  isResponse: 0x8000,
  isAuthoritative: 0x0400,
  isTruncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  authenticData: 0x0020,
  checkingDisabled: 0x0010,
} as const;
const dnssecOkBit = 0x8000;

/** A query with everything else at its plain value. */
export function queryMessage(query: { id: number; question: Question } & Partial<Message>): Message {
  const { question, ...rest } = query;
  return {
    isResponse: false,
    opcode: 0,
    isAuthoritative: false,
    isTruncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: 0,
    questions: [question],
    answers: [],
    authorities: [],
    additionals: [],
    ...rest,
  };
}

/** Reads a message. Octets behind its last record are left alone, as other servers do. Throws `WireError`. */
export function decodeMessage(octets: Uint8Array): Message {
  const reader = new WireReader(octets);
  if (octets.length > wireOctetsMax) reader.fail("too-long", "message", wireOctetsMax);
  const id = reader.u16("header.id");
  const flags = reader.u16("header.flags");
  const counts = ["QDCOUNT", "ANCOUNT", "NSCOUNT", "ARCOUNT"].map((name) => reader.u16(`header.${name}`));
  // A count that lies costs nothing: lists grow only while there are octets, and each record takes eleven
  // at least
  const questions = readList(counts[0]!, () => readQuestion(reader));
  const answers = readList(counts[1]!, () => readRecord(reader, "answer"));
  const authorities = readList(counts[2]!, () => readRecord(reader, "authority"));
  const all = readList(counts[3]!, () => readRecord(reader, "additional"));
  // RFC 6891 §6.1.1: additional only
  if ([...answers, ...authorities].some(isOpt)) reader.fail("bad-value", "OPT");
  const opts = all.filter(isOpt);
  if (opts.length > 1) reader.fail("too-many", "OPT"); // RFC 6891 §6.1.1: at most one
  const opt = opts[0];
  if (opt !== undefined && opt.name !== rootName) reader.fail("bad-value", "OPT.name"); // RFC 6891 §6.1.2
  return {
    id,
    isResponse: (flags & flagBits.isResponse) !== 0,
    opcode: (flags >>> 11) & 15,
    isAuthoritative: (flags & flagBits.isAuthoritative) !== 0,
    isTruncated: (flags & flagBits.isTruncated) !== 0,
    recursionDesired: (flags & flagBits.recursionDesired) !== 0,
    recursionAvailable: (flags & flagBits.recursionAvailable) !== 0,
    authenticData: (flags & flagBits.authenticData) !== 0,
    checkingDisabled: (flags & flagBits.checkingDisabled) !== 0,
    rcode: (flags & 15) | (opt === undefined ? 0 : (opt.ttl >>> 24) << 4),
    questions,
    answers,
    authorities,
    additionals: all.filter((record) => !isOpt(record)),
    ...(opt === undefined ? {} : { edns: ednsFromOpt(opt) }),
  };
}

/**
 * Writes a message, its names compressed where every receiver understands that (RFC 3597 §4).
 * Throws `WireError("too-long")` beyond `octetsMax`.
 */
export function encodeMessage(message: Message, { octetsMax = wireOctetsMax } = {}): Uint8Array {
  const { edns, rcode } = message;
  if (rcode > 15 && edns === undefined) throw new RangeError(`rcode ${rcode} needs EDNS`); // RFC 6891 §6.1.3
  const additionals = [...message.additionals];
  if (edns !== undefined) {
    // RFC 8945 §5.1: TSIG is the last record
    const at = additionals.at(-1)?.type === RRType.TSIG ? additionals.length - 1 : additionals.length;
    additionals.splice(at, 0, optFromEdns(edns, rcode));
  }
  const writer = new WireWriter({ limit: octetsMax, compress: true });
  writer.u16(message.id);
  writer.u16(flagsOf(message));
  for (const { length } of [message.questions, message.answers, message.authorities, additionals])
    writer.u16(length);
  for (const question of message.questions) {
    writeCompressedName(question.name, writer);
    writer.u16(question.type);
    writer.u16(question.class);
  }
  for (const record of [...message.answers, ...message.authorities, ...additionals])
    writeRecord(record, writer);
  return writer.finish();
}

/** The id of a message that may be nothing else; undefined when it is shorter than a header. */
export function messageId(octets: Uint8Array): number | undefined {
  return octets.length < headerOctets ? undefined : (octets[0]! << 8) | octets[1]!;
}

function readList<Item>(count: number, read: () => Item): Item[] {
  const items: Item[] = [];
  for (let i = 0; i < count; i++) items.push(read());
  return items;
}

function readQuestion(reader: WireReader): Question {
  const name = readName(reader, "question.name");
  return { name, type: reader.u16("question.type"), class: reader.u16("question.class") };
}

function readRecord(reader: WireReader, section: string): MessageRecord {
  const name = readName(reader, `${section}.name`);
  const type = reader.u16(`${section}.type`);
  const rrClass = reader.u16(`${section}.class`);
  const ttl = reader.u32(`${section}.ttl`);
  const length = reader.u16(`${section}.rdlength`);
  const at = reader.take(length, `${section}.rdata`);
  const rdata = readRdata(type, reader, at, at + length);
  return { name, type, class: rrClass, ttl, rdata };
}

function readRdata(type: number, reader: WireReader, at: number, end: number): Uint8Array {
  // RFC 2136 §2.4.1: in updates a type without RDATA means all of it, so that nothing can be asked of nothing
  if (at === end || !mayHoldPointers(type)) return reader.octets.slice(at, end);
  const format = formatOf(type)!;
  const writer = new WireWriter({ size: end - at });
  format.encode(format.decode(reader.part(at, end)), writer);
  return writer.finish();
}

function writeRecord(record: MessageRecord, writer: WireWriter): void {
  writeCompressedName(record.name, writer);
  writer.u16(record.type);
  writer.u16(record.class);
  writer.u32(record.ttl);
  const lengthAt = writer.at;
  writer.u16(0);
  writeRdata(record, writer);
  writer.patchU16(lengthAt, writer.at - lengthAt - 2);
}

function writeRdata({ type, rdata }: MessageRecord, writer: WireWriter): void {
  if (mayHoldPointers(type)) {
    const format = formatOf(type)!;
    try {
      const data = decodeRdata(format, rdata);
      format.encode(data, writer);
      return;
    } catch (error) {
      if (!(error instanceof WireError) || error.code === "too-long") throw error;
    }
  }
  writer.bytes(rdata);
}

function flagsOf(message: Message): number {
  let flags = (message.opcode << 11) | (message.rcode & 15);
  for (const [flag, bit] of Object.entries(flagBits)) {
    if (message[flag as keyof typeof flagBits]) flags |= bit;
  }
  return flags;
}

function isOpt(record: MessageRecord): boolean {
  return record.type === RRType.OPT;
}

function ednsFromOpt({ class: udpSize, ttl, rdata }: MessageRecord): Edns {
  const reader = new WireReader(rdata);
  const options: EdnsOptionValue[] = [];
  while (reader.remaining > 0) {
    const code = reader.u16("OPT.option-code");
    options.push({ code, value: reader.copy(reader.u16("OPT.option-length"), "OPT.option-data") });
  }
  return { udpSize, version: (ttl >>> 16) & 0xff, dnssecOk: (ttl & dnssecOkBit) !== 0, options };
}

function optFromEdns(edns: Edns, rcode: number): MessageRecord {
  const writer = new WireWriter();
  for (const { code, value } of edns.options) {
    writer.u16(code);
    writer.u16(value.length);
    writer.bytes(value);
  }
  const ttl = (((rcode >>> 4) << 24) | (edns.version << 16) | (edns.dnssecOk ? dnssecOkBit : 0)) >>> 0;
  return { name: rootName, type: RRType.OPT, class: edns.udpSize, ttl, rdata: writer.finish() };
}
