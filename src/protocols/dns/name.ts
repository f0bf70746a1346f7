/**
 * Domain names.
 *
 * A `Name` is the wire form (RFC 1035 §3.1: each label after its length, the root's empty label last) kept
 * in a string of which each character is one octet. It is a value: immutable, comparable with ===, a key of
 * a Map as it is. Upper and lower case are kept; `lowerName` gives the form to compare by (RFC 4343).
 */
import type { Brand } from "../brand.ts";
import type { WireReader, WireWriter } from "./wire.ts";

export type Name = Brand<string, "Name">;

/** RFC 1035 §2.3.4. */
export const nameLimits = { labelOctetsMax: 63, nameOctetsMax: 255, pointerHopsMax: 126 } as const;

export const rootName = "\0" as Name;

/** Shorter ones are read again sooner than remembered. */
const rememberedOctetsMin = 32;

/** Where a pointer led to, while a name is read. */
interface Followed {
  readonly target: number;
  /** Octets of the name, and pointers, before it. */
  readonly before: number;
  readonly hops: number;
  readonly end: number;
}

/**
 * Reads a name, following compression pointers, which must point backwards. RFC 1035 §4.1.4. Where a pointer
 * leads is read once for each reader: a message with 5,000 pointers to names of 120 labels took 0.1 s.
 */
export function readName(reader: WireReader, field: string): Name {
  const { octets } = reader;
  let followed: Followed[] | undefined;
  let name = "";
  let at = reader.at;
  let end = reader.end;
  let resume = -1;
  let hops = 0;
  for (;;) {
    if (at >= end) reader.fail("short-input", field, at);
    const length = octets[at]!;
    if (length === 0) {
      name += "\0";
      reader.at = resume === -1 ? at + 1 : resume;
      if (followed !== undefined) remember(reader, followed, name, hops);
      return name as Name;
    }
    if (length <= nameLimits.labelOctetsMax) {
      if (at + 1 + length > end) reader.fail("short-input", field, at);
      if (name.length + length + 2 > nameLimits.nameOctetsMax) reader.fail("name-too-long", field, at);
      for (let i = at; i <= at + length; i++) name += String.fromCharCode(octets[i]!);
      at += 1 + length;
    } else if (length >= 0xc0 && reader.pointers) {
      if (at + 2 > end) reader.fail("short-input", field, at);
      const target = ((length & 0x3f) << 8) | octets[at + 1]!;
      if (target >= at || ++hops > nameLimits.pointerHopsMax) reader.fail("bad-pointer", field, at);
      if (resume === -1) resume = at + 2;
      const known = reader.pointedNames?.get(target);
      if (known !== undefined && known.end <= at) {
        hops += known.hops;
        if (hops > nameLimits.pointerHopsMax) reader.fail("bad-pointer", field, at);
        if (name.length + known.name.length > nameLimits.nameOctetsMax)
          reader.fail("name-too-long", field, at);
        name += known.name;
        reader.at = resume;
        if (followed !== undefined) remember(reader, followed, name, hops);
        return name as Name;
      }
      followed ??= [];
      followed.push({ target, before: name.length, hops, end: at });
      end = at; // each pointer goes further back, so a loop cannot be written
      at = target;
    } else {
      // RFC 6891 §5: the extended label types are obsolete
      reader.fail(length >= 0xc0 ? "bad-pointer" : "bad-label", field, at);
    }
  }
}

function remember(reader: WireReader, followed: readonly Followed[], name: string, hops: number): void {
  for (const one of followed) {
    if (name.length - one.before < rememberedOctetsMin) return;
    reader.pointedNames ??= new Map();
    const { target, end } = one;
    reader.pointedNames.set(target, { name: name.slice(one.before), hops: hops - one.hops, end });
  }
}

/** Reads a name that must stand there whole. RFC 3597 §4. */
export function readUncompressedName(reader: WireReader, field: string): Name {
  const { octets, at, end } = reader;
  for (let next = at; next < end; next += 1 + octets[next]!) {
    if (octets[next]! >= 0xc0) reader.fail("bad-pointer", field, next);
    if (octets[next] === 0) break;
  }
  return readName(reader, field);
}

/** Writes a name without compression. */
export function writeName(name: Name, writer: WireWriter): void {
  writer.latin1(name);
}

/** Writes a name, as a pointer to an earlier one where the writer compresses. RFC 1035 §4.1.4. */
export function writeCompressedName(name: Name, writer: WireWriter): void {
  if (!writer.compress) {
    writeName(name, writer);
    return;
  }
  let at = 0;
  while (at < name.length - 1) {
    const suffix = lowerName(name.slice(at) as Name);
    const known = writer.nameOffsets.get(suffix);
    if (known !== undefined) {
      writer.u16(0xc000 | known);
      return;
    }
    if (writer.at < 0x4000) writer.nameOffsets.set(suffix, writer.at);
    const next = at + 1 + name.charCodeAt(at);
    writer.latin1(name.slice(at, next));
    at = next;
  }
  writer.u8(0);
}

/** The octets of a name. */
export function nameOctets(name: Name): Uint8Array {
  // Not by Uint8Array.from, which calls back for each octet
  const octets = new Uint8Array(name.length);
  for (let i = 0; i < name.length; i++) octets[i] = name.charCodeAt(i);
  return octets;
}

/** The name whose wire form stands in `octets` at `start`, uncompressed and already checked. */
export function nameFromOctets(octets: Uint8Array, start = 0): Name {
  let end = start;
  while (octets[end] !== 0) end += octets[end]! + 1;
  let name = "";
  for (let i = start; i <= end; i++) name += String.fromCharCode(octets[i]!);
  return name as Name;
}

/**
 * The name with A-Z as a-z. No length octet lies in A-Z (65-90), so the whole string can be lowered. RFC
 * 4343 §3.
 */
export function lowerName(name: Name): Name {
  // Most names are in lower case already, which a look at each octet finds out sooner than a pattern does.
  let at = 0;
  while (at < name.length && !isUpper(name.charCodeAt(at))) at++;
  if (at === name.length) return name;
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) as Name;
}

function isUpper(octet: number): boolean {
  return octet >= 0x41 && octet <= 0x5a;
}

export function namesEqual(one: Name, other: Name): boolean {
  return one === other || (one.length === other.length && lowerName(one) === lowerName(other));
}

/** The labels from left to right, the root's not counted. */
export function nameLabels(name: Name): string[] {
  const labels: string[] = [];
  for (let at = 0; name.charCodeAt(at) !== 0; at += 1 + name.charCodeAt(at)) {
    labels.push(name.slice(at + 1, at + 1 + name.charCodeAt(at)));
  }
  return labels;
}

/** The name without its first label. The root's parent is the root. */
export function parentName(name: Name): Name {
  const length = name.charCodeAt(0);
  return (length === 0 ? name : name.slice(1 + length)) as Name;
}

/** True when `name` is `ancestor` or below it. */
export function isWithin(name: Name, ancestor: Name): boolean {
  const lower = lowerName(name);
  const suffix = lowerName(ancestor);
  for (let at = 0; at < lower.length; at += 1 + lower.charCodeAt(at)) {
    if (lower.length - at === suffix.length) return lower.slice(at) === suffix;
  }
  return false;
}

/** Canonical order: by label from the right, as lower case octets. RFC 4034 §6.1. */
export function compareNames(one: Name, other: Name): number {
  const left = nameLabels(lowerName(one)).reverse();
  const right = nameLabels(lowerName(other)).reverse();
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i]! !== right[i]!) return left[i]! < right[i]! ? -1 : 1;
  }
  return left.length - right.length;
}

/** Why a text is not a name. The caller adds where it stood. */
export class NameError extends Error {
  override readonly name = "NameError";
}

/**
 * Reads the presentation form: labels between dots, `\.` and `\DDD` for octets that are not plain. RFC 1035
 * §5.1. A text without a final dot is continued by `origin`; `@` is the origin itself.
 */
export function parseName(text: string, origin: Name = rootName): Name {
  if (text === "@") return origin;
  if (text === ".") return rootName;
  if (text === "") throw new NameError("a name is missing here");
  return parsePlainName(text, origin) ?? parseEscapedName(text, origin);
}

/** The common case: ASCII without backslash, labels and name not too long. undefined: look closer. */
function parsePlainName(text: string, origin: Name): Name | undefined {
  let name = "";
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2e) {
      if (i === start || i - start > nameLimits.labelOctetsMax) return undefined;
      name += String.fromCharCode(i - start) + text.slice(start, i);
      start = i + 1;
    } else if (code === 0x5c || code > 0x7f) {
      return undefined;
    }
  }
  if (text.length - start > nameLimits.labelOctetsMax) return undefined;
  if (start < text.length) name += String.fromCharCode(text.length - start) + text.slice(start) + origin;
  else name += "\0";
  return name.length > nameLimits.nameOctetsMax ? undefined : (name as Name);
}

function parseEscapedName(text: string, origin: Name): Name {
  let name = "";
  let label = "";
  let escaped = false;
  let absolute = false;
  const close = (): void => {
    if (label === "" && !escaped)
      throw new NameError(`"${text}" has an empty label (two dots in a row, or a dot in front)`);
    if (label.length > nameLimits.labelOctetsMax) {
      throw new NameError(`"${text}" has a label of ${label.length} octets; 63 is the most`);
    }
    name += String.fromCharCode(label.length) + label;
    label = "";
    escaped = false;
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === ".") {
      close();
      absolute = i === text.length - 1;
    } else if (character === "\\") {
      const digits = /^\d{3}/.exec(text.slice(i + 1, i + 4))?.[0];
      if (digits !== undefined) {
        if (Number(digits) > 255)
          throw new NameError(`"\\${digits}" in "${text}" is not an octet; 255 is the most`);
        label += String.fromCharCode(Number(digits));
        i += 3;
      } else if (i + 1 < text.length && !/\d/.test(text[i + 1]!)) {
        label += text[++i];
      } else {
        throw new NameError(`"${text}" has a backslash that is not followed by three digits or a character`);
      }
      escaped = true;
    } else {
      if (character.charCodeAt(0) > 255) throw new NameError(`"${text}" is not ASCII; write its xn-- form`);
      label += character;
    }
  }
  if (!absolute) {
    close();
    name += origin;
  } else {
    name += "\0";
  }
  if (name.length > nameLimits.nameOctetsMax) {
    throw new NameError(`"${text}" makes a name of ${name.length} octets; 255 is the most`);
  }
  return name as Name;
}

/** The presentation form, with a final dot. */
export function nameToText(name: Name): string {
  if (name === rootName) return ".";
  return nameLabels(name)
    .map((label) => `${labelToText(label)}.`)
    .join("");
}

/**
 * The presentation form relative to `origin`: `@` for the origin, no final dot below it, absolute
 * elsewhere.
 */
export function nameToRelativeText(name: Name, origin: Name): string {
  if (namesEqual(name, origin)) return "@";
  if (origin === rootName || !isWithin(name, origin)) return nameToText(name);
  return nameToText((name.slice(0, name.length - origin.length) + rootName) as Name).slice(0, -1);
}

function labelToText(label: string): string {
  let text = "";
  for (const character of label) {
    const octet = character.charCodeAt(0);
    if (octet <= 0x20 || octet >= 0x7f) text += `\\${String(octet).padStart(3, "0")}`;
    else if ('."\\;()@$'.includes(character)) text += `\\${character}`;
    else text += character;
  }
  return text;
}
