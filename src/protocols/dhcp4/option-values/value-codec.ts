/** What every form of option value is made of: two directions, and words for those who have to write it. */
import { WireError, WireReader } from "../../dns/wire.ts";
import { dhcp4Limits } from "../limits.ts";

/** One form of option value, between what an operator writes or sees and the octets. */
export interface ValueCodec {
  /** What to write, with an example: `an IPv4 address, such as 192.0.2.1`. */
  readonly form: string;
  /** Throws ValueProblem. */
  encode(value: unknown): Uint8Array;
  /** Throws WireError. What it gives is JSON, and what `encode` was given, in its plainest form. */
  decode(octets: Uint8Array): unknown;
}

/** Why a value cannot be written as an option: a sentence. */
export class ValueProblem extends Error {
  override readonly name = "ValueProblem";
}

/** Throws the problem that `value` is not what `form` says. */
export function refuse(value: unknown, form: string): never {
  throw new ValueProblem(`${shown(value)} is not ${form}`);
}

/** What was written, as a person knows it, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A list as it is, anything else as a list of one. */
export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  if (value.length > dhcp4Limits.optionValueOctetsMax)
    throw new ValueProblem(`a list of ${value.length} is more than a message has room for`);
  return value as readonly unknown[];
}

/** The fields of an object; undefined for anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** Like `fieldsOf`, but refuses anything else, and fields that nobody knows. */
export function knownFields(
  value: unknown,
  names: readonly string[],
  form: string,
): Readonly<Record<string, unknown>> {
  const fields = fieldsOf(value) ?? refuse(value, form);
  const unknown = Object.keys(fields).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ValueProblem(`"${unknown}" is not known here; the fields are ${names.join(", ")}`);
  }
  return fields;
}

/** A reader of a whole option, in which names may point back. */
export function readerOf(octets: Uint8Array): WireReader {
  return new WireReader(octets);
}

/** A reader of an option of which no name may point anywhere. */
export function plainReaderOf(octets: Uint8Array): WireReader {
  return new WireReader(octets, 0, octets.length, false);
}

/** Throws unless the option is `length` octets long. */
export function expectLength(octets: Uint8Array, length: number): void {
  if (octets.length < length) throw new WireError("short-input", "option", octets.length);
  if (octets.length > length) throw new WireError("trailing-octets", "option", length);
}

/** Throws unless the option has something in it, in whole pieces of `size` octets. */
export function expectPieces(octets: Uint8Array, size: number): void {
  if (octets.length === 0 || octets.length % size !== 0)
    throw new WireError("short-input", "option", octets.length);
}
