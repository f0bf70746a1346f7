/** `dhcp-option` lines: for whom, which option, and its octets. */
import { optionByCode, optionByName } from "#protocols/dhcp4/option-table.ts";
import { encodeOption, type OptionType } from "#protocols/dhcp4/option-value.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";

export interface OptionLine {
  readonly tags: readonly string[];
  /** Only for clients of this vendor class; empty: of any. The option is a sub-option of 43. */
  readonly vendor: string | undefined;
  /** It is a sub-option of this one. */
  readonly inside: number | undefined;
  /** It is an option of this enterprise in option 125. */
  readonly enterprise: number | undefined;
  readonly code: number;
  readonly values: readonly string[];
}

export type OptionLineOutcome = OptionLine | { readonly why: string; readonly isForIpv6?: true };

/** What stands before the option's value. */
export function readOptionLine(fields: readonly string[]): OptionLineOutcome {
  const tags: string[] = [];
  let vendor: string | undefined;
  let inside: number | undefined;
  let enterprise: number | undefined;
  for (const [index, field] of fields.entries()) {
    const [, word = "", rest = ""] = /^([a-z0-9-]+):(.*)$/.exec(field) ?? [];
    if (word === "option6") return { why: "of IPv6; not part of this import", isForIpv6: true };
    if (word === "tag" || word === "net") tags.push(rest);
    else if (word === "vendor") vendor = rest;
    else if (word === "encap") inside = Number(rest);
    else if (word === "vi-encap") enterprise = Number(rest);
    else if (word === "option" || /^\d{1,3}$/.test(field)) {
      const code = word === "option" ? codeOf(rest) : Number(field);
      if (code === undefined || code > 255) return { why: `there is no option ${rest || field}` };
      return { tags, vendor, inside, enterprise, code, values: fields.slice(index + 1) };
    } else tags.push(field); // a tag without its word, as of old
  }
  return { why: "it names no option" };
}

/** By number or name, as behind `option:`. */
export function codeOf(name: string): number | undefined {
  if (/^\d{1,3}$/.test(name)) return Number(name);
  return optionByName(name)?.code;
}

export type OptionOctets =
  | { readonly octets: Uint8Array; readonly type: OptionType | undefined }
  | { readonly why: string };

/** The octets of an option of DHCP itself. */
export function octetsOfOption(code: number, values: readonly string[]): OptionOctets {
  const type = optionByCode(code)?.type;
  const isEmpty = values.every((value) => value === "") && type !== "flag";
  if (isEmpty || type === undefined || type === "octets" || type === "sub-options")
    return octetsAsWritten(values);
  const value = valueFor(type, values);
  if (value === undefined) return octetsAsWritten(values);
  const outcome = encodeOption(type, value);
  return "octets" in outcome ? { octets: outcome.octets, type } : { why: outcome.problem };
}

function valueFor(type: OptionType, values: readonly string[]): unknown {
  const [first = ""] = values;
  switch (type) {
    case "address":
      return first;
    case "addresses":
    case "addresses-or-none":
    case "names":
    case "plain-names":
      return values;
    case "uint8":
    case "uint16":
    case "uint32":
    case "int32":
      return Number(first);
    case "uint8s":
    case "uint16s":
      return values.map(Number);
    case "boolean":
      return first === "1";
    case "flag":
      return true;
    case "text":
    case "uri":
    case "name":
      return /^[0-9a-f]{2}(:[0-9a-f]{2})+$/i.test(first) ? undefined : values.join(",");
    case "routes":
      return pairs(values).map(([destination, router]) => ({ destination, router }));
    default:
      return undefined;
  }
}

function pairs(values: readonly string[]): (readonly [string, string])[] {
  return Array.from({ length: Math.ceil(values.length / 2) }, (_, i) => [
    values[2 * i]!,
    values[2 * i + 1] ?? "",
  ]);
}

/** What dnsmasq makes of values of an option whose type it does not know. */
export function octetsAsWritten(values: readonly string[]): OptionOctets {
  const [first = ""] = values;
  if (values.length === 0 || (values.length === 1 && first === ""))
    return { octets: new Uint8Array(), type: undefined };
  if (values.every((value) => parseIpv4(value) !== -1)) {
    const outcome = encodeOption("addresses", values);
    return "octets" in outcome ? { octets: outcome.octets, type: "addresses" } : { why: outcome.problem };
  }
  if (values.every((value) => /^-?\d{1,10}[bsi]?$/.test(value))) return numbers(values);
  if (values.length === 1 && /^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(first)) {
    const octets = Uint8Array.from(first.split(":"), (part) => Number.parseInt(part, 16));
    return { octets, type: "octets" };
  }
  return { octets: new TextEncoder().encode(values.join(",")), type: "text" };
}

/** One, two or four octets each: as many as the largest needs, or as a letter behind one says. */
function numbers(values: readonly string[]): OptionOctets {
  const parsed = values.map((value) => Number.parseInt(value, 10));
  const letter = /[bsi]$/.exec(values.find((value) => /[bsi]$/.test(value)) ?? "")?.[0];
  const largest = Math.max(...parsed.map(Math.abs));
  const size = { b: 1, s: 2, i: 4 }[letter ?? ""] ?? (largest > 0xffff ? 4 : largest > 0xff ? 2 : 1);
  const out = Buffer.alloc(size * parsed.length);
  for (const [i, number] of parsed.entries()) {
    const wrapped = ((number % 2 ** (8 * size)) + 2 ** (8 * size)) % 2 ** (8 * size);
    out.writeUIntBE(wrapped, i * size, size);
  }
  const type = ({ 1: "uint8s", 2: "uint16s", 4: "uint32" } as const)[size as 1 | 2 | 4];
  const isOne = parsed.length === 1;
  const single = ({ 1: "uint8", 2: "uint16", 4: "uint32" } as const)[size as 1 | 2 | 4];
  return { octets: out, type: isOne ? single : type === "uint32" ? "octets" : type };
}
