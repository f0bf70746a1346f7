/** Options that a dhcpd.conf defines, and the octets of the values that it gives options. */

import { optionByName } from "#protocols/dhcp4/option-table.ts";
import { encodeOption, type OptionType } from "#protocols/dhcp4/option-value.ts";
import { hexOctets } from "#protocols/dhcpdconf/expression.ts";
import { type DhcpdItem, type DhcpdStatement, octetsOf, textOf, wordAt } from "#protocols/dhcpdconf/tree.ts";

/** One piece of a value, as `option … code … = …` names it. */
type Piece = "address" | "boolean" | "text" | "octets" | "names" | "name" | { readonly octets: 1 | 2 | 4 };

interface Form {
  readonly pieces: readonly Piece[];
  readonly isArray: boolean;
}

export interface DhcpdOption {
  /** Undefined: an option of DHCP itself. */
  readonly space: string | undefined;
  readonly code: number;
  readonly form: Form;
  /** For those without a name in site.yaml. */
  readonly type: OptionType | undefined;
}

export type OctetsOutcome = { readonly octets: Uint8Array } | { readonly why: string };

/** What dhcpd calls otherwise than the registry does. */
const dhcpdNames: Readonly<Record<string, string>> = {
  "dhcp-client-identifier": "dhcp-client-identifier",
  "pxe-system-type": "client-system",
  "pxe-interface-id": "client-ndi",
  "pxe-client-id": "uuid-guid",
  "dhcp.bootfile-name": "bootfile-name",
};

export class OptionSpaces {
  private readonly defined = new Map<string, DhcpdOption>();
  readonly spaces = new Set<string>();

  /** The option of a name such as `routers` or `PXE.mtftp-ip`, in lower case. */
  find(name: string): DhcpdOption | undefined {
    const own = this.defined.get(name);
    if (own !== undefined) return own;
    const plain = name.replace(/^dhcp\./, "");
    const coded = /^option-(\d{1,3})$/.exec(plain)?.[1];
    const entry = optionByName(dhcpdNames[plain] ?? plain);
    if (entry !== undefined)
      return { space: undefined, code: entry.code, form: formOf(entry.type), type: undefined };
    if (coded === undefined) return undefined;
    return { space: undefined, code: Number(coded), form: octetsForm, type: undefined };
  }

  /** `option NAME code N = TYPE`. @returns why not */
  define(statement: DhcpdStatement): string | undefined {
    const name = (wordAt(statement, 1) ?? "").toLowerCase();
    const code = Number(wordAt(statement, 3));
    const [space, inner] = name.includes(".") ? name.split(".") : [undefined, name];
    if (!Number.isInteger(code) || code < 1 || code > 254) return "its code is none from 1 to 254";
    const form = readForm(statement.items.slice(5));
    if (form === undefined || inner === "") return "its type is not known";
    const { pieces, isArray } = form;
    const type = pieces.length === 1 ? typeOf(pieces[0]!, isArray) : undefined;
    this.defined.set(name, { space: space === "dhcp" ? undefined : space, code, form, type });
    return undefined;
  }
}

const octetsForm: Form = { pieces: ["octets"], isArray: false };

/** How dhcpd writes the values of a type. */
function formOf(type: OptionType): Form {
  switch (type) {
    case "address":
      return { pieces: ["address"], isArray: false };
    case "addresses":
    case "addresses-or-none":
      return { pieces: ["address"], isArray: true };
    case "address-pairs":
      return { pieces: ["address", "address"], isArray: true };
    case "uint8":
    case "uint8s":
      return { pieces: [{ octets: 1 }], isArray: type === "uint8s" };
    case "uint16":
    case "uint16s":
      return { pieces: [{ octets: 2 }], isArray: type === "uint16s" };
    case "uint32":
    case "int32":
      return { pieces: [{ octets: 4 }], isArray: false };
    case "boolean":
      return { pieces: ["boolean"], isArray: false };
    case "text":
    case "uri":
      return { pieces: ["text"], isArray: false };
    case "name":
      return { pieces: ["name"], isArray: false };
    case "names":
    case "plain-names":
      return { pieces: ["names"], isArray: false };
    default:
      return octetsForm;
  }
}

function typeOf(piece: Piece, isArray: boolean): OptionType | undefined {
  if (piece === "address") return isArray ? "addresses" : "address";
  if (piece === "text" || piece === "boolean" || piece === "name" || piece === "names")
    return isArray ? undefined : piece;
  if (piece === "octets") return "octets";
  const number = ({ 1: "uint8", 2: "uint16", 4: "uint32" } as const)[piece.octets];
  if (!isArray) return number;
  return number === "uint32" ? undefined : `${number}s`;
}

/** `array of { ip-address, unsigned integer 8 }`; undefined: not known. */
function readForm(items: readonly DhcpdItem[]): Form | undefined {
  const words = items.filter(({ kind }) => kind !== ",").map(({ text }) => text.toLowerCase());
  const isArray = words[0] === "array" && words[1] === "of";
  const rest = isArray ? words.slice(2) : words;
  const pieces: Piece[] = [];
  while (rest.length > 0) {
    const word = rest.shift()!;
    if (word === "unsigned" || word === "signed") continue;
    const piece = word === "integer" ? integer(rest.shift()) : pieceNames[word];
    if (piece === undefined) return undefined;
    if (rest[0] === "compressed") rest.shift();
    pieces.push(piece);
  }
  return pieces.length === 0 ? undefined : { pieces, isArray };
}

const pieceNames: Readonly<Record<string, Piece>> = {
  "ip-address": "address",
  boolean: "boolean",
  text: "text",
  string: "octets",
  "domain-list": "names",
  "domain-name": "name",
};

function integer(width: string | undefined): Piece | undefined {
  const octets = { "8": 1, "16": 2, "32": 4 }[width ?? ""] as 1 | 2 | 4 | undefined;
  return octets && { octets };
}

/** The octets of a value, as the items behind an option's name say it. */
export function valueOctets({ form }: DhcpdOption, items: readonly DhcpdItem[]): OctetsOutcome {
  const rest = items[0]?.kind === "=" ? items.slice(1) : [...items];
  if (items[0]?.kind === "=" && rest.length !== 1) return { why: "its value is computed for each client" };
  if (rest.length === 0) return { why: "it has no value" };
  const pieces: Uint8Array[] = [];
  for (let first = true; first || (form.isArray && rest.length > 0); first = false) {
    if (!first && rest.shift()?.kind !== ",") return { why: "something follows its value: is a ; missing?" };
    for (const [index, piece] of form.pieces.entries()) {
      if (index > 0 && rest[0]?.kind === ",") rest.shift();
      const outcome = readPiece(piece, rest);
      if ("why" in outcome) return outcome;
      pieces.push(outcome.octets);
    }
  }
  if (rest.length > 0) return { why: "something follows its value: is a ; missing?" };
  return { octets: Buffer.concat(pieces) };
}

function readPiece(piece: Piece, rest: DhcpdItem[]): OctetsOutcome {
  if (piece === "names") return names(rest);
  const item = rest.shift();
  if (item === undefined) return { why: "a part of its value is missing" };
  const { kind, text } = item;
  if (kind !== "word" && kind !== "quoted") return { why: `${text} is no value` };
  if (piece === "octets" || piece === "text") {
    const octets = kind === "quoted" ? octetsOf(text) : (hexOctets(text) ?? octetsOf(text));
    return octets.length === 0 ? { why: "its value is empty" } : { octets };
  }
  if (piece === "boolean") return boolean(text.toLowerCase());
  if (piece === "name") return encoded("name", textOf(text), text);
  if (piece === "address") return encoded("address", text, text);
  return number(text, piece.octets);
}

function names(rest: DhcpdItem[]): OctetsOutcome {
  const list = rest.splice(0).filter(({ kind }) => kind !== ",");
  return encoded(
    "names",
    list.map(({ text }) => textOf(text)),
    "this",
  );
}

function encoded(type: OptionType, value: unknown, text: string): OctetsOutcome {
  const outcome = encodeOption(type, value);
  if ("octets" in outcome) return outcome;
  if (type === "address" && /[a-z]/i.test(text))
    return { why: `${textOf(text)} is a name; write the address that it has` };
  return { why: outcome.problem };
}

function boolean(text: string): OctetsOutcome {
  const value = { true: 1, on: 1, false: 0, off: 0 }[text];
  return value === undefined
    ? { why: "its value is neither true nor false" }
    : { octets: Uint8Array.of(value) };
}

function number(text: string, octets: 1 | 2 | 4): OctetsOutcome {
  const value = /^(-?\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : Number.NaN;
  const max = 2 ** (8 * octets);
  if (!(value >= -max / 2 && value < max)) return { why: `${text} is no number of ${octets * 8} bits` };
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value < 0 ? 2 ** 32 + value : value);
  return { octets: out.subarray(4 - octets) };
}
