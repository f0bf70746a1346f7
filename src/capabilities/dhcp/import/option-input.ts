/** Options of an import as site.yaml has them, made of what goes over the wire. */
import { optionByCode } from "#protocols/dhcp4/option-table.ts";
import { decodeOption, encodeOption, type OptionType } from "#protocols/dhcp4/option-value.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type { OptionInput } from "./draft.ts";

/**
 * The setting that sends these octets, as a person would write it; in hexadecimal where they are not of the
 * option's type.
 * @param type what the other server's config says that it is, for codes that have no name
 */
export function optionInput(code: number, octets: Uint8Array, type?: OptionType): OptionInput {
  const named = optionByCode(code);
  if (named !== undefined) {
    const value = valueOfType(named.type, octets);
    if (value !== undefined) return { name: named.name, value };
  } else if (type !== undefined) {
    const value = valueOfType(type, octets);
    if (value !== undefined) return { code, type, value };
  }
  return { code, type: "octets", value: decodeOption("octets", octets) as string };
}

/** Undefined: the octets are not of that type, or it would not give them back. */
function valueOfType(type: OptionType, octets: Uint8Array): OptionInput["value"] | undefined {
  try {
    const value = decodeOption(type, octets) as OptionInput["value"];
    const again = encodeOption(type, value);
    if ("problem" in again || Buffer.compare(again.octets, octets) !== 0) return undefined;
    return value;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** Sub-options: code, length, value. RFC 2132 §8.4. Undefined: one of them is too long. */
export function subOptionOctets(
  options: Iterable<readonly [code: number, octets: Uint8Array]>,
): Uint8Array | undefined {
  const pieces: Uint8Array[] = [];
  for (const [code, octets] of options) {
    if (octets.length > 255) return undefined;
    pieces.push(Uint8Array.of(code, octets.length), octets);
  }
  return Buffer.concat(pieces);
}

/** Text where it is printable and would not be taken for hexadecimal, else hexadecimal behind `0x`. */
export function textOrHex(octets: Uint8Array): string {
  const text = String.fromCharCode(...octets);
  return /^(?!0x)[\x20-\x7e]+$/.test(text) ? text : `0x${octets.toHex()}`;
}
