import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Ask, NoAnswer, type Server } from "#platform/dns-query/ask.ts";
import { decodeMessage, encodeMessage, type Message, type MessageRecord } from "#protocols/dns/message.ts";
import { nameToText } from "#protocols/dns/name.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { dnsWitness, whoamiServers } from "./dns.ts";
import { facts, portsWith, wordsOf } from "./witness-ports.testing.ts";

const [cloudflare, opendns] = whoamiServers as [(typeof whoamiServers)[0], (typeof whoamiServers)[0]];
const alsoPublic = ["203.0.113.0/24", "2001:db8::/32"];

function txt(...texts: readonly string[]): Uint8Array {
  return Uint8Array.from(texts.flatMap((text) => [text.length, ...new TextEncoder().encode(text)]));
}

/** A server that answers with records of the question's name. */
function answering(type: number, ...rdata: readonly Uint8Array[]) {
  return (query: Message): Message => ({
    ...query,
    isResponse: true,
    answers: rdata.map((octets): MessageRecord => {
      const [{ name, class: rrClass }] = query.questions as [Message["questions"][0]];
      return { name, type, class: rrClass, ttl: 0, rdata: octets };
    }),
  });
}

function rig(answer: (query: Message) => Message) {
  const asked: { readonly query: Message; readonly server: Server; readonly way: string }[] = [];
  const askBy =
    (way: string): Ask =>
    async (octets, server) => {
      const query = decodeMessage(octets);
      asked.push({ query, server, way });
      return encodeMessage(answer(query));
    };
  const ports = portsWith({
    askUdp: askBy("udp"),
    askTls: (name) => askBy(`tls ${name}`),
    askHttps: (url) => askBy(`https ${url}`),
  });
  return { asked, ports };
}

suite("a name server that tells who asks", () => {
  for (const [why, server, family, answer, want] of [
    ["in a TXT record", cloudflare, "ipv4", answering(RRType.TXT, txt("203.0.113.9")), "203.0.113.9"],
    ["in pieces of one", cloudflare, "ipv4", answering(RRType.TXT, txt("203.0.", "113.9")), "203.0.113.9"],
    ["by IPv6", cloudflare, "ipv6", answering(RRType.TXT, txt("2001:db8::9")), "2001:db8::9"],
    ["in an A record", opendns, "ipv4", answering(RRType.A, Uint8Array.of(203, 0, 113, 9)), "203.0.113.9"],
    [
      "in an AAAA record",
      opendns,
      "ipv6",
      answering(RRType.AAAA, Uint8Array.fromHex("20010db8000000000000000000000009")),
      "2001:db8::9",
    ],
    [
      "with two records",
      cloudflare,
      "ipv4",
      answering(RRType.TXT, txt("203.0.113.9"), txt("203.0.113.8")),
      "says two addresses, 203.0.113.9 and 203.0.113.8",
    ],
    ["with none", cloudflare, "ipv4", answering(RRType.TXT), "says nothing"],
    [
      "with records of another type",
      opendns,
      "ipv4",
      answering(RRType.TXT, txt("203.0.113.9")),
      "says nothing",
    ],
    [
      "with a private address",
      opendns,
      "ipv4",
      answering(RRType.A, Uint8Array.of(10, 0, 0, 1)),
      "says 10.0.0.1, which is private",
    ],
    [
      "with other words",
      cloudflare,
      "ipv4",
      answering(RRType.TXT, txt("\u001b[2J")),
      'says " [2J", which is not one address',
    ],
    [
      "with a refusal",
      cloudflare,
      "ipv4",
      (query: Message) => ({ ...query, isResponse: true, rcode: 5 }),
      "answers REFUSED",
    ],
    [
      "with less than all",
      opendns,
      "ipv4",
      (query: Message) => ({ ...query, isResponse: true, isTruncated: true }),
      "answers with less than all",
    ],
    [
      "with a string that is cut",
      cloudflare,
      "ipv4",
      answering(RRType.TXT, Uint8Array.of(9, 0x31)),
      "TXT at octet 1: short-input",
    ],
  ] as const) {
    test(`answers ${why}`, async () => {
      const witness = dnsWitness(facts, { server, over: "udp", ports: rig(answer).ports, alsoPublic });
      assert.equal(await wordsOf(witness, family), want);
    });
  }

  test("is asked by the way and the family that are wanted, with an id that nobody can guess", async () => {
    const { asked, ports } = rig(answering(RRType.TXT, txt("203.0.113.9")));
    for (const over of ["udp", "tls", "https"] as const) {
      const witness = dnsWitness(facts, { server: cloudflare, over, ports, alsoPublic });
      for (const family of ["ipv4", "ipv6"] as const) await wordsOf(witness, family);
    }
    assert.deepEqual(
      asked.map(({ way, server }) => `${way} ${server.address} ${server.port}`),
      [
        "udp 1.1.1.1 53",
        "udp 2606:4700:4700::1111 53",
        "tls cloudflare-dns.com 1.1.1.1 853",
        "tls cloudflare-dns.com 2606:4700:4700::1111 853",
        "https https://cloudflare-dns.com/dns-query 1.1.1.1 443",
        "https https://cloudflare-dns.com/dns-query 2606:4700:4700::1111 443",
      ],
    );
    const [{ name, type, class: rrClass }] = asked[0]!.query.questions as [Message["questions"][0]];
    assert.deepEqual([nameToText(name), type, rrClass], ["whoami.cloudflare.", RRType.TXT, RRClass.CH]);
    assert.equal(asked[0]!.query.id, 0xa5a5);
  });

  test("that does not answer is told with its reason", async () => {
    const ports = portsWith({ askUdp: () => Promise.reject(new NoAnswer("refused")) });
    const witness = dnsWitness(facts, { server: cloudflare, over: "udp", ports, alsoPublic });
    assert.equal(await wordsOf(witness), "refused");
  });
});
