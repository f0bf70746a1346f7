/** Questions by HTTPS, asked of a server in memory. */
import assert from "node:assert/strict";
import test from "node:test";
import { HttpFault, type HttpRequest, type OctetsResponse } from "#platform/http-client/http-client.ts";
import { encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { NoAnswer } from "./ask.ts";
import { askHttps } from "./ask-https.ts";

const question = { name: parseName("whoami.example."), type: RRType.TXT, class: RRClass.CH };
const query = encodeMessage(queryMessage({ id: 0x1234, question, recursionDesired: true }));
const server = { address: "192.0.2.53", port: 443 };

function answerTo(asked: Uint8Array, more: Partial<Parameters<typeof queryMessage>[0]> = {}): Uint8Array {
  const id = (asked[0]! << 8) | asked[1]!;
  return encodeMessage(queryMessage({ id, question, isResponse: true, ...more }));
}

/** What a server makes of the query that it was sent. */
type Answers = (asked: Uint8Array) => Partial<OctetsResponse> | HttpFault;

function askOf(answers: Answers, seen: HttpRequest[] = []) {
  const http = async (request: HttpRequest): Promise<OctetsResponse> => {
    seen.push(request);
    const answer = answers(request.body as Uint8Array);
    if (answer instanceof HttpFault) throw answer;
    const headers = { "content-type": "application/dns-message" };
    return { status: 200, headers, text: "", octets: new Uint8Array(0), ...answer };
  };
  return askHttps(http, { url: "https://dns.example/dns-query" });
}

test("a question goes out without its id, and the answer comes back with it", async () => {
  const seen: HttpRequest[] = [];
  const { signal } = new AbortController();
  const ask = askOf((asked) => ({ octets: answerTo(asked) }), seen);
  const octets = await ask(query, { ...server, port: 8443 }, 3_000, signal);
  assert.deepEqual(octets, answerTo(query));
  assert.equal(seen.length, 1);
  const { body, ...rest } = seen[0]!;
  assert.deepEqual(body, encodeMessage(queryMessage({ id: 0, question, recursionDesired: true })));
  assert.deepEqual(rest, {
    method: "POST",
    url: "https://dns.example:8443/dns-query",
    address: "192.0.2.53",
    headers: { accept: "application/dns-message", "content-type": "application/dns-message" },
    timeoutMs: 3_000,
    octetsMax: 65_535,
    signal,
  });
  assert.equal(query[0], 0x12, "the query itself is left as it was");
});

for (const [why, headers] of [
  ["parameters", { "content-type": "application/dns-message; charset=utf-8" }],
  ["upper case", { "content-type": "Application/DNS-Message" }],
] as const) {
  test(`a media type with ${why} is that of a message`, async () => {
    const ask = askOf((asked) => ({ octets: answerTo(asked), headers }));
    assert.deepEqual(await ask(query, server, 1_000), answerTo(query));
  });
}

const somethingElse = "answered something else than what was asked";
const otherName = { name: parseName("other.example."), type: RRType.TXT, class: RRClass.CH };
const failures: readonly (readonly [why: string, answers: Answers, sentence: string])[] = [
  ["does not answer", () => new HttpFault("did not answer within 3 s", true), "did not answer within 3 s"],
  ["answers 404", () => ({ status: 404 }), "answered with the HTTP status 404"],
  ["points elsewhere", () => ({ status: 302 }), "answered with the HTTP status 302"],
  [
    "answers with a page",
    (asked) => ({ octets: answerTo(asked), headers: { "content-type": "text/html" } }),
    somethingElse,
  ],
  ["does not say what it answers with", (asked) => ({ octets: answerTo(asked), headers: {} }), somethingElse],
  ["answers nothing", () => ({}), somethingElse],
  [
    "answers another question",
    (asked) => ({ octets: answerTo(asked, { question: otherName }) }),
    somethingElse,
  ],
  ["sends the question back", (asked) => ({ octets: asked }), somethingElse],
  ["answers with another id", () => ({ octets: answerTo(query) }), somethingElse],
  ["cuts its answer", (asked) => ({ octets: answerTo(asked).slice(0, 11) }), somethingElse],
];
for (const [why, answers, sentence] of failures) {
  test(`a server that ${why} has given no answer`, async () => {
    await assert.rejects(askOf(answers)(query, server, 1_000), new NoAnswer(sentence));
  });
}

test("what was not sent has not been read", async () => {
  const ask = askOf(() => new HttpFault("refused the connection", false));
  await assert.rejects(ask(query, server, 1_000), new NoAnswer("refused the connection", false));
});

test("a fault of the program stays one", async () => {
  const ask = askHttps(() => Promise.reject(new TypeError("ours")), { url: "https://dns.example/" });
  await assert.rejects(ask(query, server, 1_000), TypeError);
});
