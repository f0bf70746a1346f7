/**
 * Control messages, as rndc and named exchange them.
 *
 *     +-----+-----+-----+-----+- - - -+- - - -+- - - -+
 *     |      version, 1       | _auth | _ctrl | _data |     all of them behind four octets of length
 *     +-----+-----+-----+-----+- - - -+- - - -+- - - -+
 *
 * A conversation has two steps: rndc says `null`; the answer brings a nonce, which the command has to show.
 */
import { WireError, WireReader, WireWriter } from "../dns/wire.ts";
import { authTable, type ComputeMac, type Mac, type MacAlgorithm, macOf } from "./authentication.ts";
import { limits } from "./limits.ts";
import { readTable, type Table, type TableValue, writeTable } from "./table.ts";

const version = 1;

/** A message of which only the signature was looked at. */
export interface SealedMessage {
  readonly mac: Mac;
  /** The octets that the MAC is of. */
  readonly signed: Uint8Array;
}

/** What a client says. */
export interface ControlRequest {
  /** Of the message; with `timeSeconds` it tells a message from its copies. */
  readonly serial: number;
  /** Since 1970, by the client's clock. */
  readonly timeSeconds: number;
  /** Since 1970; the message is void afterwards. */
  readonly expiresSeconds: number | undefined;
  /** What the server said in its first answer; none in the first message. */
  readonly nonce: number | undefined;
  /** The command line; `null` in the first message. */
  readonly command: string;
}

/** What a server says. */
export interface ControlResponse {
  /** Of the request. */
  readonly serial: number;
  /** Since 1970. */
  readonly timeSeconds: number;
  readonly expiresSeconds: number;
  readonly nonce: number;
  readonly command: string;
  /** 0: it was done. */
  readonly result: number;
  /** Why it was not; undefined where it was. */
  readonly error: string | undefined;
  readonly text: string | undefined;
}

/** Reads a message, its length left out, as far as its signature. Throws WireError. */
export function openMessage(octets: Uint8Array): SealedMessage {
  const reader = new WireReader(octets);
  if (reader.u32("version") !== version) reader.fail("unknown-form", "version", 0);
  const at = reader.at;
  const length = authEntryOctets(reader);
  reader.at = at;
  const auth = readTable(new WireReader(reader.octets, at, at + length));
  reader.take(length, "_auth");
  return { mac: macOf(auth.get("_auth"), reader, at), signed: reader.rest() };
}

/** The first entry, which must be `_auth`: key, type, length, value. */
function authEntryOctets(reader: WireReader): number {
  const { at } = reader;
  reader.take(reader.u8("key.length"), "key");
  reader.u8("_auth.type");
  const length = reader.u32("_auth.length");
  reader.take(length, "_auth");
  return reader.at - at;
}

/** Reads what was signed. Throws WireError. */
export function readRequest(signed: Uint8Array): ControlRequest {
  const reader = new WireReader(signed);
  const message = readTable(reader);
  const control = tableOf(message, "_ctrl");
  if (control.has("_rpl")) throw new WireError("bad-value", "_rpl", 0); // a response, sent back to us
  return {
    serial: numberOf(control, "_ser"),
    timeSeconds: numberOf(control, "_tim"),
    expiresSeconds: control.has("_exp") ? numberOf(control, "_exp") : undefined,
    nonce: control.has("_nonce") ? numberOf(control, "_nonce") : undefined,
    command: textOf(tableOf(message, "_data"), "type"),
  };
}

/** Writes a response and signs it. Throws WireError("too-long"). */
export function sealResponse(
  response: ControlResponse,
  algorithm: MacAlgorithm,
  computeMac: ComputeMac,
): Uint8Array {
  const { serial, timeSeconds, expiresSeconds, nonce, command, result, error, text } = response;
  const data: [string, TableValue][] = [
    ["type", octetsOf(command)],
    ["result", octetsOf(result)],
  ];
  if (error !== undefined) data.push(["err", octetsOf(error)]);
  if (text !== undefined) data.push(["text", octetsOf(text)]);
  const message: Table = new Map<string, TableValue>([
    [
      "_ctrl",
      new Map([
        ["_ser", octetsOf(serial)],
        ["_tim", octetsOf(timeSeconds)],
        ["_exp", octetsOf(expiresSeconds)],
        ["_rpl", octetsOf(1)],
        ["_nonce", octetsOf(nonce)],
      ]),
    ],
    ["_data", new Map(data)],
  ]);
  const body = new WireWriter({ limit: limits.responseOctetsMax });
  writeTable(message, body);
  return sealMessage(body.finish(), algorithm, computeMac);
}

/** Puts version and signature before the tables of a message. */
export function sealMessage(signed: Uint8Array, algorithm: MacAlgorithm, computeMac: ComputeMac): Uint8Array {
  const writer = new WireWriter({ size: signed.length + 128, limit: limits.responseOctetsMax });
  writer.u32(version);
  writeTable(new Map([["_auth", authTable({ algorithm, octets: computeMac(signed) })]]), writer);
  writer.bytes(signed);
  return writer.finish();
}

function tableOf(message: Table, key: string): Table {
  const value = message.get(key);
  if (value instanceof Map) return value as Table;
  throw new WireError("bad-value", key, 0);
}

/** Numbers are written in decimal digits. */
function numberOf(table: Table, key: string): number {
  const text = textOf(table, key);
  const number = /^\d+$/.test(text) && text.length <= limits.numberDigitsMax ? Number(text) : Number.NaN;
  if (!(number <= 0xffffffff)) throw new WireError("bad-value", key, 0);
  return number;
}

function textOf(table: Table, key: string): string {
  const value = table.get(key);
  if (!(value instanceof Uint8Array)) throw new WireError("bad-value", key, 0);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw new WireError("bad-value", key, 0);
  }
}

function octetsOf(value: string | number): Uint8Array {
  return new TextEncoder().encode(String(value));
}
