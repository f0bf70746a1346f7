/**
 * How a record type is described: once, as a list of named fields, from which wire form, text, canonical
 * form and the TypeScript type all follow. One description per type, in `records/`; the list of them all is
 * `records/index.ts`.
 *
 *     const fields = { preference: u16, exchange: compressibleName };
 *     export const Mx = defineRecord("MX", 15, fields, "10 mail.example.com.");
 *     export type Mx = RecordData<typeof Mx>; // { readonly preference: number; readonly exchange: Name }
 */
import type { Name } from "./name.ts";
import { WireReader, type WireWriter } from "./wire.ts";

/** One field of RDATA in its four forms. `label` is `MX.preference`, for errors. */
export interface Field<Value> {
  /** Reads up to `reader.end`, which is the end of the RDATA. Throws `WireError`. */
  decode(reader: WireReader, label: string): Value;
  /** Honours `writer.compress` and `writer.canonical` where the field holds a name. */
  encode(value: Value, writer: WireWriter): void;
  /** Reads one or more tokens of presentation format. Throws what `text.fail` throws. */
  parse(text: TextReader, label: string): Value;
  /** Presentation format, tokens separated by one space, names absolute. */
  print(value: Value): string;
}

/** The tokens of one record's RDATA in a zone file. */
export interface TextReader {
  /** What names without a final dot are continued by. */
  readonly origin: Name;
  /** The next token; fails with "expected LABEL" at the end of the record. */
  take(label: string): TextToken;
  /** The next token without taking it; undefined at the end of the record. */
  peek(): TextToken | undefined;
  /** Throws an error at the token taken last: what is wrong, and what to write instead. */
  fail(what: string, write: string): never;
}

export interface TextToken {
  /** One character per octet; escapes are still escapes, quotes are gone. */
  readonly text: string;
  readonly quoted: boolean;
}

export interface RecordFormat<Data extends object = object> {
  readonly mnemonic: string;
  readonly type: number;
  /** RDATA in presentation format that is right, for error messages and tests. */
  readonly example: string;
  readonly fields: readonly {
    readonly key: string;
    readonly label: string;
    readonly field: Field<unknown>;
  }[];
  /** Reads RDATA that ends at `reader.end`, all of it. Throws `WireError`. */
  decode(reader: WireReader): Data;
  encode(data: Data, writer: WireWriter): void;
  /** Reads RDATA text to its end. */
  parse(text: TextReader): Data;
  /** `parse` and `encode` in one, without the data between them where that can be. */
  transcribe(text: TextReader, writer: WireWriter): void;
  print(data: Data): string;
}

/** The data that a format describes. */
export type RecordData<Format> = Format extends RecordFormat<infer Data> ? Data : never;

type FieldValues<Fields> = {
  readonly [Key in keyof Fields]: Fields[Key] extends Field<infer Value> ? Value : never;
};

export function defineRecord<const Fields extends Record<string, Field<unknown>>>(
  mnemonic: string,
  type: number,
  fields: Fields,
  example: string,
  check?: (data: FieldValues<Fields>) => string | undefined,
): RecordFormat<FieldValues<Fields>> {
  type Data = FieldValues<Fields>;
  const list = Object.entries(fields).map(([key, field]) => ({
    key,
    label: `${mnemonic}.${key}`,
    field,
  }));
  const finish = (text: TextReader): void => {
    const extra = text.peek();
    if (extra === undefined) return;
    text.take(mnemonic);
    text.fail(`"${extra.text}" is too much for ${mnemonic}`, `${mnemonic} ${example}`);
  };
  const fieldValue = (data: Data, key: string): unknown => (data as Record<string, unknown>)[key];
  return {
    mnemonic,
    type,
    example,
    fields: list,
    decode(reader) {
      const data: Record<string, unknown> = {};
      for (const { key, label, field } of list) data[key] = field.decode(reader, label);
      if (reader.at !== reader.end) reader.fail("trailing-octets", mnemonic);
      if (check?.(data as Data) !== undefined) reader.fail("bad-value", mnemonic);
      return data as Data;
    },
    encode(data, writer) {
      for (const { key, field } of list) field.encode(fieldValue(data, key), writer);
    },
    parse(text) {
      const data: Record<string, unknown> = {};
      for (const { key, label, field } of list) data[key] = field.parse(text, label);
      finish(text);
      const problem = check?.(data as Data);
      if (problem !== undefined) text.fail(problem, `${mnemonic} ${example}`);
      return data as Data;
    },
    transcribe(text, writer) {
      if (check !== undefined) {
        this.encode(this.parse(text), writer);
        return;
      }
      for (const { label, field } of list) field.encode(field.parse(text, label), writer);
      finish(text);
    },
    print(data) {
      return list
        .map(({ key, field }) => field.print(fieldValue(data, key)))
        .filter((text) => text !== "")
        .join(" ");
    },
  };
}

/** Decodes RDATA that stands on its own, without a message around it. */
export function decodeRdata<Data extends object>(format: RecordFormat<Data>, rdata: Uint8Array): Data {
  return format.decode(new WireReader(rdata, 0, rdata.length, false));
}
