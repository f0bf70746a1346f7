/**
 * HMAC (RFC 2104 §2) of what is written to a buffer that is used over and over.
 *
 * It is made of two whole hashes: for messages of a few hundred octets that takes two thirds of the time of
 * `createHmac`, which makes an object and a buffer for each (measured on Node 26: 2.3 µs, not 3.4).
 */
import { hash } from "node:crypto";
import { WireWriter, wireOctetsMax } from "#protocols/dns/wire.ts";
import { algorithmFacts } from "./algorithms.ts";
import type { TsigKey } from "./key.ts";

/** What of a key is the same for every message. */
interface PreparedKey {
  readonly hash: string;
  readonly innerPad: Uint8Array;
  /** The outer pad, with room for a digest. */
  readonly outer: Uint8Array;
  readonly outerDigest: Uint8Array;
}

/** A block, an earlier MAC, a message, and the record's variables with two names of 255 octets. */
const inputOctetsMax = 128 + 66 + wireOctetsMax + 2 * 255 + 64;

const input = new WireWriter({ size: 2048, limit: inputOctetsMax });
const preparedKeys = new WeakMap<TsigKey, PreparedKey>();
let current: PreparedKey | undefined;

/**
 * Starts a MAC of what is written to the returned buffer; `finishMac` must be called before another starts.
 */
export function startMac(key: TsigKey): WireWriter {
  current = preparedKeys.get(key);
  if (current === undefined) {
    current = prepareKey(key);
    preparedKeys.set(key, current);
  }
  input.reset();
  input.bytes(current.innerPad);
  return input;
}

export function finishMac(): Uint8Array {
  const { hash: name, outer, outerDigest } = current!;
  outerDigest.setFromHex(hash(name, input.octets.subarray(0, input.at), "hex"));
  return Uint8Array.fromHex(hash(name, outer, "hex"));
}

function prepareKey({ algorithm, secret }: TsigKey): PreparedKey {
  const { hash: name, blockOctets, macOctets } = algorithmFacts[algorithm];
  const whole = secret.length > blockOctets ? hash(name, secret, "buffer") : secret;
  const innerPad = new Uint8Array(blockOctets).fill(0x36);
  const outer = new Uint8Array(blockOctets + macOctets).fill(0x5c, 0, blockOctets);
  for (let i = 0; i < whole.length; i++) {
    innerPad[i]! ^= whole[i]!;
    outer[i]! ^= whole[i]!;
  }
  return { hash: name, innerPad, outer, outerDigest: outer.subarray(blockOctets) };
}
