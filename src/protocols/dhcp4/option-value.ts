/** The values of options: octets on the wire, JSON for operators and APIs, a line of text for people. */
import { WireError } from "../dns/wire.ts";
import { clientFqdn } from "./client-fqdn.ts";
import { dhcp4Limits } from "./limits.ts";
import { optionByCode } from "./option-table.ts";
import * as addresses from "./option-values/addresses.ts";
import * as names from "./option-values/names.ts";
import * as numbers from "./option-values/numbers.ts";
import * as structures from "./option-values/structures.ts";
import * as texts from "./option-values/texts.ts";
import { refuse, type ValueCodec, ValueProblem } from "./option-values/value-codec.ts";
import * as vendors from "./option-values/vendors.ts";

/** Padding and end, which are written with the message. */
const none: ValueCodec = {
  form: "nothing: the option is written with each message",
  encode: (value) => refuse(value, none.form),
  decode: (octets) => texts.hexText(octets),
};

const codecs = {
  none,
  address: addresses.address,
  addresses: addresses.addresses,
  "addresses-or-none": addresses.addressesOrNone,
  "address-pairs": addresses.addressPairs,
  "address-lists": addresses.addressLists,
  "ipv6-address": addresses.ipv6Address,
  routes: addresses.routes,
  uint8: numbers.uint8,
  uint16: numbers.uint16,
  uint32: numbers.uint32,
  int32: numbers.int32,
  uint8s: numbers.uint8s,
  uint16s: numbers.uint16s,
  boolean: numbers.boolean,
  flag: numbers.flag,
  text: texts.text,
  uri: texts.uri,
  uris: texts.uris,
  octets: texts.octets,
  "user-classes": texts.userClasses,
  name: names.name,
  names: names.names,
  "plain-names": names.plainNames,
  "sub-options": vendors.subOptions,
  "vendor-classes": vendors.vendorClasses,
  "vendor-options": vendors.vendorOptions,
  "client-fqdn": clientFqdn,
  "sip-servers": structures.sipServers,
  "directory-agents": structures.directoryAgents,
  "service-scope": structures.serviceScope,
  status: structures.status,
  "port-parameters": structures.portParameters,
  "six-rd": structures.sixRd,
  "rdnss-selection": structures.rdnssSelection,
  resolvers: structures.resolvers,
} as const satisfies Readonly<Record<string, ValueCodec>>;

/** How the value of an option is laid out. */
export type OptionType = keyof typeof codecs;

/** All types, for schemas and documentation. */
export const optionTypes = Object.keys(codecs) as readonly OptionType[];

/** What to write for a type, in words with an example. */
export function optionForm(type: OptionType): string {
  return codecs[type].form;
}

/** What an operator wrote as octets, or a sentence that says what is wrong and what to write. */
export function encodeOption(
  type: OptionType,
  value: unknown,
): { readonly octets: Uint8Array } | { readonly problem: string } {
  try {
    const octets = codecs[type].encode(value);
    if (octets.length <= dhcp4Limits.optionValueOctetsMax) return { octets };
    return { problem: `${octets.length} octets are more than a message has room for` };
  } catch (error) {
    if (error instanceof ValueProblem) return { problem: error.message };
    if (error instanceof WireError) return { problem: "it is longer than a message has room for" };
    throw error;
  }
}

/** Octets as JSON, in the form that an operator would write. Throws WireError. */
export function decodeOption(type: OptionType, octets: Uint8Array): unknown {
  return codecs[type].decode(octets);
}

/**
 * An option as a line for people: `192.0.2.1, 192.0.2.2`. What is not of its type is shown in hexadecimal.
 */
export function formatOption(code: number, octets: Uint8Array): string {
  const type = optionByCode(code)?.type ?? "octets";
  try {
    return lineOf(decodeOption(type, octets));
  } catch (error) {
    if (error instanceof WireError) return texts.hexText(octets);
    throw error;
  }
}

function lineOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(lineOf).join(", ");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([name, field]) => `${name} ${Array.isArray(field) ? `(${lineOf(field)})` : lineOf(field)}`)
      .join(" ");
  // What a client sends goes to terminals and logs
  return String(value).replace(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
