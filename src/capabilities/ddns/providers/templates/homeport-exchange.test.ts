import assert from "node:assert/strict";
import test from "node:test";
import type { HttpClient } from "#platform/http-client/http-client.ts";
import type { ReturnCode } from "#protocols/dyndns2/return-codes.ts";
import { answerText } from "#protocols/dyndns2/server-answer.ts";
import { readUpdateQuestion, type UpdateRequest } from "#protocols/dyndns2/update-request.ts";
import type { AddressType } from "../provider.ts";
import { callOf, noPorts, shortOf, wanted } from "./stand-in.testing.ts";
import { templateDefinitions } from "./templates.ts";

interface Update {
  readonly heard: UpdateRequest;
  readonly shorts: readonly string[];
}

/** Updates names by our client, as our server reads it, and reads the answer of our server as the client. */
async function update(
  type: string,
  types: readonly AddressType[],
  codes: readonly ReturnCode[],
): Promise<Update> {
  const definition = templateDefinitions.find((one) => one.type === type)!;
  let heard: UpdateRequest | undefined;
  const server: HttpClient = async ({ method, url, headers }) => {
    const { pathname, search } = new URL(url);
    const question = readUpdateQuestion({
      method,
      target: pathname + search,
      authorization: headers?.["authorization"],
      userAgent: "homeport",
      form: "",
    });
    assert.ok(question.ask === "update");
    heard = question;
    const text = answerText(
      question.dialect,
      codes.map((code) => ({ code })),
    );
    return { status: 200, headers: {}, text };
  };
  const settings = { server: "https://other.example", user: "site", password: "pä&s:s" };
  const records = codes.flatMap((_, index) => wanted(`h${index}.example.net`, types));
  const results = await definition.open(settings, noPorts).publish(records, callOf(server));
  assert.ok(heard !== undefined);
  return { heard, shorts: results.map(shortOf) };
}

const set4 = { do: "set", address: "198.51.100.7" };
const set6 = { do: "set", address: "2001:db8:7::1" };
const keep = { do: "keep" };

for (const type of ["homeport", "dyndns2"])
  for (const [types, wish] of [
    [["A"], { ipv4: set4, ipv6: keep }],
    [["AAAA"], { ipv4: keep, ipv6: set6 }],
    [["A", "AAAA"], { ipv4: set4, ipv6: set6 }],
  ] as const)
    test(`a Homeport reads what ${type} sends: ${types}`, async () => {
      const { heard, shorts } = await update(type, types, ["good", "nohost"]);
      assert.deepEqual(heard, {
        ask: "update",
        dialect: "dyndns2",
        login: { by: "password", user: "site", secret: "pä&s:s" },
        hostnames: ["h0.example.net", "h1.example.net"],
        addresses: { from: "request", ...wish },
      });
      const each = types.map(() => ["changed", "refused record nohost"]);
      assert.deepEqual(shorts, [...each.map(([first]) => first), ...each.map(([, second]) => second)]);
    });

for (const [code, want] of [
  ["good", "changed"],
  ["nochg", "same"],
  ["badauth", "refused account invalid-username"],
  ["nohost", "refused record invalid-dynrecord"],
  ["abuse", "refused record abuse"],
  ["911", "failed 911 after 600 s"],
] as const)
  test(`a Homeport reads what editdns sends, and says ${code} in words that it knows`, async () => {
    const { heard, shorts } = await update("editdns", ["A"], [code]);
    assert.deepEqual(heard, {
      ask: "update",
      dialect: "editdns",
      login: { by: "token", secret: "pä&s:s" },
      hostnames: ["h0.example.net"],
      addresses: { from: "connection" },
    });
    assert.deepEqual(shorts, [want]);
  });
