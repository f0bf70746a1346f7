/** Signs what is answered to a signed request: one message, or a stream of them. RFC 8945 §5.3. */

import { algorithmFacts } from "#platform/tsig/algorithms.ts";
import type { TsigKey } from "#platform/tsig/key.ts";
import { limits } from "#platform/tsig/limits.ts";
import { finishMac, startMac } from "#platform/tsig/mac.ts";
import {
  noOctets,
  tsigRecordOctets,
  writeTsigRecord,
  writeTsigTimers,
  writeTsigVariables,
} from "#protocols/dns/tsig-record.ts";
import { WireWriter, wireOctetsMax } from "#protocols/dns/wire.ts";

interface SignedRequest {
  readonly key: TsigKey;
  /** As it came, perhaps cut; the first response signs it too. */
  readonly mac: Uint8Array;
  /** Of the header as it came: what answers must have, and what a forwarder may have changed. */
  readonly id: number;
}

/** What a response says about the request's signature besides its own time. */
interface TsigVerdict {
  /** An rcode of TSIG. */
  readonly error: number;
  /** RFC 8945 §5.2.3: that of the request, where its time is what was wrong. */
  readonly timeSignedSeconds: number;
  readonly other: Uint8Array;
}

export class ResponseSigner {
  /** That a signature adds to a message, at most. */
  readonly octets: number;
  readonly #key: TsigKey;
  readonly #id: number;
  /** RFC 8945 §5.2.2.1: answers are cut as the request was, but not shorter than the key wants. */
  readonly #macOctets: number;
  /** Of the message before: of the request at first. */
  #priorMac: Uint8Array;
  #isFirst = true;

  constructor({ key, mac, id }: SignedRequest) {
    const { name, macOctets } = algorithmFacts[key.algorithm];
    this.#key = key;
    this.#id = id;
    this.#macOctets = Math.min(Math.max(mac.length, key.macOctetsMin ?? 0), macOctets);
    this.#priorMac = mac;
    this.octets = tsigRecordOctets({ keyName: key.name, algorithm: name }, this.#macOctets);
  }

  /**
   * A copy of the response with the id of the request and a signature. Called again, it signs the next
   * message of the stream.
   * @param nowSeconds since 1970
   * @throws RangeError where there is no room: leave `octets` below 65,535
   */
  sign(response: Uint8Array, nowSeconds: number): Uint8Array {
    return this.signWith(response, { error: 0, timeSignedSeconds: nowSeconds, other: noOctets });
  }

  /** `sign` with something to say about the request. */
  signWith(response: Uint8Array, { error, timeSignedSeconds, other }: TsigVerdict): Uint8Array {
    const additionals = ((response[10]! << 8) | response[11]!) + 1;
    const octets = response.length + this.octets + other.length;
    if (octets > wireOctetsMax || additionals > 0xffff) {
      throw new RangeError(`a response of ${response.length} octets leaves no room for its signature`);
    }
    const variables = {
      keyName: this.#key.name,
      algorithm: algorithmFacts[this.#key.algorithm].name,
      timeSignedSeconds,
      fudgeSeconds: limits.fudgeSeconds,
      error,
      other,
    };
    const mac = this.#macOf(response, variables);
    const writer = new WireWriter({ size: octets });
    writer.bytes(response);
    writer.patchU16(0, this.#id);
    writer.patchU16(10, additionals);
    writeTsigRecord({ ...variables, mac, originalId: this.#id }, writer);
    this.#priorMac = mac;
    this.#isFirst = false;
    return writer.octets;
  }

  /** RFC 8945 §5.3: the MAC before, the message, then all variables at first and the timers afterwards. */
  #macOf(response: Uint8Array, variables: Parameters<typeof writeTsigVariables>[0]): Uint8Array {
    const input = startMac(this.#key);
    input.u16(this.#priorMac.length);
    input.bytes(this.#priorMac);
    const messageAt = input.at;
    input.bytes(response);
    input.patchU16(messageAt, this.#id);
    if (this.#isFirst) writeTsigVariables(variables, input);
    else writeTsigTimers(variables, input);
    const mac = finishMac();
    return mac.length === this.#macOctets ? mac : mac.subarray(0, this.#macOctets);
  }
}
