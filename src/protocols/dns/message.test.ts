import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  ClientSubnet,
  Cookie,
  ExtendedDnsError,
  ednsOptionToText,
  nsid,
  padding,
  TcpKeepalive,
} from "./edns.ts";
import { decodeMessage, encodeMessage, type Message, messageId, queryMessage } from "./message.ts";
import { formatMessage, messageToJson } from "./message-text.ts";
import { parseName } from "./name.ts";
import { parseRdata, recordFormats } from "./records/index.ts";
import { Rcode, RRClass, RRType } from "./registry.ts";
import { textReader } from "./text-reader.ts";
import { WireError } from "./wire.ts";

const www = parseName("www.example.com.");
const question = { name: www, type: RRType.A, class: RRClass.IN };

function record(name: string, type: number, data: string, ttl = 300): Message["answers"][number] {
  return { name: parseName(name), type, class: RRClass.IN, ttl, rdata: parseRdata(type, textReader(data)) };
}

const answer: Message = queryMessage({
  id: 4660,
  question,
  isResponse: true,
  isAuthoritative: true,
  recursionDesired: true,
  answers: [
    record("www.example.com.", RRType.CNAME, "web.example.com."),
    record("web.example.com.", RRType.A, "192.0.2.1"),
  ],
  authorities: [record("example.com.", RRType.NS, "ns1.example.com.", 86_400)],
  additionals: [record("ns1.example.com.", RRType.AAAA, "2001:db8::53")],
  edns: {
    udpSize: 1232,
    version: 0,
    dnssecOk: true,
    options: [ExtendedDnsError.encode({ infoCode: 18, extraText: "no" })],
  },
});

test("a query has the octets that RFC 1035 §4.1 draws", () => {
  const octets = encodeMessage(queryMessage({ id: 0xabcd, question, recursionDesired: true }));
  assert.equal(octets.toHex(), "abcd01000001000000000000" + "03777777076578616d706c6503636f6d0000010001");
});

test("names are compressed in owners and in the RDATA of old types, and come back whole", () => {
  const octets = encodeMessage(answer);
  assert.equal(octets.toHex().match(/076578616d706c6503636f6d00/g)?.length, 1, "example.com stands once");
  assert.deepEqual(decodeMessage(octets), answer);
});

test("names in the RDATA of newer types are not compressed", () => {
  const srv = record("_sip._tcp.example.com.", RRType.SRV, "0 0 1 www.example.com.");
  const octets = encodeMessage(queryMessage({ id: 1, question, answers: [srv] }));
  // RFC 2782: the target stands whole
  assert.equal(octets.toHex().match(/03777777076578616d706c6503636f6d00/g)?.length, 2);
});

test("one message with an example of every record type comes back as it was", () => {
  const answers = recordFormats.map(({ type, example }) => record("www.example.com.", type, example));
  const message = queryMessage({ id: 1, question, answers });
  assert.deepEqual(decodeMessage(encodeMessage(message)), message);
});

test("a response code above 15 is carried by EDNS, and cannot be without it", () => {
  const edns = { udpSize: 512, version: 0, dnssecOk: false, options: [] };
  const message = queryMessage({ id: 1, question, rcode: Rcode.BADVERS, edns });
  assert.equal(decodeMessage(encodeMessage(message)).rcode, Rcode.BADVERS);
  assert.throws(() => encodeMessage(queryMessage({ id: 1, question, rcode: Rcode.BADVERS })), RangeError);
});

test("OPT goes before TSIG, which is the last record", () => {
  const tsig = { name: www, type: RRType.TSIG, class: RRClass.ANY, ttl: 0, rdata: Uint8Array.of(1) };
  const edns = { udpSize: 512, version: 0, dnssecOk: false, options: [] };
  const octets = encodeMessage(queryMessage({ id: 1, question, additionals: [tsig], edns }));
  assert.equal(octets.at(-1), 1);
});

test("an update may name a type without RDATA", () => {
  const anyMx = { name: www, type: RRType.MX, class: RRClass.ANY, ttl: 0, rdata: new Uint8Array() };
  const message = queryMessage({ id: 1, question, answers: [anyMx] });
  assert.deepEqual(decodeMessage(encodeMessage(message)), message);
});

test("what was decoded does not change with the buffer that it came in", () => {
  const buffer = Buffer.from(encodeMessage(answer));
  const message = decodeMessage(buffer);
  buffer.fill(0);
  assert.deepEqual(message, answer);
});

test("a message that does not fit is refused, not cut", () => {
  assert.throws(() => encodeMessage(answer, { octetsMax: 100 }), { name: "WireError", code: "too-long" });
});

test("the id of a message is known from its header alone, and from nothing less", () => {
  assert.equal(messageId(Uint8Array.fromHex("123400000000000000000000")), 0x1234);
  assert.equal(messageId(Uint8Array.fromHex("1234000000000000000000")), undefined);
});

describe("messages that are refused", () => {
  const header = (counts: string): string => `00008000${counts}`;
  // biome-ignore format: a table
  const cases: readonly (readonly [why: string, hex: string, code: string])[] = [
    ["nothing", "", "short-input"],
    ["a header cut off", "0000800000010000000000", "short-input"],
    ["a count that lies", `${header("0001ffff00000000")}0000010001`, "short-input"],
    ["a name that points at itself", `${header("0001000000000000")}c00c00010001`, "bad-pointer"],
    ["a name that points forward", `${header("0001000000000000")}c01000010001`, "bad-pointer"],
    ["two names that point at each other", `${header("0001000000000000")}c00ec00c00010001`, "bad-pointer"],
    ["an extended label", `${header("0001000000000000")}4000010001`, "bad-label"],
    ["RDATA longer than the message", `${header("0000000100000000")}00000100010000000000050102`, "short-input"],
    ["RDATA shorter than its name", `${header("0000000100000000")}000002000100000000000103616263`, "short-input"],
    ["two OPT records", `${header("0000000000000002")}${"0000290200000000000000".repeat(2)}`, "too-many"],
    ["an OPT record that has a name", `${header("0000000000000001")}01610000290200000000000000`, "bad-value"],
    ["an OPT record among the answers", `${header("0000000100000000")}0000290200000000000000`, "bad-value"],
    ["an EDNS option cut off", `${header("0000000000000001")}0000290200000000000005000300020a`, "short-input"],
  ];
  for (const [why, hex, code] of cases) {
    test(why, () => assert.throws(() => decodeMessage(Uint8Array.fromHex(hex)), { name: "WireError", code }));
  }

  test("a message cut off at any octet", () => {
    const octets = encodeMessage(answer);
    for (let length = 0; length < octets.length; length++) {
      assert.throws(() => decodeMessage(octets.subarray(0, length)), WireError, `${length} octets`);
    }
  });
});

test("any octets are decoded or refused with a WireError, and what is decoded survives another round", () => {
  const noise = fc.uint8Array({ maxLength: 120 });
  const good = encodeMessage(answer);
  const changed = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 })
    .map((changes) => {
      const octets = good.slice();
      for (const [at, octet] of changes) octets[at] = octet;
      return octets;
    });
  fc.assert(
    fc.property(fc.oneof(noise, changed), (octets) => {
      let message: Message;
      try {
        message = decodeMessage(octets);
      } catch (error) {
        if (error instanceof WireError) return;
        throw error;
      }
      assert.deepEqual(decodeMessage(encodeMessage(message)), message);
      formatMessage(message);
      messageToJson(message);
    }),
    { numRuns: 3000 },
  );
});

test("65,535 octets of pointers are decoded or refused within a bounded time and space", () => {
  const octets = new Uint8Array(65_535);
  octets.set(Uint8Array.fromHex("000080000000ffff00000000"));
  let at = 12;
  octets.set([63], at); // one long name, then records that all point at it
  octets.fill(0x61, at + 1, at + 64);
  octets.set(Uint8Array.fromHex("00000200010000000000023f61"), at + 64);
  for (at += 77; at + 14 <= octets.length; at += 14)
    octets.set(Uint8Array.fromHex("c00c0002000100000000 0002c00c".replace(" ", "")), at);
  assert.throws(() => decodeMessage(octets), WireError);
});

test("a message is shown with all its facts, records in columns", () => {
  assert.equal(
    formatMessage(answer),
    `;; NOERROR, opcode QUERY, id 4660, flags qr aa rd
;; EDNS version 0, do, UDP up to 1232 octets
;; EDE 18 (Prohibited): no

;; question
;www.example.com. IN A

;; answer
www.example.com. 300 IN CNAME web.example.com.
web.example.com. 300 IN A     192.0.2.1

;; authority
example.com. 86400 IN NS ns1.example.com.

;; additional
ns1.example.com. 300 IN AAAA 2001:db8::53`,
  );
});

test("a message as JSON names what the numbers mean", () => {
  assert.deepEqual(messageToJson(answer), {
    id: 4660,
    rcode: "NOERROR",
    opcode: "QUERY",
    flags: ["qr", "aa", "rd"],
    edns: {
      version: 0,
      udpSize: 1232,
      dnssecOk: true,
      options: [{ code: 15, hex: "00126e6f", text: "EDE 18 (Prohibited): no" }],
    },
    questions: [{ name: "www.example.com.", class: "IN", type: "A" }],
    answers: [
      { name: "www.example.com.", ttl: 300, class: "IN", type: "CNAME", data: "web.example.com." },
      { name: "web.example.com.", ttl: 300, class: "IN", type: "A", data: "192.0.2.1" },
    ],
    authorities: [{ name: "example.com.", ttl: 86_400, class: "IN", type: "NS", data: "ns1.example.com." }],
    additionals: [{ name: "ns1.example.com.", ttl: 300, class: "IN", type: "AAAA", data: "2001:db8::53" }],
  });
});

describe("EDNS options are readable", () => {
  // biome-ignore format: a table
  const cases: readonly (readonly [code: number, hex: string, text: string])[] = [
    [3, "", "NSID"],
    [3, "6e733101", 'NSID 6e733101 ("ns1.")'],
    [10, "0102030405060708", "COOKIE 0102030405060708"],
    [10, "01020304050607081112131415161718", "COOKIE 0102030405060708 1112131415161718"],
    [10, "010203040506070811", "COOKIE 010203040506070811 (malformed)"],
    [15, "0014", "EDE 20 (Not Authoritative)"],
    [15, "00141b5b6d", "EDE 20 (Not Authoritative): \u{fffd}[m"],
    [15, "ffff", "EDE 65535 (unknown)"],
    [15, "00", "EDE 00 (malformed)"],
    [8, "00011800c00002", "CLIENT-SUBNET 192.0.2.0/24/0"],
    [8, "0002200020010db8", "CLIENT-SUBNET 2001:db8::/32/0"],
    [8, "00011700c00003", "CLIENT-SUBNET 00011700c00003 (malformed)"],
    [8, "00031800c00002", "CLIENT-SUBNET 00031800c00002 (malformed)"],
    [11, "", "TCP-KEEPALIVE"],
    [11, "0064", "TCP-KEEPALIVE 10.0 s"],
    [11, "006400", "TCP-KEEPALIVE 006400 (malformed)"],
    [12, "000000", "PADDING 3 octets"],
    [65001, "ab", "OPT65001 ab"],
  ];
  for (const [code, hex, text] of cases) {
    test(text, () => assert.equal(ednsOptionToText({ code, value: Uint8Array.fromHex(hex) }), text));
  }

  test("what the encoders write, the decoders read", () => {
    const cookie = { client: new Uint8Array(8).fill(1), server: new Uint8Array(16).fill(2) };
    assert.deepEqual(Cookie.decode(Cookie.encode(cookie).value), cookie);
    const error = { infoCode: 15, extraText: "blocked: ü" };
    assert.deepEqual(ExtendedDnsError.decode(ExtendedDnsError.encode(error).value), error);
    assert.equal(TcpKeepalive.decode(TcpKeepalive.encode(600).value), 600);
    assert.equal(TcpKeepalive.decode(TcpKeepalive.encode().value), undefined);
    assert.deepEqual([nsid().value.length, padding(7).value.length], [0, 7]);
  });

  test("any octets in any known option are decoded or refused with a WireError", () => {
    const codecs = [Cookie, ExtendedDnsError, ClientSubnet, TcpKeepalive];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 45 }), fc.constantFrom(...codecs), (octets, codec) => {
        try {
          codec.decode(octets);
        } catch (error) {
          assert.ok(error instanceof WireError);
        }
      }),
    );
  });
});
