/**
 * The items of APL. RFC 3123 §4, §5. Each: address family (16 bits), prefix length (8), negation bit and
 * length of the address part (1 + 7), address without its trailing zero octets. In text `!1:192.0.2.0/24`.
 */
import type { Field, TextReader } from "../record.ts";
import type { WireReader } from "../wire.ts";
import { ipv4ToText, ipv6ToText, parseIpv4, parseIpv6 } from "./addresses.ts";
import { parseDecimal, takeWord } from "./words.ts";

export interface AddressPrefix {
  readonly family: 1 | 2;
  readonly isNegated: boolean;
  readonly prefixLength: number;
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
}

export const addressPrefixes: Field<readonly AddressPrefix[]> = {
  decode(reader, label) {
    const items: AddressPrefix[] = [];
    while (reader.remaining > 0) items.push(readItem(reader, label));
    return items;
  },
  encode(items, writer) {
    for (const { family, isNegated, prefixLength, address } of items) {
      const length = address.findLastIndex((octet) => octet !== 0) + 1;
      writer.u16(family);
      writer.u8(prefixLength);
      writer.u8((isNegated ? 0x80 : 0) | length);
      writer.bytes(address.subarray(0, length));
    }
  },
  parse(text, label) {
    const items: AddressPrefix[] = [];
    while (text.peek() !== undefined) items.push(parseItem(text, label));
    return items;
  },
  print: (items) => items.map(printItem).join(" "),
};

function readItem(reader: WireReader, label: string): AddressPrefix {
  const start = reader.at;
  const family = reader.u16(label);
  const prefixLength = reader.u8(label);
  const flagAndLength = reader.u8(label);
  const length = flagAndLength & 0x7f;
  if (family !== 1 && family !== 2) reader.fail("unknown-form", label, start);
  const octets = family === 1 ? 4 : 16;
  if (prefixLength > octets * 8 || length > octets) reader.fail("bad-value", label, start);
  const at = reader.take(length, label);
  // RFC 3123 §4: the sender must cut trailing zero octets off, so that there is one form for one prefix
  if (length > 0 && reader.octets[at + length - 1] === 0) reader.fail("bad-value", label, at);
  const address = new Uint8Array(octets);
  address.set(reader.octets.subarray(at, at + length));
  return { family, isNegated: flagAndLength >= 0x80, prefixLength, address };
}

function parseItem(text: TextReader, label: string): AddressPrefix {
  const word = takeWord(text, label, "a prefix, such as 1:192.0.2.0/24");
  const [, bang, family, network, length] = /^(!?)([12]):([^/]*)\/(\d{1,3})$/.exec(word) ?? [];
  const address = family === "1" ? ipv4Octets(network!) : parseIpv6(network ?? "");
  const prefixLength = address === undefined ? -1 : parseDecimal(length!, address.length * 8);
  if (address === undefined || prefixLength === -1) {
    text.fail(
      `"${word}" is not a prefix`,
      "1:192.0.2.0/24 for IPv4, 2:2001:db8::/32 for IPv6, ! in front to negate",
    );
  }
  return { family: family === "1" ? 1 : 2, isNegated: bang === "!", prefixLength, address };
}

function printItem({ family, isNegated, prefixLength, address }: AddressPrefix): string {
  const network = family === 1 ? ipv4ToText(ipv4Number(address)) : ipv6ToText(address);
  return `${isNegated ? "!" : ""}${family}:${network}/${prefixLength}`;
}

function ipv4Octets(text: string): Uint8Array | undefined {
  const number = parseIpv4(text);
  if (number === -1) return undefined;
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
}

function ipv4Number(octets: Uint8Array): number {
  return ((octets[0]! << 24) | (octets[1]! << 16) | (octets[2]! << 8) | octets[3]!) >>> 0;
}
