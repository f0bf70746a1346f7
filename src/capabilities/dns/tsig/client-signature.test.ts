import assert from "node:assert/strict";
import test from "node:test";
import { ClientSignature, TsigError } from "#platform/tsig/client-signature.ts";
import type { TsigKey } from "#platform/tsig/key.ts";
import { parseName } from "#protocols/dns/name.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { checkRequest } from "./check-request.ts";
import { ResponseSigner } from "./response-signer.ts";
import {
  algorithmVectors,
  badTimeResponse,
  vectorTimeSeconds as now,
  plainResponse,
  plainUpdate,
  responsesWithCutMac,
  sparseStream,
  sparseStreamEndSeconds,
  vectorSecret,
} from "./vectors.cases.ts";

const octets = (hex: string): Uint8Array => Uint8Array.fromHex(hex);
const key: TsigKey = { name: parseName("rndc-key."), algorithm: "hmac-sha256", secret: octets(vectorSecret) };
const vector = algorithmVectors.find(({ algorithm }) => algorithm === "hmac-sha256")!;

function signed(change: Partial<TsigKey> = {}): ClientSignature {
  const signature = new ClientSignature({ ...key, ...change });
  signature.sign(octets(plainUpdate), now);
  return signature;
}

/** What the server answers to the update, at first and then. */
function answers(changes: { keys?: TsigKey[]; nowSeconds?: number } = {}): { response: Uint8Array } {
  const { keys = [key], nowSeconds = now } = changes;
  const request = new ClientSignature(key).sign(octets(plainUpdate), now);
  const checked = checkRequest(request, new Map(keys.map((one) => [one.name, one])), nowSeconds);
  if (checked.state === "bad") return checked;
  assert(checked.state === "good");
  return { response: checked.signer.sign(octets(plainResponse), nowSeconds) };
}

for (const { algorithm, update, response, next } of algorithmVectors) {
  test(`${algorithm}: a request is signed, and two answers are verified`, () => {
    const signature = new ClientSignature({ ...key, algorithm });
    assert.equal(signature.sign(octets(plainUpdate), now).toHex(), update);
    assert.equal(update.length / 2, plainUpdate.length / 2 + signature.octets);
    assert.equal(signature.verify(octets(response), now).toHex(), plainResponse);
    assert.equal(signature.verify(octets(next), now + 7).toHex(), plainResponse);
    signature.finish();
  });
}

test("messages of a stream between signed ones are verified by the next signed one", () => {
  const signature = signed();
  for (const message of sparseStream) {
    assert.equal(signature.verify(octets(message), sparseStreamEndSeconds).toHex(), plainResponse);
  }
  signature.finish();
});

const [first = "", second = "", , last = ""] = sparseStream;
const changed = (hex: string, at: number): string => {
  const message = octets(hex);
  message[at]! ^= 1;
  return message.toHex();
};

/** What comes, when, and what is wrong with the last of it. */
const refused: readonly [
  what: string,
  messages: readonly string[],
  why: TsigError["why"],
  seconds?: number,
][] = [
  ["nothing is signed", [plainResponse], "not-signed"],
  ["the message was changed", [changed(vector.response, 14)], "wrong-mac"],
  ["the MAC was changed", [changed(vector.response, 90)], "wrong-mac"],
  ["the MAC is one for another algorithm", [algorithmVectors[5]!.response], "other-key"],
  ["another key signed it", [changed(vector.response, 31)], "other-key"],
  ["an unsigned message of a stream was changed", [first, changed(second, 14), second, last], "wrong-mac"],
  ["an unsigned message of a stream is missing", [first, second, last], "wrong-mac"],
  ["messages of a stream were exchanged", [vector.next], "wrong-mac"],
  ["a message of a stream comes twice", [vector.response, vector.response], "wrong-mac"],
  ["a hundred messages come without a signature", [first, ...Array(100).fill(second)], "too-many-unsigned"],
  ["it was signed long ago", [vector.response], "wrong-time", now + 301],
  ["it was signed in the future", [vector.response], "wrong-time", now - 301],
];

for (const [what, messages, why, seconds = now] of refused) {
  test(`an answer is refused when ${what}`, () => {
    const signature = signed();
    for (const message of messages.slice(0, -1)) signature.verify(octets(message), seconds);
    assert.throws(
      () => signature.verify(octets(messages.at(-1)!), seconds),
      (error: unknown) => error instanceof TsigError && error.why === why,
    );
  });
}

test("99 messages without a signature are taken", () => {
  const signature = signed();
  signature.verify(octets(first), now);
  for (let i = 0; i < 99; i++) signature.verify(octets(second), now);
});

const whoRefuses: readonly [what: string, answer: { response: Uint8Array }, want: Partial<TsigError>][] = [
  ["BADKEY", answers({ keys: [] }), { why: "BADKEY", rcode: 9 }],
  ["BADSIG", answers({ keys: [{ ...key, secret: octets("00") }] }), { why: "BADSIG", rcode: 9 }],
  ["BADTIME", answers({ nowSeconds: now + 301 }), { why: "BADTIME", rcode: 9, peerSeconds: now + 301 }],
  [
    "BADTIME, by the vector",
    { response: octets(badTimeResponse) },
    { why: "BADTIME", peerSeconds: now + 301 },
  ],
];
for (const [what, { response }, want] of whoRefuses) {
  test(`a server's ${what} is told`, () => {
    assert.throws(() => signed().verify(response, now), want);
  });
}

test("a server's BADTRUNC is told when its MAC is right", () => {
  const mac = octets(vector.update).subarray(-38, -6);
  const signer = new ResponseSigner({ key, mac, id: 0x4a11 });
  const verdict = { error: 22, timeSignedSeconds: now, other: new Uint8Array(0) };
  const refusal = signer.signWith(octets(plainResponse), verdict);
  assert.throws(() => signed().verify(refusal, now), { why: "BADTRUNC" });
  assert.throws(() => signed().verify(octets(changed(refusal.toHex(), 14)), now), { why: "wrong-mac" });
});

test("a MAC cut to half of its length is taken, unless the key wants more; a shorter one is not", () => {
  const { 16: half, 15: less } = responsesWithCutMac;
  assert.equal(signed().verify(octets(half), now).toHex(), plainResponse);
  assert.throws(() => signed().verify(octets(less), now), { why: "wrong-mac" });
  assert.throws(() => signed({ macOctetsMin: 24 }).verify(octets(half), now), { why: "wrong-mac" });
});

test("a stream whose last message is not signed has no end", () => {
  const signature = signed();
  assert.throws(() => signature.finish(), { why: "not-signed" });
  signature.verify(octets(first), now);
  signature.finish();
  signature.verify(octets(second), now);
  assert.throws(() => signature.finish(), { why: "not-signed" });
});

test("what is no message is a WireError, at every length", () => {
  for (let length = 0; length < vector.response.length / 2; length++) {
    assert.throws(() => signed().verify(octets(vector.response).slice(0, length), now), WireError);
  }
});

test("a request that leaves no room for its signature is refused", () => {
  assert.throws(() => new ClientSignature(key).sign(new Uint8Array(65_500), now), RangeError);
});
