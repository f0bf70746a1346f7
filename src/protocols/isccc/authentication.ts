/**
 * How a control message is signed. `_auth` comes first and covers all that follows it:
 *
 *     _auth { hmd5: base64 of the MAC without padding }
 *     _auth { hsha: one octet for the algorithm, base64 of the MAC, zeros up to 88 octets }
 */
import type { WireReader } from "../dns/wire.ts";
import type { Table, TableValue } from "./table.ts";

export type MacAlgorithm =
  | "hmac-md5"
  | "hmac-sha1"
  | "hmac-sha224"
  | "hmac-sha256"
  | "hmac-sha384"
  | "hmac-sha512";

/** HMAC (RFC 2104) of these octets, whole. */
export type ComputeMac = (octets: Uint8Array) => Uint8Array;

export interface Mac {
  readonly algorithm: MacAlgorithm;
  readonly octets: Uint8Array;
}

/** The octet that says which algorithm `hsha` has, and octets of its MAC. */
const shaAlgorithms = [
  ["hmac-sha1", 161, 20],
  ["hmac-sha224", 162, 28],
  ["hmac-sha256", 163, 32],
  ["hmac-sha384", 164, 48],
  ["hmac-sha512", 165, 64],
] as const;

const md5MacOctets = 16;
/** Characters of the longest MAC in base64, that of hmac-sha512. */
const shaTextOctets = 88;

/** Reads `_auth`; `at` is where it began. Throws WireError through `reader`. */
export function macOf(auth: TableValue | undefined, reader: WireReader, at: number): Mac {
  if (!(auth instanceof Map)) return reader.fail("bad-value", "_auth", at);
  const md5 = (auth as Table).get("hmd5");
  const sha = (auth as Table).get("hsha");
  if ((md5 === undefined) === (sha === undefined)) reader.fail("bad-value", "_auth", at);
  const mac = md5 === undefined ? shaMac(sha) : md5Mac(md5);
  return mac ?? reader.fail("bad-value", md5 === undefined ? "hsha" : "hmd5", at);
}

/** The value of `_auth` for a MAC. */
export function authTable({ algorithm, octets }: Mac): Table {
  const text = octets.toBase64();
  if (algorithm === "hmac-md5") return new Map([["hmd5", latin1(text.replace(/=+$/, ""))]]);
  const value = new Uint8Array(1 + shaTextOctets);
  value[0] = shaAlgorithms.find(([name]) => name === algorithm)![1];
  value.set(latin1(text), 1);
  return new Map([["hsha", value]]);
}

function md5Mac(value: TableValue): Mac | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  const octets = fromBase64(value, "==");
  return octets?.length === md5MacOctets ? { algorithm: "hmac-md5", octets } : undefined;
}

function shaMac(value: TableValue | undefined): Mac | undefined {
  if (!(value instanceof Uint8Array) || value.length !== 1 + shaTextOctets) return undefined;
  const known = shaAlgorithms.find(([, number]) => number === value[0]);
  if (known === undefined) return undefined;
  const [algorithm, , macOctets] = known;
  const textEnd = 1 + 4 * Math.ceil(macOctets / 3);
  if (value.subarray(textEnd).some((octet) => octet !== 0)) return undefined;
  const octets = fromBase64(value.subarray(1, textEnd), "");
  return octets?.length === macOctets ? { algorithm, octets } : undefined;
}

/** Undefined for anything but the one way to write it (RFC 4648 §3.5). */
function fromBase64(text: Uint8Array, padding: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(String.fromCharCode(...text) + padding, { lastChunkHandling: "strict" });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
