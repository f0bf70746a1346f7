import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { HttpFault, type HttpRequest, type HttpResponse } from "#platform/http-client/http-client.ts";
import { httpsWitness } from "./https.ts";
import { facts, wordsOf } from "./witness-ports.testing.ts";

const service = { ipv4: "https://v4.echo.example/", ipv6: "https://v6.echo.example/" };

function answering(answer: Partial<HttpResponse> | Error) {
  const requests: HttpRequest[] = [];
  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    requests.push(request);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, text: "", ...answer };
  };
  return { requests, witness: httpsWitness(facts, { service, http, alsoPublic: ["203.0.113.0/24"] }) };
}

suite("an echo service", () => {
  for (const [why, answer, want] of [
    ["its text", { text: "203.0.113.9\n" }, "203.0.113.9"],
    ["JSON", { text: '{"ip":"203.0.113.9"}' }, "203.0.113.9"],
    ["a private address", { text: "192.168.1.2" }, "says 192.168.1.2, which is private"],
    [
      "a carrier's address",
      { text: "100.64.0.9" },
      "says 100.64.0.9, which is shared by a carrier-grade NAT",
    ],
    ["another family's address", { text: "2001:db8::1" }, "says 2001:db8::1, which is not an IPv4 address"],
    ["two addresses", { text: "203.0.113.9 203.0.113.8" }, "says two addresses, 203.0.113.9 and 203.0.113.8"],
    ["a page", { text: "<html>203.0.113.9" }, "answers with a web page, not with an address"],
    ["an error text", { text: "quota exceeded" }, 'says "quota exceeded", which is not one address'],
    ["nothing", { text: "" }, "says nothing"],
    ["a login page elsewhere", { status: 302, text: "203.0.113.9" }, "answers 302 and points elsewhere"],
    ["that it may not", { status: 403 }, "answers 403: it does not want to be asked (unwilling)"],
    ["that it is too often", { status: 429 }, "answers 429: it does not want to be asked (unwilling)"],
    ["trouble", { status: 503, text: "203.0.113.9" }, "answers 503"],
    ["another success", { status: 204, text: "203.0.113.9" }, "answers 204"],
    ["a fault", new HttpFault("refused the connection", false), "refused the connection"],
  ] as const) {
    test(`answers with ${why}`, async () => {
      assert.equal(await wordsOf(answering(answer).witness), want);
    });
  }

  test("is asked by the family that is looked at, for a little, and not for long", async () => {
    const { requests, witness } = answering({ text: "203.0.113.9" });
    await wordsOf(witness, "ipv4");
    await wordsOf(witness, "ipv6");
    assert.deepEqual(
      requests.map(({ method, url, family, octetsMax, timeoutMs }) => ({
        method,
        url,
        family,
        octetsMax,
        timeoutMs,
      })),
      [
        { method: "GET", url: service.ipv4, family: "ipv4", octetsMax: 4_096, timeoutMs: 10_000 },
        { method: "GET", url: service.ipv6, family: "ipv6", octetsMax: 4_096, timeoutMs: 10_000 },
      ],
    );
  });

  test("that has no host of the family is not asked", async () => {
    const http = (): never => assert.fail("it is asked");
    const witness = httpsWitness(facts, { service: { ipv4: service.ipv4 }, http, alsoPublic: [] });
    assert.equal(await wordsOf(witness, "ipv6"), "has no IPv6 address");
  });
});
