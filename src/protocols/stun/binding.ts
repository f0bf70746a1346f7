/**
 * STUN's binding: a server tells the address that a request came from. RFC 8489 §5, §14.
 *
 * ```
 *  0 message type   | message length, without these 20 octets
 *  4 magic cookie
 *  8 transaction id
 * 20 attributes: type | length | value, padded to four octets
 * ```
 */
import { ipv4ToText, ipv6ToText } from "../dns/fields/addresses.ts";
import { WireReader, WireWriter } from "../dns/wire.ts";
import { limits } from "./limits.ts";

/** IANA "STUN Parameters": the method Binding in its classes. */
const MessageType = { request: 0x0001, success: 0x0101, error: 0x0111 } as const;

/** IANA "STUN Attributes". */
const Attribute = { mappedAddress: 0x0001, errorCode: 0x0009, xorMappedAddress: 0x0020 } as const;

/**
 * Those below must be understood, RFC 8489 §14; these say nothing of the address. RFC 3489 §11.2 has 4, 5
 * and 11.
 */
const harmless = new Set([0x0004, 0x0005, 0x0006, 0x0008, 0x000a, 0x000b, 0x0014, 0x0015, 0x001c, 0x001e]);
const optionalFrom = 0x8000;

const magicCookie = 0x2112a442;
const headerOctets = 20;
export const transactionIdOctets = 12;

export type BindingAnswer =
  | {
      readonly kind: "mapped";
      readonly family: "ipv4" | "ipv6";
      readonly address: string;
      readonly port: number;
    }
  | { readonly kind: "error"; readonly code: number; readonly reason: string };

/** `transactionId`: 96 bits that nobody can guess. RFC 8489 §5. */
export function bindingRequest(transactionId: Uint8Array): Uint8Array {
  const writer = new WireWriter({ size: headerOctets, limit: headerOctets });
  writer.u16(MessageType.request);
  writer.u16(0);
  writer.u32(magicCookie);
  writer.bytes(transactionId);
  return writer.finish();
}

/**
 * Reads the answer to the request with that transaction id. Throws WireError; also for an answer with an
 * attribute that would have to be understood. RFC 8489 §6.3.3.
 */
export function readBindingAnswer(octets: Uint8Array, transactionId: Uint8Array): BindingAnswer {
  const reader = new WireReader(octets);
  if (octets.length > limits.messageOctetsMax) reader.fail("too-long", "STUN", limits.messageOctetsMax);
  const type = reader.u16("STUN.type");
  if (type !== MessageType.success && type !== MessageType.error) reader.fail("unknown-form", "STUN.type", 0);
  const length = reader.u16("STUN.length");
  if (reader.u32("STUN.cookie") !== magicCookie) reader.fail("bad-value", "STUN.cookie", 4);
  const id = reader.copy(transactionIdOctets, "STUN.transaction");
  if (!id.every((octet, index) => octet === transactionId[index]))
    reader.fail("bad-value", "STUN.transaction", 8);
  if (length % 4 !== 0) reader.fail("bad-value", "STUN.length", 2);
  if (length > reader.remaining) reader.fail("short-input", "STUN.length", octets.length);
  if (length < reader.remaining) reader.fail("trailing-octets", "STUN", headerOctets + length);
  const attributes = readAttributes(reader);
  if (type === MessageType.error) return errorFrom(attributes.get(Attribute.errorCode), reader);
  const xored = attributes.get(Attribute.xorMappedAddress);
  if (xored !== undefined) return addressFrom(unmask(xored, octets), "XOR-MAPPED-ADDRESS");
  const plain = attributes.get(Attribute.mappedAddress);
  if (plain !== undefined) return addressFrom(plain, "MAPPED-ADDRESS");
  return reader.fail("short-input", "XOR-MAPPED-ADDRESS");
}

/** The first of each type: others of it count for nothing. RFC 8489 §14. */
function readAttributes(reader: WireReader): ReadonlyMap<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  for (let count = 0; reader.remaining > 0; count++) {
    if (count === limits.attributesMax) reader.fail("too-many", "STUN.attribute");
    const { at } = reader;
    const type = reader.u16("STUN.attribute");
    const value = reader.copy(reader.u16("STUN.attribute"), `STUN.attribute ${type}`);
    reader.take(-value.length & 3, `STUN.attribute ${type}`);
    const isKnown = Object.values(Attribute).some((known) => known === type) || harmless.has(type);
    if (!isKnown && type < optionalFrom) reader.fail("unknown-form", `STUN.attribute ${type}`, at);
    if (!found.has(type)) found.set(type, value);
  }
  return found;
}

/** Combined with cookie and transaction id, so that no NAT rewrites port and address. RFC 8489 §14.2. */
function unmask(value: Uint8Array, message: Uint8Array): Uint8Array {
  return value.map((octet, index) => {
    if (index < 2) return octet;
    return octet ^ message[index < 4 ? index + 2 : index]!;
  });
}

/** RFC 8489 §14.1: zero, family, port, address. */
function addressFrom(value: Uint8Array, field: string): BindingAnswer {
  const reader = new WireReader(value);
  reader.u8(field);
  const family = reader.u8(`${field}.family`);
  const port = reader.u16(`${field}.port`);
  if (family !== 1 && family !== 2) reader.fail("bad-value", `${field}.family`, 1);
  const address =
    family === 1 ? ipv4ToText(reader.u32(field)) : ipv6ToText(reader.copy(16, `${field}.address`));
  if (reader.remaining > 0) reader.fail("trailing-octets", field);
  return { kind: "mapped", family: family === 1 ? "ipv4" : "ipv6", address, port };
}

/** RFC 8489 §14.8: 21 zero bits, the hundreds, the rest of the number, a reason in UTF-8. */
function errorFrom(value: Uint8Array | undefined, message: WireReader): BindingAnswer {
  if (value === undefined) return message.fail("short-input", "ERROR-CODE");
  const reader = new WireReader(value);
  reader.u16("ERROR-CODE");
  const hundreds = reader.u8("ERROR-CODE.class") & 7;
  const rest = reader.u8("ERROR-CODE.number");
  if (hundreds < 3 || hundreds > 6 || rest > 99) reader.fail("bad-value", "ERROR-CODE", 2);
  const reason = [...reader.rest()].map((octet) =>
    octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "?",
  );
  return { kind: "error", code: hundreds * 100 + rest, reason: reason.slice(0, limits.reasonMax).join("") };
}
