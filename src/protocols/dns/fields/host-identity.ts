/**
 * The front of HIP. RFC 8005 §5: length of the tag (8 bits), algorithm (8), length of the key (16), tag,
 * key. In text: algorithm, tag in hex, key in one word of base64.
 */
import type { Field } from "../record.ts";
import { u8 } from "./numbers.ts";
import { parseBase64, parseHex } from "./octets.ts";
import { takeWord } from "./words.ts";

export interface HostIdentity {
  readonly algorithm: number;
  readonly tag: Uint8Array;
  readonly publicKey: Uint8Array;
}

export const hostIdentity: Field<HostIdentity> = {
  decode(reader, label) {
    const start = reader.at;
    const tagLength = reader.u8(label);
    const algorithm = reader.u8(label);
    const keyLength = reader.u16(label);
    if (tagLength === 0 || keyLength === 0) reader.fail("bad-value", label, start);
    return { algorithm, tag: reader.copy(tagLength, label), publicKey: reader.copy(keyLength, label) };
  },
  encode({ algorithm, tag, publicKey }, writer) {
    writer.u8(tag.length);
    writer.u8(algorithm);
    writer.u16(publicKey.length);
    writer.bytes(tag);
    writer.bytes(publicKey);
  },
  parse(text, label) {
    const algorithm = u8.parse(text, label);
    const tag = parseHex(takeWord(text, label, "hex digits"), text, label);
    if (tag.length === 0 || tag.length > 255) {
      text.fail(`the host identity tag has ${tag.length} octets`, "1 to 255 octets in hex");
    }
    const publicKey = parseBase64(takeWord(text, label, "base64"), text, label);
    if (publicKey.length === 0 || publicKey.length > 0xffff) {
      text.fail(`the public key has ${publicKey.length} octets`, "1 to 65535 octets in base64");
    }
    return { algorithm, tag, publicKey };
  },
  print: ({ algorithm, tag, publicKey }) =>
    `${algorithm} ${tag.toHex().toUpperCase()} ${publicKey.toBase64()}`,
};
