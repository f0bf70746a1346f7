/** Domain names. */
import {
  type Name,
  NameError,
  nameOctets,
  nameToText,
  parseName,
  readName,
  rootName,
  writeCompressedName,
} from "../../dns/name.ts";
import { type WireReader, WireWriter } from "../../dns/wire.ts";
import { joinOctets } from "../join-octets.ts";
import { listOf, plainReaderOf, readerOf, refuse, type ValueCodec, ValueProblem } from "./value-codec.ts";

const nameForm = "a domain name, such as lan.example";

/** A name that an operator wrote, with a final dot or without. */
export function nameFrom(value: unknown): Name {
  if (typeof value !== "string") refuse(value, nameForm);
  try {
    return parseName(value.trim() === "@" ? "" : value.trim());
  } catch (error) {
    if (error instanceof NameError) throw new ValueProblem(error.message);
    throw error;
  }
}

/** As people write it: without the final dot. */
export function plainNameText(name: Name): string {
  return name === rootName ? "." : nameToText(name).slice(0, -1);
}

function namesFrom(value: unknown): Name[] {
  const list = listOf(value).map(nameFrom);
  if (list.length === 0) throw new ValueProblem(`the list is empty; write ${nameForm}`);
  return list;
}

/** Names up to the end of the reader, one at least. */
export function readNames(reader: WireReader): Name[] {
  const list: Name[] = [];
  do list.push(readName(reader, "name"));
  while (reader.remaining > 0);
  return list;
}

/** One name, whole. RFC 5223 §3, RFC 5986 §3.2. */
export const name: ValueCodec = {
  form: nameForm,
  encode: (value) => nameOctets(nameFrom(value)),
  decode(octets) {
    const reader = plainReaderOf(octets);
    const read = readName(reader, "name");
    if (reader.remaining > 0) reader.fail("trailing-octets", "name");
    return plainNameText(read);
  },
};

const namesForm = 'domain names, such as ["lan.example", "example.net"]';

/** Names that may point to earlier ones in the same option. RFC 3397 §2. */
export const names: ValueCodec = {
  form: namesForm,
  encode(value) {
    const writer = new WireWriter({ compress: true });
    for (const item of namesFrom(value)) writeCompressedName(item, writer);
    return writer.finish();
  },
  decode: (octets) => readNames(readerOf(octets)).map(plainNameText),
};

/** Names without compression. RFC 4280 §4.1. */
export const plainNames: ValueCodec = {
  form: namesForm,
  encode: (value) => joinOctets(namesFrom(value).map(nameOctets)),
  decode: (octets) => readNames(plainReaderOf(octets)).map(plainNameText),
};
