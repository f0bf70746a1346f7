/** `option-data` and `option-def` of Kea: which option, and its octets. */
import { optionByCode, optionByName } from "#protocols/dhcp4/option-table.ts";
import { encodeOption, type OptionType } from "#protocols/dhcp4/option-value.ts";
import type { KeaMap } from "#protocols/keaconf/json.ts";
import { flagIn, numberIn, textIn } from "./member.ts";

export interface KeaOption {
  /** Undefined: an option of DHCP itself. */
  readonly space: string | undefined;
  readonly code: number;
  /** Of definitions in the config; undefined: the registry's. */
  readonly types: readonly string[] | undefined;
  readonly isArray: boolean;
}

export type OptionData =
  | { readonly option: KeaOption; readonly octets: Uint8Array; readonly type: OptionType | undefined }
  | { readonly why: string };

export class OptionDefinitions {
  private readonly byName = new Map<string, KeaOption>();
  private readonly byCode = new Map<string, KeaOption>();

  /** @returns why not */
  define(map: KeaMap): string | undefined {
    const name = textIn(map, "name") ?? "";
    const code = numberIn(map, "code") ?? 0;
    const type = textIn(map, "type") ?? "";
    if (name === "" || code < 1 || code > 254) return "it has no name, or no code from 1 to 254";
    const types =
      type === "record" ? (textIn(map, "record-types") ?? "").split(",").map((one) => one.trim()) : [type];
    if (!types.every((one) => one in pieces)) return `its type ${types.join(", ")} is not known`;
    const option = { space: spaceOf(map), code, types, isArray: flagIn(map, "array") ?? false };
    this.byName.set(keyOf(option.space, name), option);
    this.byCode.set(keyOf(option.space, code), option);
    return undefined;
  }

  find(map: KeaMap): KeaOption | undefined {
    const space = spaceOf(map);
    const [name, code] = [textIn(map, "name"), numberIn(map, "code")];
    const own =
      (name === undefined ? undefined : this.byName.get(keyOf(space, name))) ??
      (code === undefined ? undefined : this.byCode.get(keyOf(space, code)));
    if (own !== undefined) return own;
    const known = code ?? (space === undefined && name !== undefined ? optionByName(name)?.code : undefined);
    return known === undefined ? undefined : { space, code: known, types: undefined, isArray: false };
  }

  codeOf(name: string): number | undefined {
    return this.byName.get(keyOf(undefined, name))?.code;
  }

  read(map: KeaMap): OptionData {
    const option = this.find(map);
    if (option === undefined) return { why: "there is no option of that name; write its code" };
    const data = textIn(map, "data") ?? "";
    const isText = flagIn(map, "csv-format") ?? (option.types !== undefined || isKnown(option));
    const outcome = isText ? octetsOfText(option, data) : hexData(data);
    if ("why" in outcome) return outcome;
    return { option, octets: outcome.octets, type: option.types === undefined ? undefined : ownType(option) };
  }
}

type Outcome = { readonly octets: Uint8Array } | { readonly why: string };

function keyOf(space: string | undefined, name: string | number): string {
  return `${space ?? ""} ${name}`;
}

function spaceOf(map: KeaMap): string | undefined {
  const space = textIn(map, "space") ?? "dhcp4";
  return space === "dhcp4" ? undefined : space;
}

function isKnown({ space, code }: KeaOption): boolean {
  const type = space === undefined ? optionByCode(code)?.type : undefined;
  return type !== undefined && type !== "octets" && type !== "sub-options";
}

/** `C0 00 03`, `c0:00:03`, `0xC00003`, or `'text'`. */
function hexData(data: string): Outcome {
  const quoted = /^'(.*)'$/s.exec(data.trim())?.[1];
  if (quoted !== undefined) return { octets: new TextEncoder().encode(quoted) };
  const hex = data.trim().replace(/^0x/i, "").replaceAll(/[\s:]/g, "");
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) return { why: "its data is not hexadecimal" };
  return { octets: Uint8Array.fromHex(hex) };
}

/** Values parted by commas; `\,` is a comma in one. */
function split(data: string): string[] {
  return data.split(/(?<!\\),/).map((one) => one.trim().replaceAll("\\,", ","));
}

function octetsOfText(option: KeaOption, data: string): Outcome {
  const { types, isArray, code } = option;
  if (types === undefined) {
    const type = optionByCode(code)!.type;
    const outcome = encodeOption(type, registryValue(type, data));
    return "octets" in outcome ? outcome : { why: outcome.problem };
  }
  const values = types.length === 1 && types[0] === "string" ? [data.replaceAll("\\,", ",")] : split(data);
  const out: Uint8Array[] = [];
  const rounds = isArray ? values.length : types.length;
  for (let index = 0; index < rounds; index++) {
    const type = types[Math.min(index, types.length - 1)]!;
    const value = values[index];
    if (value === undefined) return { why: "a part of its data is missing" };
    const outcome = pieces[type]!(value);
    if ("why" in outcome) return outcome;
    out.push(outcome.octets);
  }
  return { octets: Buffer.concat(out) };
}

function registryValue(type: OptionType, data: string): unknown {
  const values = split(data);
  switch (type) {
    case "addresses":
    case "addresses-or-none":
    case "names":
    case "plain-names":
      return values;
    case "address-pairs":
      return Array.from(
        { length: Math.ceil(values.length / 2) },
        (_, i) => `${values[2 * i]} ${values[2 * i + 1] ?? ""}`,
      );
    case "uint8":
    case "uint16":
    case "uint32":
    case "int32":
      return Number(data);
    case "uint8s":
    case "uint16s":
      return values.map(Number);
    case "boolean":
      return data.toLowerCase() === "true" || data === "1";
    case "flag":
      return true;
    case "routes":
      return values.map((value) => {
        const [destination = "", router = ""] = value.split(/\s+-\s+/);
        return { destination, router };
      });
    case "address":
      return data.trim();
    default:
      return data.replaceAll("\\,", ",");
  }
}

/** The types of option-def. */
const pieces: Readonly<Record<string, (value: string) => Outcome>> = {
  binary: hexData,
  boolean: (value) => ({ octets: Uint8Array.of(/^(true|1)$/i.test(value) ? 1 : 0) }),
  empty: () => ({ octets: new Uint8Array() }),
  fqdn: (value) => encoded("name", value),
  "ipv4-address": (value) => encoded("address", value),
  "ipv6-address": (value) => encoded("ipv6-address", value),
  string: (value) => ({ octets: new TextEncoder().encode(value) }),
  tuple: (value) => {
    const octets = new TextEncoder().encode(value);
    return octets.length > 255
      ? { why: "a text is too long" }
      : { octets: Buffer.concat([Uint8Array.of(octets.length), octets]) };
  },
  uint8: (value) => number(value, 1),
  uint16: (value) => number(value, 2),
  uint32: (value) => number(value, 4),
  int8: (value) => number(value, 1),
  int16: (value) => number(value, 2),
  int32: (value) => number(value, 4),
};

function encoded(type: OptionType, value: string): Outcome {
  const outcome = encodeOption(type, value);
  return "octets" in outcome ? outcome : { why: outcome.problem };
}

function number(text: string, size: 1 | 2 | 4): Outcome {
  const value = /^(-?\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : Number.NaN;
  const max = 2 ** (8 * size);
  if (!(value >= -max / 2 && value < max)) return { why: `${text} is no number of ${8 * size} bits` };
  const out = Buffer.alloc(size);
  out.writeUIntBE(value < 0 ? value + max : value, 0, size);
  return { octets: out };
}

/** What site.yaml calls the type of a definition. */
function ownType({ types, isArray }: KeaOption): OptionType | undefined {
  const [type] = types ?? [];
  if (types?.length !== 1 || type === undefined) return undefined;
  const plain: Readonly<Record<string, OptionType>> = {
    binary: "octets",
    boolean: "boolean",
    empty: "flag",
    fqdn: "name",
    "ipv4-address": "address",
    string: "text",
    uint8: "uint8",
    uint16: "uint16",
    uint32: "uint32",
    int32: "int32",
  };
  const arrays: Readonly<Record<string, OptionType>> = {
    fqdn: "names",
    "ipv4-address": "addresses",
    uint8: "uint8s",
    uint16: "uint16s",
  };
  return (isArray ? arrays : plain)[type];
}
