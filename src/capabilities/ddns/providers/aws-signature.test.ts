import assert from "node:assert/strict";
import test from "node:test";
import { awsHeaders } from "./aws-signature.ts";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const request = {
  method: "GET",
  url: "https://example.amazonaws.com/",
  body: undefined,
  nowMs: Date.UTC(2015, 7, 30, 12, 36),
  region: "us-east-1",
  service: "service",
};

/** Of Amazon's aws4_testsuite, by the names of its cases. */
const vectors: readonly (readonly [name: string, more: Partial<typeof request>, signature: string])[] = [
  ["get-vanilla", {}, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
  [
    "get-vanilla-query-order-key-case",
    { url: "https://example.amazonaws.com/?Param2=value2&Param1=value1" },
    "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  ],
  ["post-vanilla", { method: "POST" }, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
];
for (const [name, more, signature] of vectors) {
  test(`${name} is signed as it should be`, () => {
    assert.deepEqual(awsHeaders({ ...request, ...more }, credentials), {
      "x-amz-date": "20150830T123600Z",
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    });
  });
}

test("a session token is sent and signed, and so is the body", () => {
  const sent = awsHeaders({ ...request, body: "<a/>" }, { ...credentials, sessionToken: "token" });
  assert.equal(sent["x-amz-security-token"], "token");
  assert.match(sent["authorization"]!, /SignedHeaders=host;x-amz-date;x-amz-security-token,/);
  const other = awsHeaders({ ...request, body: "<b/>" }, { ...credentials, sessionToken: "token" });
  assert.notEqual(other["authorization"], sent["authorization"]);
});
