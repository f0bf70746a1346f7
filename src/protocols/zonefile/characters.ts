/** The octets that mean something in a zone file. RFC 1035 §5.1. */
export const tab = 0x09;
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;
export const space = 0x20;
export const quotationMark = 0x22;
export const dollar = 0x24;
export const openParenthesis = 0x28;
export const closeParenthesis = 0x29;
export const dot = 0x2e;
export const semicolon = 0x3b;
export const at = 0x40;
export const backslash = 0x5c;

/** 1 for the octets that stand for themselves in a word and in a label. */
export const isPlain: Uint8Array = new Uint8Array(256).fill(1);
for (const octet of [
  0,
  tab,
  lineFeed,
  carriageReturn,
  space,
  quotationMark,
  openParenthesis,
  closeParenthesis,
  dot,
  semicolon,
  backslash,
]) {
  isPlain[octet] = 0;
}

/** The offset of the first octet from `from` on that is neither space nor tab. */
export function skipBlanks(octets: Uint8Array, from: number): number {
  let i = from;
  for (let octet = octets[i]; octet === space || octet === tab; octet = octets[i]) i++;
  return i;
}

/** One character per octet. */
export function latin1(octets: Uint8Array, start: number, end: number): string {
  let text = "";
  if (end - start <= shortWord) {
    for (let i = start; i < end; i++) text += String.fromCharCode(octets[i]!);
    return text;
  }
  for (let i = start; i < end; i += 4096) {
    const part = octets.subarray(i, Math.min(end, i + 4096));
    text += String.fromCharCode.apply(undefined, part as unknown as number[]); // a spread would iterate
  }
  return text;
}

/** Up to here, making a view costs more than it saves. */
const shortWord = 32;

/** The octets of a text of which each character is one. */
export function octetsOf(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) octets[i] = text.charCodeAt(i);
  return octets;
}
