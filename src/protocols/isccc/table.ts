/**
 * Tables, of which control messages are made: keys with values, which are octets, tables or lists.
 *
 *     +-----+- - - -+------+-----+-----+-----+-----+- - - -
 *     | len |  key  | type |       length          | value      one entry; a list has no keys
 *     +-----+- - - -+------+-----+-----+-----+-----+- - - -
 */
import { WireError, type WireReader, WireWriter } from "../dns/wire.ts";
import { limits } from "./limits.ts";

export type TableValue = Uint8Array | Table | readonly TableValue[];

/** In the order of the message. Keys are ASCII. */
export type Table = ReadonlyMap<string, TableValue>;

/** What named takes; it refuses messages with any other type. */
const ValueType = { octets: 1, table: 2, list: 3 } as const;

/** Reads entries up to the end of `reader`. */
export function readTable(reader: WireReader): Table {
  return new TableReader(reader).table(reader.end, 0);
}

class TableReader {
  readonly #reader: WireReader;
  #entries = 0;

  constructor(reader: WireReader) {
    this.#reader = reader;
  }

  table(end: number, depth: number): Table {
    const reader = this.#reader;
    const entries = new Map<string, TableValue>();
    while (reader.at < end) {
      const at = reader.at;
      const key = readKey(reader);
      if (entries.has(key)) reader.fail("bad-value", key, at);
      entries.set(key, this.#value(key, depth));
    }
    return entries;
  }

  #value(field: string, depth: number): TableValue {
    const reader = this.#reader;
    if (++this.#entries > limits.entriesMax) reader.fail("too-many", field);
    const at = reader.at;
    const type = reader.u8(`${field}.type`);
    const length = reader.u32(`${field}.length`);
    if (type === ValueType.octets) return reader.copy(length, field);
    if (type !== ValueType.table && type !== ValueType.list) reader.fail("bad-value", `${field}.type`, at);
    if (depth === limits.nestingMax) reader.fail("too-many", field, at);
    if (length > reader.remaining) reader.fail("short-input", field);
    return this.#inside(length, () =>
      type === ValueType.table ? this.table(reader.end, depth + 1) : this.#list(field, depth + 1),
    );
  }

  #list(field: string, depth: number): readonly TableValue[] {
    const values: TableValue[] = [];
    while (this.#reader.remaining > 0) values.push(this.#value(`${field}[${values.length}]`, depth));
    return values;
  }

  /** What is inside of a value cannot reach behind it. */
  #inside<Value>(length: number, read: () => Value): Value {
    const reader = this.#reader;
    const { end } = reader;
    reader.end = reader.at + length;
    const value = read();
    reader.end = end;
    return value;
  }
}

function readKey(reader: WireReader): string {
  const at = reader.at;
  const length = reader.u8("key.length");
  const octets = reader.copy(length, "key");
  if (length === 0 || octets.some((octet) => octet <= 0x20 || octet > 0x7e)) {
    reader.fail("bad-value", "key", at);
  }
  return String.fromCharCode(...octets);
}

/** Throws WireError("too-long") where a table has more than fits into a response. */
export function writeTable(table: Table, writer: WireWriter): void {
  for (const [key, value] of table) {
    if (key.length === 0 || key.length > limits.keyOctetsMax)
      throw new WireError("bad-value", key, writer.at);
    writer.u8(key.length);
    writer.latin1(key);
    writeValue(value, writer);
  }
}

function writeValue(value: TableValue, writer: WireWriter): void {
  const [type, octets] = encodedValue(value);
  writer.u8(type);
  writer.u32(octets.length);
  writer.bytes(octets);
}

function encodedValue(value: TableValue): readonly [type: number, octets: Uint8Array] {
  if (value instanceof Uint8Array) return [ValueType.octets, value];
  const inside = new WireWriter({ limit: limits.responseOctetsMax });
  if (value instanceof Map) {
    writeTable(value, inside);
    return [ValueType.table, inside.finish()];
  }
  for (const one of value as readonly TableValue[]) writeValue(one, inside);
  return [ValueType.list, inside.finish()];
}
