import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import {
  EdnsOption,
  ExtendedError,
  mnemonicOfRcode,
  Opcode,
  Rcode,
  RRType,
} from "#protocols/dns/registry.ts";
import { readCounters } from "../counters/read-counters.ts";
import { handOver } from "./engine.ts";
import { EngineRig, recordTexts } from "./engine-rig.ts";
import { Transport } from "./transport.ts";

const edns = { udpSize: 1232, version: 0, dnssecOk: false, options: [] };
const zone = {
  "example.": `ns A 192.0.2.53
www A 192.0.2.1
www AAAA 2001:db8::1
many 60 A 192.0.2.2
many 60 A 192.0.2.3
many 60 A 192.0.2.4
big TXT ${Array.from({ length: 6 }, () => `"${"x".repeat(200)}"`).join(" ")}
mail MX 10 www
`,
};

const option = (message: Message, code: number): Uint8Array | undefined =>
  message.edns?.options.find((one) => one.code === code)?.value;

const refusals: readonly (readonly [why: string, question: string, rcode: number, info: number])[] = [
  ["a name of no zone is refused", "www.test. A", Rcode.REFUSED, ExtendedError.notAuthoritative],
  ["a zone that could not be loaded fails", "www.broken. A", Rcode.SERVFAIL, ExtendedError.notReady],
  ["a zone that the client may not ask is refused", "www.secret. A", Rcode.REFUSED, ExtendedError.prohibited],
];
for (const [why, question, rcode, info] of refusals) {
  test(`${why}, and EDNS says why`, () => {
    const rig = new EngineRig({ ...zone, "secret.": "" }, { broken: ["broken."], prohibited: ["secret."] });
    const response = rig.ask(question, { edns });
    assert.equal(mnemonicOfRcode(response.rcode), mnemonicOfRcode(rcode));
    assert.equal(response.isAuthoritative, false);
    assert.deepEqual(option(response, EdnsOption.EDE), Uint8Array.of(0, info));
    // Without EDNS in the query there is none in the response
    assert.equal(rig.ask(question).edns, undefined);
  });
}

test("the question comes back in its own case, the records in that of the zone", () => {
  const octets = encodeMessage(
    queryMessage({ id: 7, question: { name: parseName("wWw.ExAmPlE."), type: RRType.A, class: 1 } }),
  );
  const response = new EngineRig(zone).exchange(octets)!;
  assert.equal(
    Buffer.from(response.subarray(12, 29)).toString("latin1"),
    Buffer.from(octets.subarray(12, 29)).toString("latin1"),
  );
});

test("each answer begins with another record of the set", () => {
  const rig = new EngineRig(zone);
  const firsts = Array.from(
    { length: 3 },
    () => recordTexts(rig.ask("many.example. A").answers.slice(0, 1))[0],
  );
  assert.equal(new Set(firsts).size, 3);
});

test("an answer larger than 512 octets is truncated by UDP without EDNS, and whole by TCP", () => {
  const rig = new EngineRig(zone);
  const udp = rig.ask("big.example. TXT");
  assert.deepEqual([udp.isTruncated, udp.answers.length], [true, 0]);
  const tcp = rig.ask("big.example. TXT", {}, Transport.tcp);
  assert.deepEqual([tcp.isTruncated, tcp.answers.length], [false, 1]);
  assert.equal(readCounters([rig.engine.counters.memory]).truncated, 1);
});

test("a client that takes 4096 octets gets no more than the server is willing to send", () => {
  const rig = new EngineRig(zone);
  const response = rig.ask("big.example. TXT", { edns: { ...edns, udpSize: 4096 } });
  assert.equal(response.isTruncated, true);
  assert.equal(response.edns?.udpSize, 1232);
});

test("ANY by UDP is answered with one record set where minimalAny is set, by TCP with all", () => {
  const rig = new EngineRig(zone, { settings: { minimalAny: true } });
  assert.deepEqual(recordTexts(rig.ask("www.example. ANY").answers), ["www.example. A 192.0.2.1"]);
  assert.equal(rig.ask("www.example. ANY", {}, Transport.tcp).answers.length, 2);
});

test("a client with a good cookie gets all of ANY also by UDP", () => {
  const rig = new EngineRig(zone, {
    settings: { minimalAny: true, cookieSecret: new Uint8Array(16).fill(9) },
  });
  const withCookie = (value: Uint8Array) => ({
    edns: { ...edns, options: [{ code: EdnsOption.COOKIE, value }] },
  });
  const first = rig.ask("www.example. ANY", withCookie(new Uint8Array(8).fill(1)));
  assert.equal(first.answers.length, 1);
  const cookie = option(first, EdnsOption.COOKIE)!;
  assert.equal(cookie.length, 24);
  assert.equal(rig.ask("www.example. ANY", withCookie(cookie)).answers.length, 2);
  rig.nowMs += 2 * 3600 * 1000;
  // RFC 9018 §4.3: it has grown too old
  assert.equal(rig.ask("www.example. ANY", withCookie(cookie)).answers.length, 1);
});

test("a cookie of 9 octets is a fault of the client", () => {
  const rig = new EngineRig(zone, { settings: { cookieSecret: new Uint8Array(16) } });
  const options = [{ code: EdnsOption.COOKIE, value: new Uint8Array(9) }];
  assert.equal(rig.ask("www.example. A", { edns: { ...edns, options } }).rcode, Rcode.FORMERR);
});

test("an EDNS version that is not ours gets BADVERS and no options", () => {
  const options = [{ code: EdnsOption.NSID, value: new Uint8Array(0) }];
  const rig = new EngineRig(zone, { settings: { nsid: Buffer.from("here") } });
  const response = rig.ask("www.example. A", { edns: { ...edns, version: 1, options } });
  assert.equal(response.rcode, Rcode.BADVERS);
  assert.deepEqual(response.edns?.options, []);
  assert.deepEqual(rig.ask("www.example. A", { edns: { ...edns, options } }).edns?.options, [
    { code: EdnsOption.NSID, value: new Uint8Array(Buffer.from("here")) },
  ]);
});

test("keepalive is answered by TCP only", () => {
  const options = [{ code: EdnsOption["TCP-KEEPALIVE"], value: new Uint8Array(0) }];
  const rig = new EngineRig(zone);
  const query = { edns: { ...edns, options } };
  assert.deepEqual(
    option(rig.ask("www.example. A", query, Transport.tcp), EdnsOption["TCP-KEEPALIVE"]),
    Uint8Array.of(0, 100),
  );
  assert.equal(option(rig.ask("www.example. A", query), EdnsOption["TCP-KEEPALIVE"]), undefined);
});

for (const [why, opcode, question, rcode] of [
  ["STATUS is not implemented", Opcode.STATUS, "example. SOA", Rcode.NOTIMP],
] as const) {
  test(why, () => {
    const response = new EngineRig(zone).ask(question, { opcode });
    assert.equal(mnemonicOfRcode(response.rcode), mnemonicOfRcode(rcode));
    assert.equal(response.questions.length, opcode === Opcode.STATUS ? 0 : 1);
  });
}

for (const [why, opcode, question] of [
  ["an UPDATE", Opcode.UPDATE, "example. SOA"],
  ["a NOTIFY", Opcode.NOTIFY, "example. SOA"],
  ["AXFR", Opcode.QUERY, "example. AXFR"],
  ["IXFR", Opcode.QUERY, "example. IXFR"],
] as const) {
  test(`${why} is for control, over UDP and TCP`, () => {
    const rig = new EngineRig(zone);
    for (const transport of [Transport.udp, Transport.tcp])
      assert.equal(rig.outcome(question, { opcode }, transport), handOver);
  });
}

test("what is signed is for control, whatever it asks", () => {
  // Key "abc", hmac-md5, no MAC. RFC 8945 §4.2
  const tsig =
    "0361626300 00fa 00ff 00000000 001a 08686d61632d6d643500 000000000000 012c 0000 0007 0000 0000";
  const plain = queryMessage({
    id: 7,
    question: { name: parseName("www.example."), type: RRType.A, class: 1 },
  });
  const query = Buffer.concat([encodeMessage(plain), Buffer.from(tsig.replaceAll(" ", ""), "hex")]);
  query[11] = 1;
  assert.equal(new EngineRig(zone).outcomeOf(query), handOver);
});

test("class CHAOS is refused until the site wants to say something of itself", () => {
  const question = { name: parseName("version.bind."), type: RRType.TXT, class: 3 };
  assert.equal(new EngineRig(zone).ask("version.bind. TXT", { questions: [question] }).rcode, Rcode.REFUSED);
  const rig = new EngineRig(zone, { settings: { chaos: { version: "none of yours" } } });
  const response = rig.ask("version.bind. TXT", { questions: [question] });
  assert.deepEqual(recordTexts(response.answers), ['version.bind. TXT "none of yours"']);
  assert.equal(response.isAuthoritative, true);
});

test("a response, a message shorter than a header and an empty one get no answer", () => {
  const rig = new EngineRig(zone);
  for (const hex of ["", "0007", "0007800000010000000000000377777700000100 01".replace(" ", "")])
    assert.equal(rig.exchange(Uint8Array.fromHex(hex)), undefined);
  const { dropped } = readCounters([rig.engine.counters.memory]);
  assert.partialDeepStrictEqual(dropped, { malformed: 2, "not-query": 1 });
});

test("every cut of a query with EDNS is answered or dropped, and nothing is thrown", () => {
  const rig = new EngineRig(zone);
  const options = [{ code: EdnsOption.COOKIE, value: new Uint8Array(24) }];
  const question = { name: parseName("www.example."), type: RRType.A, class: 1 };
  const octets = encodeMessage(queryMessage({ id: 7, question, edns: { ...edns, options } }));
  for (let length = 0; length < octets.length; length++) {
    const response = rig.exchange(octets.subarray(0, length));
    assert.equal(response === undefined, length < 12);
    if (response !== undefined) assert.equal(response[3]! & 15, Rcode.FORMERR);
  }
});
