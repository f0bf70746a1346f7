/** IPv4 addresses, kept as one number, and IPv6 addresses, kept as their 16 octets. */
import type { Field } from "../record.ts";
import { takeWord } from "./words.ts";

const ipv6Octets = 16;

/** The 32 bits of a dotted quad without leading zeros; -1 when the text is not one. RFC 1035 §3.4.1. */
export function parseIpv4(text: string): number {
  let address = 0;
  let part = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2e) {
      if (part === -1 || ++dots > 3) return -1;
      address = address * 256 + part;
      part = -1;
    } else {
      const digit = code - 48;
      if (digit < 0 || digit > 9 || part === 0) return -1;
      part = part === -1 ? digit : part * 10 + digit;
      if (part > 255) return -1;
    }
  }
  return dots === 3 && part !== -1 ? address * 256 + part : -1;
}

export function ipv4ToText(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

/** The 16 octets of an address; undefined when the text is not one. RFC 4291 §2.2. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(ipv6Octets);
  let at = 0;
  let gap = -1;
  let i = 0;
  if (text.charCodeAt(0) === 0x3a) {
    if (text.charCodeAt(1) !== 0x3a) return undefined;
    i = 1;
  }
  while (i < text.length) {
    if (text.charCodeAt(i) === 0x3a) {
      if (gap !== -1) return undefined;
      gap = at;
      i++;
      continue;
    }
    const start = i;
    let group = 0;
    for (; i < text.length && text.charCodeAt(i) !== 0x3a; i++) {
      const digit = hexDigit(text.charCodeAt(i));
      if (digit === -1) break;
      group = group * 16 + digit;
      if (i - start > 3) return undefined;
    }
    if (text.charCodeAt(i) === 0x2e) {
      const embedded = parseIpv4(text.slice(start));
      if (embedded === -1 || at > ipv6Octets - 4) return undefined;
      new DataView(octets.buffer).setUint32(at, embedded);
      at += 4;
      break;
    }
    if (i === start || at === ipv6Octets) return undefined;
    octets[at++] = group >>> 8;
    octets[at++] = group;
    if (i === text.length) break;
    if (text.charCodeAt(i) !== 0x3a || i + 1 === text.length) return undefined;
    i++;
  }
  if (gap === -1) return at === ipv6Octets ? octets : undefined;
  if (at === ipv6Octets) return undefined;
  octets.copyWithin(ipv6Octets - (at - gap), gap, at);
  octets.fill(0, gap, ipv6Octets - (at - gap));
  return octets;
}

/** Lower case, the longest run of zero groups as `::`, IPv4-mapped ones dotted. RFC 5952 §4, §5. */
export function ipv6ToText(octets: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (octets[2 * i]! << 8) | octets[2 * i + 1]!);
  const run = longestZeroRun(groups);
  const isEmbedded = run.start === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffff));
  const words = groups.map((group) => group.toString(16));
  if (isEmbedded) words.splice(6, 2, ipv4ToText(((groups[6]! << 16) | groups[7]!) >>> 0));
  if (run.length < 2) return words.join(":");
  return `${words.slice(0, run.start).join(":")}::${words.slice(run.start + run.length).join(":")}`;
}

export const ipv4: Field<number> = {
  decode: (reader, label) => reader.u32(label),
  encode: (address, writer) => writer.u32(address),
  parse(text, label) {
    const word = takeWord(text, label, "an IPv4 address, such as 192.0.2.1");
    const address = parseIpv4(word);
    if (address === -1) text.fail(`"${word}" is not an IPv4 address`, "four numbers, such as 192.0.2.1");
    return address;
  },
  print: ipv4ToText,
};

export const ipv6: Field<Uint8Array> = {
  decode: (reader, label) => reader.copy(ipv6Octets, label),
  encode: (octets, writer) => writer.bytes(octets),
  parse(text, label) {
    const word = takeWord(text, label, "an IPv6 address, such as 2001:db8::1");
    return parseIpv6(word) ?? text.fail(`"${word}" is not an IPv6 address`, "an address such as 2001:db8::1");
  },
  print: ipv6ToText,
};

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  let start = 0;
  for (let i = 0; i < groups.length; i++) {
    if (groups[i] !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  }
  return best;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
