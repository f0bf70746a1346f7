import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerCookies } from "./cookies.ts";
import { sipHash24 } from "./siphash.ts";

const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(text.replaceAll(" ", ""));

test("SipHash-2-4 gives the authors' vectors", () => {
  const key = Uint8Array.from({ length: 16 }, (_, i) => i);
  const input = Uint8Array.from({ length: 64 }, (_, i) => i);
  for (const [length, want] of [
    [0, "310e0edd47db6f72"],
    [1, "fd67dc93c539f874"],
    [7, "37d1018bf50002ab"],
    [8, "6224939a79f5f593"],
    [15, "e545be4961ca29a1"],
  ] as const) {
    const hash = new Uint8Array(8);
    sipHash24(key, input, length, hash);
    assert.equal(hash.toHex(), want, `${length} octets`);
  }
});

const secret = hex("e5e973e5a6b2a43f48e7dc849e37bfcf");
const client = hex("2464c4abcf10c957");
const address = Uint8Array.of(198, 51, 100, 100);

test("the server cookie is the one of RFC 9018 appendix A.1", () => {
  const cookie = new Uint8Array(24);
  cookie.set(client);
  new ServerCookies(secret).make(cookie, 0, address, 1_559_731_985, cookie, 8);
  assert.equal(cookie.toHex(), "2464c4abcf10c957010000005cf79f111f8130c3eee29480");
});

for (const [why, at] of [
  ["a cookie whose hash was changed is not good", 23],
  ["a cookie of another client cookie is not good", 0],
  ["a cookie of another version is not good", 8],
] as const) {
  test(why, () => {
    const cookies = new ServerCookies(secret);
    const cookie = new Uint8Array(24);
    cookie.set(client);
    cookies.make(cookie, 0, address, 1000, cookie, 8);
    cookie[at]! ^= 2;
    assert.equal(cookies.isGood(cookie, 0, 24, address, 1010), false);
  });
}

for (const [why, laterSeconds, good] of [
  ["a cookie of an hour ago is good", 3600, true],
  ["a cookie of more than an hour ago is not", 3601, false],
  ["a cookie from 5 minutes ahead is good", -300, true],
  ["a cookie from further ahead is not", -301, false],
] as const) {
  test(why, () => {
    const cookies = new ServerCookies(secret);
    const cookie = new Uint8Array(24);
    cookie.set(client);
    cookies.make(cookie, 0, address, 100_000, cookie, 8);
    assert.equal(cookies.isGood(cookie, 0, 24, address, 100_000 + laterSeconds), good);
  });
}

test("a cookie of another address is not good", () => {
  const cookies = new ServerCookies(secret);
  const cookie = new Uint8Array(24);
  cookie.set(client);
  cookies.make(cookie, 0, address, 1000, cookie, 8);
  assert.equal(cookies.isGood(cookie, 0, 24, Uint8Array.of(198, 51, 100, 101), 1000), false);
});
