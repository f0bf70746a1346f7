/** The client's side: signs a request, verifies what is answered. RFC 8945 §5.1, §5.3.1, §5.4. */
import { createHmac, type Hmac, timingSafeEqual } from "node:crypto";
import {
  type FoundTsig,
  findTsig,
  noOctets,
  TsigRcode,
  type TsigRecord,
  tsigRecordOctets,
  withoutTsig,
  writeTsigRecord,
  writeTsigTimers,
  writeTsigVariables,
} from "#protocols/dns/tsig-record.ts";
import { WireWriter, wireOctetsMax } from "#protocols/dns/wire.ts";
import { algorithmFacts, macOctetsLeast } from "./algorithms.ts";
import type { TsigKey } from "./key.ts";
import { limits } from "./limits.ts";
import { finishMac, startMac } from "./mac.ts";
import { TsigError } from "./tsig-error.ts";

export { TsigError } from "./tsig-error.ts";

/**
 * One request and its answers. Messages without a signature are digested as they come, so that a long stream
 * takes no memory here; what they brought counts only once a later one is signed, which `finish` makes sure
 * of.
 */
export class ClientSignature {
  readonly #key: TsigKey;
  /** Since the last signed message: its MAC, then what came without a signature. */
  #digest: Hmac | undefined;
  #isFirst = true;
  #unsigned = 0;

  constructor(key: TsigKey) {
    this.#key = key;
  }

  /** That `sign` adds to a request. */
  get octets(): number {
    const { name: algorithm, macOctets } = algorithmFacts[this.#key.algorithm];
    return tsigRecordOctets({ keyName: this.#key.name, algorithm }, macOctets);
  }

  /**
   * The request with its signature. Called again, it begins a new exchange: a request that is sent anew later
   * needs a signature of then.
   * @param nowSeconds since 1970
   * @throws RangeError where a message of 65,535 octets has no room for it
   */
  sign(request: Uint8Array, nowSeconds: number): Uint8Array {
    const size = request.length + this.octets;
    if (size > wireOctetsMax) {
      throw new RangeError(`a request of ${request.length} octets leaves no room for its signature`);
    }
    const variables = {
      keyName: this.#key.name,
      algorithm: algorithmFacts[this.#key.algorithm].name,
      timeSignedSeconds: nowSeconds,
      fudgeSeconds: limits.fudgeSeconds,
      error: 0,
      other: noOctets,
    };
    const input = startMac(this.#key);
    input.bytes(request);
    writeTsigVariables(variables, input);
    const mac = finishMac();
    const writer = new WireWriter({ size });
    writer.bytes(request);
    writer.patchU16(10, u16(request, 10) + 1);
    writeTsigRecord({ ...variables, mac, originalId: u16(request, 0) }, writer);
    this.#isFirst = true;
    this.#continueFrom(mac);
    return writer.octets;
  }

  /**
   * An answer without its signature; called again, it takes the next message of the stream.
   * @param nowSeconds since 1970
   * @throws TsigError when it is not to be believed, or refuses the request's signature
   * @throws WireError when it is no message
   */
  verify(response: Uint8Array, nowSeconds: number): Uint8Array {
    const digest = this.#digest;
    if (digest === undefined) throw new Error("nothing was signed that this could be the answer to");
    const tsig = findTsig(response);
    if (tsig === undefined) return this.#takeUnsigned(response, digest);
    const fail = (why: TsigError["why"]): never => {
      throw new TsigError(why, response[3]! & 15, peerSeconds(tsig));
    };
    // RFC 8945 §5.3.2: whoever refuses a key or a MAC cannot sign that
    if (tsig.mac.length === 0) fail(tsig.error === 0 ? "wrong-mac" : refusalOf(tsig.error));
    const { algorithm, name, macOctetsMin = 0 } = this.#key;
    if (tsig.keyName !== name || tsig.algorithm !== algorithmFacts[algorithm].name) fail("other-key");
    const body = withoutTsig(response, tsig.at, tsig.originalId);
    digest.update(body);
    digest.update(this.#signedFields(tsig));
    this.#digest = undefined;
    const whole = digest.digest();
    const { mac } = tsig;
    const isCutTooShort = mac.length < Math.max(macOctetsMin, macOctetsLeast(algorithm));
    if (isCutTooShort || mac.length > whole.length) fail("wrong-mac");
    if (!timingSafeEqual(whole.subarray(0, mac.length), mac)) fail("wrong-mac");
    if (tsig.error !== 0) fail(refusalOf(tsig.error));
    if (Math.abs(nowSeconds - tsig.timeSignedSeconds) > tsig.fudgeSeconds) fail("wrong-time");
    this.#isFirst = false;
    this.#unsigned = 0;
    this.#continueFrom(mac);
    body.set(response.subarray(0, 2)); // the id by which the request is known here
    return body;
  }

  /**
   * To be called when the last message has come.
   * @throws TsigError when it was not signed, RFC 8945 §5.3.1: then nothing since the last signed one counts
   */
  finish(): void {
    if (this.#isFirst || this.#unsigned > 0) throw new TsigError("not-signed", 0);
  }

  /** RFC 8945 §5.3.1: the first must be signed, and one of a hundred. */
  #takeUnsigned(response: Uint8Array, digest: Hmac): Uint8Array {
    const rcode = response[3]! & 15;
    if (this.#isFirst) throw new TsigError("not-signed", rcode);
    if (++this.#unsigned > limits.unsignedInARowMax) throw new TsigError("too-many-unsigned", rcode);
    digest.update(response);
    return response;
  }

  #signedFields(tsig: TsigRecord): Uint8Array {
    const writer = new WireWriter();
    if (this.#isFirst) writeTsigVariables(tsig, writer);
    else writeTsigTimers(tsig, writer);
    return writer.octets.subarray(0, writer.at);
  }

  #continueFrom(mac: Uint8Array): void {
    const { algorithm, secret } = this.#key;
    this.#digest = createHmac(algorithmFacts[algorithm].hash, secret);
    this.#digest.update(Uint8Array.of(0, mac.length));
    this.#digest.update(mac);
  }
}

function refusalOf(error: number): TsigError["why"] {
  switch (error) {
    case TsigRcode.BADKEY:
      return "BADKEY";
    case TsigRcode.BADSIG:
      return "BADSIG";
    case TsigRcode.BADTIME:
      return "BADTIME";
    case TsigRcode.BADTRUNC:
      return "BADTRUNC";
    default:
      return "unknown-error";
  }
}

/** RFC 8945 §5.2.3. */
function peerSeconds({ error, other }: FoundTsig): number | undefined {
  if (error !== TsigRcode.BADTIME || other.length !== 6) return undefined;
  return u16(other, 0) * 0x100000000 + u16(other, 2) * 0x10000 + u16(other, 4);
}

function u16(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}
