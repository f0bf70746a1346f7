/** Text, and octets that are written in hexadecimal. */
import { WireError, WireReader, WireWriter } from "../../dns/wire.ts";
import { dhcp4Limits } from "../limits.ts";
import { listOf, refuse, type ValueCodec, ValueProblem } from "./value-codec.ts";

const encoder = new TextEncoder();
const lenientDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of octets, less the zeros that some end it with. Throws WireError. RFC 2132 §2. */
export function textOf(octets: Uint8Array): string {
  let end = octets.length;
  while (end > 0 && octets[end - 1] === 0) end--;
  const zero = octets.subarray(0, end).indexOf(0);
  if (zero !== -1) throw new WireError("bad-value", "text", zero);
  try {
    return decoder.decode(octets.subarray(0, end));
  } catch {
    throw new WireError("bad-value", "text", 0);
  }
}

/**
 * The text of octets that a client may have sent in any character set: up to a zero, U+FFFD for what is not
 * UTF-8.
 */
export function lenientText(octets: Uint8Array): string {
  const zero = octets.indexOf(0);
  return lenientDecoder.decode(zero === -1 ? octets : octets.subarray(0, zero));
}

/** The octets of a text, without a zero behind it. RFC 2132 §2. */
export function octetsOfText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A text that an operator wrote; a number is taken as its digits. */
export function textFrom(value: unknown, form: string): string {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") refuse(value, form);
  if (text === "") throw new ValueProblem(`the text is empty; write ${form}`);
  if (text.includes("\0")) throw new ValueProblem("the text has a zero octet in it; write it without");
  if (!text.isWellFormed()) throw new ValueProblem("the text has half a character in it");
  return text;
}

const textForm = "a text";

export const text: ValueCodec = {
  form: textForm,
  encode: (value) => octetsOfText(textFrom(value, textForm)),
  decode: textOf,
};

const uriForm = "a URI, such as https://portal.example/";

function uriFrom(value: unknown): Uint8Array {
  const uri = textFrom(value, uriForm);
  if (!/^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i.test(uri)) refuse(value, uriForm);
  return octetsOfText(uri);
}

/** RFC 8910 §2.1, RFC 8520 §10. */
export const uri: ValueCodec = { form: uriForm, encode: uriFrom, decode: textOf };

/** URIs, each behind two octets of length. RFC 8572 §8.1. */
export const uris: ValueCodec = {
  form: `a list, each of it ${uriForm}`,
  encode(value) {
    const writer = new WireWriter();
    const list = listOf(value);
    if (list.length === 0) throw new ValueProblem(`the list is empty; write ${uriForm}`);
    for (const item of list) {
      const octets = uriFrom(item);
      writer.u16(octets.length);
      writer.bytes(octets);
    }
    return writer.finish();
  },
  decode(octets) {
    const reader = new WireReader(octets);
    const list: string[] = [];
    while (reader.remaining > 0) list.push(textOf(reader.copy(reader.u16("length"), "URI")));
    if (list.length === 0) reader.fail("short-input", "URI");
    return list;
  },
};

const octetsForm = "octets in hexadecimal, such as 01:02:ff or 0x0102ff";

/** Octets that an operator wrote: 01:02:ff, 01-02-ff, 0x0102ff, 0102ff. */
export function octetsFrom(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "number") throw new ValueProblem(`write ${value} in quotes, as ${octetsForm}`);
  if (typeof value !== "string") refuse(value, octetsForm);
  const trimmed = value.trim();
  const isInPieces = /^[0-9a-f]{1,2}([:-][0-9a-f]{1,2})+$/i.test(trimmed);
  const hex = isInPieces
    ? trimmed
        .split(/[:-]/)
        .map((piece) => piece.padStart(2, "0"))
        .join("")
    : trimmed.replace(/^0x/i, "").replaceAll(" ", "");
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) refuse(value, octetsForm);
  return Uint8Array.fromHex(hex);
}

/** `01:02:ff`. */
export function hexText(octets: Uint8Array): string {
  return octets.toHex().replace(/..(?!$)/g, "$&:");
}

export const octets: ValueCodec = { form: octetsForm, encode: octetsFrom, decode: hexText };

const userClassForm = 'texts, such as ["accounting"]';

/**
 * User classes, each behind an octet of length. RFC 3004 §4. Many clients send one text without its length,
 * iPXE among them.
 */
export const userClasses: ValueCodec = {
  form: userClassForm,
  encode(value) {
    const list = listOf(value);
    if (list.length === 0) throw new ValueProblem(`the list is empty; write ${userClassForm}`);
    const writer = new WireWriter();
    for (const item of list) {
      const octets = octetsOfText(textFrom(item, userClassForm));
      if (octets.length > dhcp4Limits.optionOctetsMax)
        throw new ValueProblem(`a user class has at most ${dhcp4Limits.optionOctetsMax} octets`);
      writer.u8(octets.length);
      writer.bytes(octets);
    }
    return writer.finish();
  },
  decode: (octets) => (userClassesOf(octets) ?? [octets]).map(textOf),
};

/** The classes of option 77 as octets; undefined when it is not made of them, but one text. */
export function userClassesOf(octets: Uint8Array): Uint8Array[] | undefined {
  const list: Uint8Array[] = [];
  for (let at = 0; at < octets.length; ) {
    const end = at + 1 + octets[at]!;
    if (octets[at] === 0 || end > octets.length) return undefined;
    list.push(octets.subarray(at + 1, end));
    at = end;
  }
  return list.length === 0 ? undefined : list;
}
