import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerReader, codeOf, updateRequest } from "./update-messages.ts";

test("an update says who asks, for which name, and which address", () => {
  const request = updateRequest({ name: "a.example", secret: "secret", address: "198.18.0.1" });
  const [line, ...headers] = request.split("\r\n");
  assert.equal(line, "GET /nic/update?hostname=a.example&myip=198.18.0.1 HTTP/1.1");
  assert.ok(headers.includes(`Authorization: Basic ${btoa("a.example:secret")}`));
  assert.deepEqual(headers.slice(-2), ["", ""]);
});

const answer = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nDate: now\r\n\r\n${body}`;

for (const [why, parts, bodies] of [
  ["whole", [answer("good 1\n")], ["good 1\n"]],
  ["two at once", [answer("good 1\n") + answer("nochg 1\n")], ["good 1\n", "nochg 1\n"]],
  ["in pieces", [answer("good 1\n").slice(0, 20), answer("good 1\n").slice(20)], ["good 1\n"]],
  ["cut within the body", [answer("good 1\n").slice(0, -3), answer("good 1\n").slice(-3)], ["good 1\n"]],
  ["empty", [answer("")], [""]],
] as const) {
  test(`answers that come ${why}`, () => {
    const reader = new AnswerReader();
    assert.deepEqual(
      parts.flatMap((part) => reader.take(part)),
      bodies,
    );
  });
}

test("an answer that does not say its length cannot be read", () => {
  assert.throws(() => new AnswerReader().take("HTTP/1.1 200 OK\r\n\r\n"), /without its length/);
});

test("the code is the first word", () => {
  assert.equal(codeOf("good 198.18.0.1\n"), "good");
  assert.equal(codeOf(""), "");
});
