/**
 * The client's name, and who is to publish it: option 81. RFC 4702 §2.
 *
 *     +--------+--------+--------+--------------
 *     |  flags | RCODE1 | RCODE2 | domain name
 *     +--------+--------+--------+--------------
 *       0 0 0 0 N E O S
 */
import { NameError, nameOctets, nameToText, parseName, readName, rootName } from "../dns/name.ts";
import { WireError, WireReader } from "../dns/wire.ts";
import { joinOctets } from "./join-octets.ts";
import { lenientText, octetsOfText } from "./option-values/texts.ts";
import { knownFields, refuse, type ValueCodec, ValueProblem } from "./option-values/value-codec.ts";

const bit = { serverUpdates: 1, overridden: 2, wireForm: 4, noUpdates: 8 } as const;
/** RCODE1 and RCODE2 say nothing any more; servers send 255. RFC 4702 §2.2. */
const deprecatedRcode = 255;
const headOctets = 3;

/** Option 81. */
export interface ClientFqdn {
  /** S: the server publishes the address too, not the PTR alone. */
  readonly serverUpdates: boolean;
  /** O: the server did not do as the client wanted (in replies). */
  readonly overridden: boolean;
  /** E: the name is in the form of DNS messages, not in the ASCII of old clients. */
  readonly wireForm: boolean;
  /** N: the server publishes nothing at all. */
  readonly noUpdates: boolean;
  /** In presentation form without a final dot; empty when the client wants to be given one. */
  readonly name: string;
  /** The name goes on with a domain that the client does not know. RFC 4702 §2.3. */
  readonly isPartial: boolean;
}

/** Reads option 81. Throws WireError. */
export function readClientFqdn(octets: Uint8Array): ClientFqdn {
  const reader = new WireReader(octets, 0, octets.length, false);
  const flags = reader.u8("FQDN.flags");
  reader.take(2, "FQDN.RCODE");
  const noUpdates = (flags & bit.noUpdates) !== 0;
  const serverUpdates = (flags & bit.serverUpdates) !== 0;
  // RFC 4702 §2.1: If the "N" bit is 1, the "S" bit MUST be 0
  if (noUpdates && serverUpdates) reader.fail("bad-value", "FQDN.flags", 0);
  const wireForm = (flags & bit.wireForm) !== 0;
  const overridden = (flags & bit.overridden) !== 0;
  return {
    serverUpdates,
    overridden,
    wireForm,
    noUpdates,
    ...(wireForm ? readWireName(octets) : readAsciiName(octets)),
  };
}

type ReadName = Pick<ClientFqdn, "name" | "isPartial">;

/** A partial name has no empty label at its end. RFC 4702 §2.3. */
function readWireName(octets: Uint8Array): ReadName {
  if (octets.length === headOctets) return { name: "", isPartial: true };
  let at = headOctets;
  while (at < octets.length && octets[at] !== 0) at += 1 + octets[at]!;
  const isPartial = at === octets.length;
  const whole = isPartial ? joinOctets([octets, Uint8Array.of(0)]) : octets;
  const reader = new WireReader(whole, headOctets, whole.length, false);
  const name = readName(reader, "FQDN.name");
  // Some end the option with more zeros than one, as they do with text. RFC 2132 §2
  while (reader.remaining > 0) if (reader.u8("FQDN.name") !== 0) reader.fail("trailing-octets", "FQDN.name");
  return name === rootName
    ? { name: "", isPartial: true }
    : { name: nameToText(name).slice(0, -1), isPartial };
}

/**
 * RFC 4702 §2.3.1. What is not UTF-8 becomes U+FFFD: some clients send their own character set. A label may
 * be too long for DNS: whoever makes a host name of it cuts it.
 */
function readAsciiName(octets: Uint8Array): ReadName {
  const text = lenientText(octets.subarray(headOctets));
  return { name: text.endsWith(".") ? text.slice(0, -1) : text, isPartial: !text.includes(".", 1) };
}

/** Writes option 81, as a server does. The name must be one: NameError. */
export function writeClientFqdn(fqdn: ClientFqdn): Uint8Array {
  const flags =
    (fqdn.serverUpdates ? bit.serverUpdates : 0) |
    (fqdn.overridden ? bit.overridden : 0) |
    (fqdn.wireForm ? bit.wireForm : 0) |
    (fqdn.noUpdates ? bit.noUpdates : 0);
  return joinOctets([Uint8Array.of(flags, deprecatedRcode, deprecatedRcode), nameField(fqdn)]);
}

function nameField({ name, wireForm, isPartial }: ClientFqdn): Uint8Array {
  if (name === "") return new Uint8Array(0);
  // Without a final dot, as clients expect it, unless nothing else says that the name is whole.
  if (!wireForm) return octetsOfText(isPartial || name.includes(".", 1) ? name : `${name}.`);
  const octets = nameOctets(parseName(`${name}.`));
  return isPartial ? octets.subarray(0, -1) : octets;
}

const fields = ["serverUpdates", "overridden", "wireForm", "noUpdates", "name", "isPartial"] as const;
const form = "such as { name: pc.lan.example, serverUpdates: true }";

/** Option 81 among the other forms of value. */
export const clientFqdn: ValueCodec = {
  form,
  encode(value) {
    const known = knownFields(value, fields, form);
    const { name = "" } = known;
    if (typeof name !== "string") refuse(name, "a domain name, such as pc.lan.example");
    const is = (field: (typeof fields)[number], otherwise: boolean): boolean => {
      const given = known[field] ?? otherwise;
      return typeof given === "boolean" ? given : refuse(given, "true or false");
    };
    const serverUpdates = is("serverUpdates", false);
    const noUpdates = is("noUpdates", false);
    if (serverUpdates && noUpdates) throw new ValueProblem("serverUpdates and noUpdates exclude each other");
    const isPartial = is("isPartial", !name.includes("."));
    const wireForm = is("wireForm", true);
    try {
      return writeClientFqdn({
        serverUpdates,
        noUpdates,
        overridden: is("overridden", false),
        wireForm,
        name,
        isPartial,
      });
    } catch (error) {
      if (error instanceof NameError || error instanceof WireError) throw new ValueProblem(error.message);
      throw error;
    }
  },
  decode: readClientFqdn,
};
