import assert from "node:assert/strict";
import test from "node:test";
import type { TsigKey } from "#platform/tsig/key.ts";
import { type Name, parseName } from "#protocols/dns/name.ts";
import { noOctets, writeTsigRecord } from "#protocols/dns/tsig-record.ts";
import { WireWriter } from "#protocols/dns/wire.ts";
import { type CheckedRequest, checkRequest } from "./check-request.ts";
import {
  algorithmVectors,
  badTimeResponse,
  forwardedUpdate,
  longSecretUpdates,
  vectorTimeSeconds as now,
  plainResponse,
  plainUpdate,
  vectorSecret,
} from "./vectors.cases.ts";

const name = parseName("rndc-key.");
const octets = (hex: string): Uint8Array => Uint8Array.fromHex(hex);

function check(hex: string, key: Partial<TsigKey> = {}, nowSeconds = now): CheckedRequest {
  const whole: TsigKey = { name, algorithm: "hmac-sha256", secret: octets(vectorSecret), ...key };
  return checkRequest(octets(hex), new Map([[whole.name, whole]]), nowSeconds);
}

for (const { algorithm, update, response, next, cutUpdate, cutResponse } of algorithmVectors) {
  test(`${algorithm}: a signed update is good, and its answers are signed, one after another`, () => {
    const checked = check(update, { algorithm });
    assert(checked.state === "good", JSON.stringify(checked));
    assert.equal(checked.key.name, name);
    assert.equal(checked.body.toHex(), plainUpdate);
    const first = checked.signer.sign(octets(plainResponse), now);
    assert.equal(first.toHex(), response);
    assert.equal(first.length, octets(plainResponse).length + checked.signer.octets);
    assert.equal(checked.signer.sign(octets(plainResponse), now + 7).toHex(), next);
  });
  test(`${algorithm}: a MAC cut to half of its length is good, and so is its answer's`, () => {
    const checked = check(cutUpdate, { algorithm });
    assert(checked.state === "good", JSON.stringify(checked));
    assert.equal(checked.signer.sign(octets(plainResponse), now).toHex(), cutResponse);
  });
}

for (const algorithm of ["hmac-sha256", "hmac-sha512"] as const) {
  test(`${algorithm}: a secret longer than a block is hashed first`, () => {
    const secret = Uint8Array.from({ length: 200 }, (_, index) => index);
    assert.equal(check(longSecretUpdates[algorithm], { algorithm, secret }).state, "good");
  });
}

test("an update without TSIG is unsigned", () => {
  assert.deepEqual(check(plainUpdate), { state: "unsigned" });
});

test("a forwarder's id is for the answer, the original one for the digest and the body", () => {
  const checked = check(forwardedUpdate);
  assert(checked.state === "good");
  assert.equal(checked.body.toHex(), plainUpdate);
  assert.equal(checked.signer.sign(octets(plainResponse), now).subarray(0, 2).toHex(), "bbbb");
});

test("a response that leaves no room for its signature is refused", () => {
  const checked = check(vector("hmac-sha256"));
  assert(checked.state === "good");
  assert.throws(() => checked.signer.sign(new Uint8Array(65_500), now), RangeError);
});

for (const [seconds, state] of [
  [-301, "bad"],
  [-300, "good"],
  [300, "good"],
  [301, "bad"],
] as const) {
  test(`a message is ${state} when our clock is ${seconds} s from the client's`, () => {
    assert.equal(check(vector("hmac-sha256"), {}, now + seconds).state, state);
  });
}

test("BADTIME is signed at the client's time, with ours beside it", () => {
  const checked = check(vector("hmac-sha256"), {}, now + 301);
  assert(checked.state === "bad");
  assert.equal(checked.why, "BADTIME");
  assert.equal(checked.response.toHex(), badTimeResponse);
});

test("BADTRUNC is signed, with a MAC as long as the key wants", () => {
  const cut = algorithmVectors.find(({ algorithm }) => algorithm === "hmac-sha256")!.cutUpdate;
  assert.equal(check(cut, { macOctetsMin: 16 }).state, "good");
  const checked = check(cut, { macOctetsMin: 24 });
  assert(checked.state === "bad");
  assert.equal(checked.why, "BADTRUNC");
  assert.deepEqual(tsigOf(checked.response), { rcode: 9, macOctets: 24, error: 22 });
});

const tsigAt = plainUpdate.length / 2;
const rdataAt = tsigAt + name.length + 10;
const algorithmOctets = 13;
const macSizeAt = rdataAt + algorithmOctets + 8;

/** What happens to the signed update, which octets of it are changed for that, and what is said of it. */
const changes: readonly [what: string, change: (message: Uint8Array) => Uint8Array, want: string][] = [
  ["a flag is changed", set(3, 1), "BADSIG"],
  ["the id is changed, and the original id with it", setBoth(1, rdataAt + algorithmOctets + 42), "BADSIG"],
  ["an octet of the update is changed", set(tsigAt - 1, 10), "BADSIG"],
  ["the owner is another key", set(tsigAt + 1, 0x73), "BADKEY"],
  ["the owner is in upper case", set(tsigAt + 1, 0x52), "good"],
  ["the owner is a pointer to a name before", splice(tsigAt, name.length, "c00c"), "BADKEY"],
  ["the owner is a pointer to itself", splice(tsigAt, name.length, "c042"), "FORMERR"],
  ["the owner has a label of a type that is not there", set(tsigAt, 0x48), "FORMERR"],
  ["the type is another", set(tsigAt + name.length + 1, 251), "unsigned"],
  ["the class is IN", splice(tsigAt + name.length + 2, 2, "0001"), "FORMERR"],
  ["the TTL is 1", set(tsigAt + name.length + 7, 1), "FORMERR"],
  ["the TTL is huge", set(tsigAt + name.length + 4, 0x80), "FORMERR"],
  ["the length of the data is one more than there is", add(tsigAt + name.length + 9, 1), "FORMERR"],
  ["the length of the data is one less than there is", add(tsigAt + name.length + 9, -1), "FORMERR"],
  ["the length of the data is 0", set(tsigAt + name.length + 9, 0), "FORMERR"],
  ["the algorithm is unknown", set(rdataAt + 5, 0x7a), "BADKEY"],
  ["the algorithm is not the key's", splice(rdataAt + 1, 11, hexOf("hmac-sha224")), "BADKEY"],
  ["the algorithm is in upper case", splice(rdataAt + 1, 11, hexOf("HMAC-SHA256")), "good"],
  ["the algorithm is a pointer", splice(rdataAt, 2, "c00c"), "FORMERR"],
  ["the algorithm is longer than the record", set(rdataAt, 0x3f), "FORMERR"],
  ["the upper half of the time is changed", set(rdataAt + algorithmOctets, 1), "BADSIG"],
  ["the time is changed", add(rdataAt + algorithmOctets + 5, 1), "BADSIG"],
  ["the fudge is changed", set(rdataAt + algorithmOctets + 6, 0xff), "BADSIG"],
  ["the MAC is said to be longer than the record", set(macSizeAt, 0xff), "FORMERR"],
  ["the MAC is said to be one octet shorter", add(macSizeAt + 1, -1), "FORMERR"],
  ["the MAC is one octet longer", resizeMac(33), "FORMERR"],
  ["the MAC is one octet shorter", resizeMac(31), "good"],
  ["the MAC is shorter than half", resizeMac(15), "FORMERR"],
  ["the MAC has one octet", resizeMac(1), "FORMERR"],
  ["there is no MAC", resizeMac(0), "BADSIG"],
  ["the first octet of the MAC is changed", add(macSizeAt + 2, 1), "BADSIG"],
  ["the last octet of the MAC is changed", add(macSizeAt + 2 + 31, 1), "BADSIG"],
  ["the original id is changed", add(macSizeAt + 2 + 32, 1), "BADSIG"],
  ["the error is changed", set(macSizeAt + 2 + 35, 17), "BADSIG"],
  ["other data is said to be there", set(macSizeAt + 2 + 37, 1), "FORMERR"],
  ["the record is cut", (message) => message.slice(0, -1), "FORMERR"],
  ["the record is not there", (message) => message.slice(0, tsigAt), "FORMERR"],
  ["octets stand behind the record", (message) => joined(message, octets("000000")), "good"],
  ["the record is there twice", twice, "FORMERR"],
  ["another record follows", followed, "FORMERR"],
  ["it stands in the authority section", (message) => set(11, 0)(set(9, 2)(message)), "FORMERR"],
  ["there are two questions", set(5, 2), "FORMERR"],
  ["there is no question", (message) => set(5, 0)(splice(12, 17, "")(message)), "FORMERR"],
];

for (const [what, change, want] of changes) {
  test(`${want} when ${what}`, () => {
    const message = change(octets(vector("hmac-sha256")));
    const checked = check(message.toHex());
    assert.equal(checked.state === "bad" ? checked.why : checked.state, want);
    if (checked.state !== "bad") return;
    const { response } = checked;
    assert.equal(response.subarray(0, 2).toHex(), message.subarray(0, 2).toHex(), "the id of the request");
    assert.equal(response[2], 0xa8, "a response to an update");
    assert.equal(response[3]! & 15, want === "FORMERR" ? 1 : 9);
    if (response[11] === 0) assert.equal(want, "FORMERR");
    else {
      const error = want === "BADKEY" ? 17 : 16;
      assert.deepEqual(tsigOf(response), { rcode: response[3]! & 15, macOctets: 0, error });
    }
  });
}

test("a request cut anywhere is FORMERR, or unsigned, and nothing is thrown", () => {
  const message = octets(vector("hmac-sha512"));
  for (let length = 12; length < message.length; length++) {
    const checked = checkRequest(message.slice(0, length), new Map(), now);
    assert.equal(checked.state === "bad" ? checked.why : checked.state, "FORMERR");
  }
});

test("what refuses a request with OPT has OPT too, before its TSIG", () => {
  const message = splice(tsigAt, 0, "00002904d0000000000000")(octets(vector("hmac-sha256")));
  const checked = check(set(11, 2)(message).toHex());
  assert(checked.state === "bad");
  assert.equal(checked.why, "BADSIG");
  assert.equal(checked.response[11], 2);
  assert.equal(checked.response.subarray(29, 40).toHex(), "00002904d0000000000000");
});

function vector(algorithm: string): string {
  return algorithmVectors.find((one) => one.algorithm === algorithm)!.update;
}

/** Of a message whose only name besides the question's is that of the key. */
function tsigOf(response: Uint8Array): { rcode: number; macOctets: number; error: number } {
  const view = new DataView(response.buffer, response.byteOffset, response.length);
  let at = 29; // behind the question
  while (response[at] !== 0) at += 1 + response[at]!;
  at += 11;
  while (response[at] !== 0) at += 1 + response[at]!;
  const macOctets = view.getUint16(at + 9);
  return { rcode: response[3]! & 15, macOctets, error: view.getUint16(at + 13 + macOctets) };
}

type Change = (message: Uint8Array) => Uint8Array;

function set(at: number, value: number): Change {
  return (message) => {
    const changed = message.slice();
    changed[at] = value;
    return changed;
  };
}

function add(at: number, difference: number): Change {
  return (message) => set(at, message[at]! + difference)(message);
}

function setBoth(one: number, other: number): Change {
  return (message) => add(one, 1)(add(other, 1)(message));
}

function splice(at: number, count: number, hex: string): Change {
  return (message) => joined(message.subarray(0, at), octets(hex), message.subarray(at + count));
}

function resizeMac(length: number): Change {
  return (message) => {
    const mac = new Uint8Array(length);
    mac.set(message.subarray(macSizeAt + 2, macSizeAt + 2 + Math.min(length, 32)));
    const writer = new WireWriter();
    writeTsigRecord(
      {
        keyName: name,
        algorithm: "\x0bhmac-sha256\0" as Name,
        timeSignedSeconds: now,
        fudgeSeconds: 300,
        mac,
        originalId: 0x4a11,
        error: 0,
        other: noOctets,
      },
      writer,
    );
    return joined(message.subarray(0, tsigAt), writer.finish());
  };
}

function twice(message: Uint8Array): Uint8Array {
  return set(11, 2)(joined(message, message.subarray(tsigAt)));
}

function followed(message: Uint8Array): Uint8Array {
  return set(11, 2)(joined(message, octets("0000010001000000000004c0000201")));
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function hexOf(text: string): string {
  return Buffer.from(text).toString("hex");
}
