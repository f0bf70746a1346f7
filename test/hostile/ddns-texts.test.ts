/** Texts of strangers that are made to cost time: four times the length costs about four times as much. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDdclientConf } from "#protocols/ddclientconf/lines.ts";
import { readAuthorization } from "#protocols/dyndns2/login.ts";
import { addressesIn, readUpdateAnswers } from "#protocols/dyndns2/update-answers.ts";
import { readUpdateQuestion } from "#protocols/dyndns2/update-request.ts";
import { parseInadynConf } from "#protocols/inadynconf/statements.ts";
import { oneAddress } from "#protocols/public-address/one-address.ts";
import { readConnectionServices } from "#protocols/upnp/description.ts";
import { readExternalAddressResult } from "#protocols/upnp/external-address.ts";
import { readSearchAnswer } from "#protocols/upnp/search.ts";
import { parseJson, sayable } from "../../src/capabilities/ddns/providers/http-outcome.ts";
import { verdictsOf } from "../../src/capabilities/ddns/providers/templates/answers.ts";
import { boundedPattern } from "../../src/capabilities/ddns/providers/templates/bounded-pattern.ts";
import { withoutLogins } from "../../src/capabilities/ddns/providers/templates/secret-forms.ts";
import { good } from "../../src/capabilities/ddns/providers/templates/template.ts";

const url = "http://192.168.1.1/desc.xml";
const request = { method: "GET", authorization: undefined, userAgent: "a", form: "" };
const patterns = [{ code: "good", meaning: good, pattern: boundedPattern("^good") }];

/** What reads, and the most that it is given. */
const readers: readonly (readonly [what: string, octetsMax: number, read: (text: string) => unknown])[] = [
  [
    "an answer to a search for routers",
    4_000,
    (text) => readSearchAnswer(Buffer.from(`HTTP/1.1 200 OK\r\n${text}`)),
  ],
  [
    "a header of an answer to a search",
    4_000,
    (text) => readSearchAnswer(Buffer.from(`HTTP/1.1 200 OK\r\na:${text}\r\u0001`)),
  ],
  ["a router's description", 262_144, (text) => readConnectionServices(text, url)],
  ["a service in a description", 262_144, (text) => readConnectionServices(`<service ${text}`, url)],
  ["a router's answer", 16_384, readExternalAddressResult],
  [
    "a router's answer with an element in it",
    16_384,
    (text) =>
      readExternalAddressResult(`<GetExternalIPAddressResponse>${text}</GetExternalIPAddressResponse>`),
  ],
  ["an echo service's answer", 262_144, (text) => oneAddress(text, "ipv4")],
  ["an answer of dyndns2", 65_536, (text) => readUpdateAnswers(text, 20)],
  ["addresses in an answer", 65_536, addressesIn],
  [
    "an answer by patterns",
    65_536,
    (text) =>
      verdictsOf(
        { title: "x", answer: { by: "patterns", patterns } },
        { status: 200, headers: {}, text },
        1,
        (said) => sayable(withoutLogins(said), ["s3cret"]),
      ),
  ],
  ["words of an API", 262_144, (text) => sayable(text, ["s3cret", "another"])],
  ["JSON of an API", 262_144, (text) => parseJson(text)],
  [
    "a request to the update server",
    6_144,
    (text) => readUpdateQuestion({ ...request, target: `/nic/update?hostname=${text}&myip=${text}` }),
  ],
  [
    "fields of a form",
    8_192,
    (text) => readUpdateQuestion({ ...request, target: "/nic/update", form: text }),
  ],
  ["a login", 8_192, (text) => readAuthorization(`Basic ${text}`)],
  ["a ddclient.conf", 65_536, (text) => parseDdclientConf("x", text)],
  ["a password in a ddclient.conf", 60_000, (text) => parseDdclientConf("x", `password${text}`)],
  ["an inadyn.conf", 65_536, (text) => parseInadynConf("x", text)],
  ["a string in an inadyn.conf", 65_536, (text) => parseInadynConf("x", `a = "${text}`)],
];

/** Repeated until the text is as long as it may be. */
const pieces = [
  " ",
  "\t",
  ".",
  ":",
  "<",
  "</",
  "<a",
  "<a ",
  "<service>",
  "<service ",
  "<service><",
  "<!--",
  "-->",
  "&",
  "&amp",
  "[",
  '{"a":',
  ",",
  ", ",
  "a,",
  "a ,",
  "%",
  "%2",
  "+",
  "=",
  "a=",
  "a =",
  "'",
  '"',
  "\\",
  "\\\n",
  "a \\\n",
  "#",
  "/*",
  "/* ",
  "//",
  "{",
  "{ ",
  "}",
  "\r",
  "\n",
  "\r\n",
  "1.",
  "1.1.1.1 ",
  "::",
  "f:",
  "password",
  " password",
  "password=",
  "password ",
  "xpassword=' ",
  "good ",
  "Basic ",
  "basic  a",
  "\u0001",
  "é",
  "Token x",
  "a-",
  "-",
  "ip=",
  "x: y\r\n",
];

for (const [what, octetsMax, read] of readers)
  test(`${what}: time by the length and no more`, () => {
    for (const piece of pieces) {
      const timeOf = (octets: number): number => {
        const text = `${piece.repeat(Math.ceil(octets / piece.length)).slice(0, octets)}\u0001`;
        let best = Number.POSITIVE_INFINITY;
        for (let times = 0; times < 3; times++) {
          const startMs = usedMs();
          try {
            read(text);
          } catch (error) {
            assert.equal((error as Error).name, "WireError", `${JSON.stringify(piece)}: ${error}`);
          }
          best = Math.min(best, usedMs() - startMs);
          if (best < 20) break;
        }
        return best;
      };
      const long = timeOf(octetsMax - 200);
      // What takes the square of its length takes seconds for these.
      if (long < 150) continue;
      const short = timeOf((octetsMax - 200) / 4);
      assert.ok(long < 10 * short, `${JSON.stringify(piece)}: ${short} ms, ${long} ms`);
    }
  });

/** Processor time of this thread, which others on the machine do not lengthen. */
function usedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
