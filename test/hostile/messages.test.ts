/**
 * Queries as nobody should send them: the engine answers each as the standards say, or not at all, and goes
 * on.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeMessage } from "#protocols/dns/message.ts";
import { nameOctets, parseName } from "#protocols/dns/name.ts";
import { Rcode, RRType } from "#protocols/dns/registry.ts";
import { handOver } from "../../src/capabilities/dns/engine/engine.ts";
import { Transport } from "../../src/capabilities/dns/engine/transport.ts";
import { hostileEngine } from "./engine-under-test.ts";
import { names, origin } from "./hostile-zone.ts";

const engine = hostileEngine();
const reply = new Uint8Array(65_535);
const client = Uint8Array.of(192, 0, 2, 99);

function ask(octets: Uint8Array, transport: Transport = Transport.udp): Uint8Array | undefined {
  const length = engine.answer(octets, octets.length, client, transport, reply);
  return length === 0 || length === handOver ? undefined : reply.slice(0, length);
}

const rcodeOf = (response: Uint8Array): number => response[3]! & 15;

const optRecord = Uint8Array.fromHex(
  "00" + "0029" + "04d0" + "00008000" + "0010" + "000a0008" + "0102030405060708" + "00030000",
);

function query(name: string, type: number, withOpt = true): Uint8Array {
  const head = Uint8Array.fromHex(`4242010000010000${withOpt ? "00000001" : "00000000"}`);
  return Uint8Array.from([
    ...head,
    ...nameOctets(parseName(name)),
    type >> 8,
    type & 255,
    0,
    1,
    ...(withOpt ? optRecord : []),
  ]);
}

test("a query cut at any length is dropped without a header and FORMERR with one", () => {
  const whole = query(`mail.${origin}.`, RRType.A);
  for (let length = 0; length < whole.length; length++) {
    const response = ask(whole.slice(0, length));
    if (length < 12) assert.equal(response, undefined, `${length} octets`);
    else assert.equal(rcodeOf(response!), Rcode.FORMERR, `${length} octets`);
  }
  assert.equal(rcodeOf(ask(whole)!), Rcode.NOERROR);
});

for (const [why, hex] of [
  ["a question whose name is a pointer to itself", "c00c00010001"],
  ["a question whose name points forward", "c01400010001000000000000"],
  ["a question that points into the header", "c00400010001"],
  ["a label of a reserved type", "40616100010001"],
  ["a name of 256 octets", `${`${`3f${"61".repeat(63)}`}`.repeat(4)}0000010001`],
  ["a name that never ends", `3f${"61".repeat(63)}3f`],
] as const) {
  test(`${why} is FORMERR`, () => {
    const octets = Uint8Array.fromHex(`424201000001000000000000${hex}`);
    assert.equal(rcodeOf(ask(octets)!), Rcode.FORMERR);
  });
}

test("records that point at each other are FORMERR, and take no time", () => {
  const head = Uint8Array.fromHex("42420100000100000000ffff");
  const question = [...nameOctets(parseName(`${origin}.`)), 0, 1, 0, 1];
  const bomb: number[] = [];
  for (let i = 0; i < 5000; i++)
    bomb.push(0xc0 | ((12 + question.length + i * 12 + 12) >> 8), 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0);
  assert.equal(rcodeOf(ask(Uint8Array.from([...head, ...question, ...bomb]), Transport.tcp)!), Rcode.FORMERR);
});

test("65,535 octets of options are FORMERR, and 65,535 octets behind a query do no harm", () => {
  const whole = query(`mail.${origin}.`, RRType.A, false);
  const padded = new Uint8Array(65_535);
  padded.set(whole);
  assert.equal(rcodeOf(ask(padded, Transport.tcp)!), Rcode.NOERROR);
  const options = new Uint8Array(65_535);
  options.set(whole);
  options[11] = 1;
  const dataAt = whole.length + 11;
  options.set([0, 0, 41, 4, 208, 0, 0, 0, 0, (65_535 - dataAt) >> 8, (65_535 - dataAt) & 255], whole.length);
  assert.equal(rcodeOf(ask(options, Transport.tcp)!), Rcode.FORMERR);
});

test("a response is never answered, so that two servers cannot talk to each other for ever", () => {
  const response = query(`mail.${origin}.`, RRType.A);
  response[2]! |= 0x80;
  assert.equal(ask(response), undefined);
});

/** What must hold of every response, whatever was asked. */
function assertSound(asked: Uint8Array, response: Uint8Array, limit: number): void {
  assert.ok(response.length <= limit, `${response.length} octets, ${limit} allowed`);
  assert.deepEqual(response.slice(0, 2), asked.slice(0, 2), "the ID is handed back");
  assert.equal(response[2]! & 0x80, 0x80, "QR is set");
  const message = decodeMessage(response);
  const truncated = (response[2]! & 2) !== 0;
  if (!truncated) assert.ok(message.answers.length <= 80);
}

test("any octets get no answer or a sound one", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (octets, tcp) => {
      const response = ask(octets, tcp ? Transport.tcp : Transport.udp);
      if (response !== undefined) assertSound(octets, response, tcp ? 65_535 : 1232);
    }),
    { numRuns: 20_000 },
  );
});

test("queries with any few octets changed get no answer, a sound one, or are for control to answer", () => {
  const change = fc.tuple(fc.nat({ max: 80 }), fc.nat({ max: 255 }));
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.constantFrom(1, 2, 5, 6, 15, 16, 28, 33, 39, 43, 46, 255),
      fc.array(change, { maxLength: 4 }),
      fc.boolean(),
      (name, type, changes, tcp) => {
        const octets = query(name, type);
        for (const [at, octet] of changes) if (at < octets.length) octets[at] = octet;
        const response = ask(octets, tcp ? Transport.tcp : Transport.udp);
        if (response !== undefined) assertSound(octets, response, tcp ? 65_535 : 1232);
      },
    ),
    { numRuns: 20_000 },
  );
});
