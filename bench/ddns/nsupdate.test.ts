import assert from "node:assert/strict";
import { test } from "node:test";
import { nsupdateText } from "./nsupdate.ts";

const target = { port: 53, zone: "z.example", key: "k", algorithm: "hmac-sha256", secret: "c2VjcmV0" };
const textFor = (names: number): string[] =>
  nsupdateText(target, { names, address: "198.18.0.1" }).split("\n");

test("nsupdate replaces the address of each name", () => {
  assert.deepEqual(textFor(1), [
    "server 127.0.0.1 53",
    "zone z.example",
    "key hmac-sha256:k c2VjcmV0",
    "update delete host0000000.z.example A",
    "update add host0000000.z.example 60 A 198.18.0.1",
    "send",
    "",
  ]);
});

for (const [names, messages] of [
  [500, 1],
  [501, 2],
  [10_000, 20],
] as const) {
  test(`${names} names go in ${messages} messages`, () => {
    assert.equal(textFor(names).filter((line) => line === "send").length, messages);
  });
}
