/** Whether a request is signed, and well. RFC 8945 §5.2: first the key, then MAC, time and truncation. */
import { timingSafeEqual } from "node:crypto";
import { algorithmFacts, macOctetsLeast } from "#platform/tsig/algorithms.ts";
import type { Keyring, TsigKey } from "#platform/tsig/key.ts";
import { limits } from "#platform/tsig/limits.ts";
import { finishMac, startMac } from "#platform/tsig/mac.ts";
import { Rcode, RRType } from "#protocols/dns/registry.ts";
import {
  type FoundTsig,
  findTsig,
  noOctets,
  TsigRcode,
  type TsigRecord,
  tsigRecordOctets,
  withoutTsig,
  writeTsigRecord,
  writeTsigVariables,
} from "#protocols/dns/tsig-record.ts";
import { WireError, WireWriter } from "#protocols/dns/wire.ts";
import { limits as dnsLimits } from "../limits.ts";
import { ResponseSigner } from "./response-signer.ts";

export type CheckedRequest =
  | { readonly state: "unsigned" }
  | {
      readonly state: "good";
      readonly key: TsigKey;
      /** The message without its signature and with its original id. A copy. */
      readonly body: Uint8Array;
      /** Signs all that is answered to it. */
      readonly signer: ResponseSigner;
      /** By which it is known when it comes again. */
      readonly identity: RequestIdentity;
    }
  | {
      readonly state: "bad";
      readonly why: BadRequest;
      /** What to answer, as it is. */
      readonly response: Uint8Array;
    };

export interface RequestIdentity {
  /**
   * The whole MAC that we made of it. It stays the same when somebody changes what is not signed: the id, the
   * length of the MAC, the case of the key's name.
   */
  readonly mac: Uint8Array;
  /** Of the header as it came. */
  readonly id: number;
  /** Since 1970: from then on it is BADTIME. */
  readonly validUntilSeconds: number;
}

export type BadRequest =
  /** It is no message, or its TSIG record is none. */
  | "FORMERR"
  /** We have no such key, or not with that algorithm. RFC 8945 §5.2.1. */
  | "BADKEY"
  /** It was changed, or signed with another secret. RFC 8945 §5.2.2. */
  | "BADSIG"
  /** The clocks differ, or it is an old message. RFC 8945 §5.2.3. */
  | "BADTIME"
  /** Its MAC was cut shorter than the key allows. RFC 8945 §5.2.4. */
  | "BADTRUNC";

const headerOctets = 12;
/** OPT with nothing in it: root, type, size, TTL and length. RFC 6891 §6.1.2. */
const optOctets = 11;
const unsigned: CheckedRequest = { state: "unsigned" };

/**
 * Never throws: what cannot be read is `bad`, with FORMERR, whether signed or not. Messages shorter than a
 * header and responses are not to be answered, and must not come here.
 * @param message as it came
 * @param nowSeconds since 1970
 */
export function checkRequest(message: Uint8Array, keyring: Keyring, nowSeconds: number): CheckedRequest {
  let tsig: FoundTsig | undefined;
  try {
    tsig = findTsig(message);
  } catch (error) {
    if (error instanceof WireError) return formatError(message);
    throw error;
  }
  if (tsig === undefined) return unsigned;
  if (u16(message, 4) !== 1) return formatError(message); // whatever it is, it is not about one zone
  const key = keyring.get(tsig.keyName);
  if (key === undefined || algorithmFacts[key.algorithm].name !== tsig.algorithm) {
    return unverified(message, tsig, { why: "BADKEY", nowSeconds });
  }
  const { mac } = tsig;
  if (mac.length === 0) return unverified(message, tsig, { why: "BADSIG", nowSeconds });
  // RFC 8945 §5.2.2.1: no MAC is longer, and none may be cut that short
  if (mac.length > algorithmFacts[key.algorithm].macOctets || mac.length < macOctetsLeast(key.algorithm)) {
    return unverified(message, tsig, { why: "FORMERR", nowSeconds });
  }
  const body = withoutTsig(message, tsig.at, tsig.originalId);
  const whole = macOf(key, body, tsig);
  if (!timingSafeEqual(whole.subarray(0, mac.length), mac))
    return unverified(message, tsig, { why: "BADSIG", nowSeconds });
  // A copy of the MAC: the message may stand in a buffer that is used again
  const id = u16(message, 0);
  const signer = new ResponseSigner({ key, mac: mac.slice(), id });
  const refuse = (
    why: "BADTIME" | "BADTRUNC",
    timeSignedSeconds: number,
    other: Uint8Array,
  ): CheckedRequest => ({
    state: "bad",
    why,
    response: signer.signWith(refusal(message, Rcode.NOTAUTH, tsig.hasOpt), {
      error: TsigRcode[why],
      timeSignedSeconds,
      other,
    }),
  });
  if (Math.abs(nowSeconds - tsig.timeSignedSeconds) > tsig.fudgeSeconds) {
    // RFC 8945 §5.2.3: signed with the client's time, so that it takes it; ours beside it
    return refuse("BADTIME", tsig.timeSignedSeconds, timeOctets(nowSeconds));
  }
  if (mac.length < (key.macOctetsMin ?? 0)) return refuse("BADTRUNC", nowSeconds, noOctets);
  const validUntilSeconds = tsig.timeSignedSeconds + tsig.fudgeSeconds;
  return { state: "good", key, body, signer, identity: { mac: whole, id, validUntilSeconds } };
}

/** RFC 8945 §4.3.3: of the message as it was before it was signed, then of the record's variables. */
function macOf(key: TsigKey, body: Uint8Array, tsig: FoundTsig): Uint8Array {
  const input = startMac(key);
  input.bytes(body);
  writeTsigVariables(tsig, input);
  return finishMac();
}

/**
 * RFC 8945 §5.3.2: without a MAC, since there is no key, or the other side does not have it. As BIND does,
 * the record says BADSIG when it is the length of the MAC that makes a message malformed.
 */
function unverified(
  message: Uint8Array,
  tsig: FoundTsig,
  { why, nowSeconds }: { why: "FORMERR" | "BADKEY" | "BADSIG"; nowSeconds: number },
): CheckedRequest {
  const plain = refusal(message, why === "FORMERR" ? Rcode.FORMERR : Rcode.NOTAUTH, tsig.hasOpt);
  const record: TsigRecord = {
    keyName: tsig.keyName,
    algorithm: tsig.algorithm,
    timeSignedSeconds: nowSeconds,
    fudgeSeconds: limits.fudgeSeconds,
    mac: noOctets,
    originalId: u16(message, 0),
    error: why === "BADKEY" ? TsigRcode.BADKEY : TsigRcode.BADSIG,
    other: noOctets,
  };
  const writer = new WireWriter({ size: plain.length + tsigRecordOctets(record, 0) });
  writer.bytes(plain);
  writer.patchU16(10, u16(plain, 10) + 1);
  writeTsigRecord(record, writer);
  return { state: "bad", why, response: writer.octets };
}

function formatError(message: Uint8Array): CheckedRequest {
  return { state: "bad", why: "FORMERR", response: refusal(message, Rcode.FORMERR, false) };
}

/** The header, the question where there is one that can be read, and OPT. */
function refusal(message: Uint8Array, rcode: number, hasOpt: boolean): Uint8Array {
  const end = questionEnd(message);
  const response = new Uint8Array(end + (hasOpt ? optOctets : 0));
  response.set(message.subarray(0, Math.min(end, message.length)));
  response[2] = 0x80 | (message[2]! & 0x79); // QR; opcode and RD as they were. RFC 1035 §4.1.1
  response[3] = (message[3]! & 0x10) | rcode; // CD as it was. RFC 4035 §3.2.2
  response.fill(0, 4, headerOctets);
  if (end > headerOctets) response[5] = 1;
  if (hasOpt) {
    response[11] = 1;
    response[end + 2] = RRType.OPT;
    response[end + 3] = dnsLimits.udpPayloadOctetsDefault >>> 8;
    response[end + 4] = dnsLimits.udpPayloadOctetsDefault & 0xff;
  }
  return response;
}

function questionEnd(message: Uint8Array): number {
  if (u16(message, 4) !== 1) return headerOctets;
  let at = headerOctets;
  while (at < message.length && message[at]! > 0 && message[at]! <= 63) at += 1 + message[at]!;
  const isWhole = at + 5 <= message.length && message[at] === 0 && at - headerOctets < 255;
  return isWhole ? at + 5 : headerOctets;
}

function timeOctets(seconds: number): Uint8Array {
  const writer = new WireWriter({ size: 6 });
  writer.u48(seconds);
  return writer.octets;
}

function u16(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}
