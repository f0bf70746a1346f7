/** The tests of RFC 8906 §8, which a server must pass for resolvers not to trip over it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeMessage,
  type Edns,
  encodeMessage,
  type Message,
  queryMessage,
} from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { EdnsOption, Rcode, RRType } from "#protocols/dns/registry.ts";
import { EngineRig } from "./engine-rig.ts";
import { Transport } from "./transport.ts";

const plain: Edns = { udpSize: 4096, version: 0, dnssecOk: false, options: [] };
const unknownOption = [{ code: 100, value: new Uint8Array(0) }];

interface Case {
  readonly clause: string;
  readonly why: string;
  readonly type?: number;
  readonly query?: Partial<Message>;
  /** Bits that are set in the second 16 bits of the query besides. */
  readonly flags?: number;
  /** Bits that are set in the flags of the OPT record besides. */
  readonly ednsFlags?: number;
  readonly transport?: Transport;
  /** Default: the SOA with AA. */
  readonly expected?: "soa" | "nodata" | "not implemented" | "bad version" | "truncated";
  readonly dnssecOk?: boolean;
}

const cases: readonly Case[] = [
  { clause: "8.1.1", why: "the server answers for its zone" },
  { clause: "8.1.2", why: "a type that nobody knows has no data", type: 1000, expected: "nodata" },
  { clause: "8.1.3.1", why: "CD changes nothing", query: { checkingDisabled: true } },
  { clause: "8.1.3.1", why: "AD changes nothing", query: { authenticData: true } },
  { clause: "8.1.3.2", why: "the reserved bit changes nothing", flags: 0x40 },
  { clause: "8.1.3.3", why: "RD changes nothing", query: { recursionDesired: true } },
  {
    clause: "8.1.4",
    why: "an unknown opcode is not implemented",
    query: { opcode: 15 },
    expected: "not implemented",
  },
  { clause: "8.1.5", why: "TCP is answered", transport: Transport.tcp },
  { clause: "8.2.1", why: "EDNS is answered with EDNS", query: { edns: plain } },
  {
    clause: "8.2.2",
    why: "EDNS version 1 is refused",
    query: { edns: { ...plain, version: 1 } },
    expected: "bad version",
  },
  {
    clause: "8.2.3",
    why: "an unknown option is passed over",
    query: { edns: { ...plain, options: unknownOption } },
  },
  { clause: "8.2.4", why: "an unknown EDNS flag is passed over", query: { edns: plain }, ednsFlags: 0x40 },
  {
    clause: "8.2.5",
    why: "version 1 with an unknown flag is refused",
    query: { edns: { ...plain, version: 1 } },
    ednsFlags: 0x40,
    expected: "bad version",
  },
  {
    clause: "8.2.6",
    why: "version 1 with an unknown option is refused",
    query: { edns: { ...plain, version: 1, options: unknownOption } },
    expected: "bad version",
  },
  {
    clause: "8.2.7",
    why: "a truncated response has EDNS",
    type: RRType.TXT,
    query: { edns: { ...plain, udpSize: 512, dnssecOk: true } },
    expected: "truncated",
    dnssecOk: true,
  },
  { clause: "8.2.8", why: "DO comes back", query: { edns: { ...plain, dnssecOk: true } }, dnssecOk: true },
  {
    clause: "8.2.9",
    why: "version 1 with DO is refused",
    query: { edns: { ...plain, version: 1, dnssecOk: true } },
    expected: "bad version",
    dnssecOk: true,
  },
  {
    clause: "8.2.10",
    why: "NSID, a cookie, EXPIRE and a client subnet at once do no harm",
    query: {
      edns: {
        ...plain,
        options: [
          { code: EdnsOption.NSID, value: new Uint8Array(0) },
          { code: EdnsOption.COOKIE, value: new Uint8Array(8) },
          { code: EdnsOption.EXPIRE, value: new Uint8Array(0) },
          { code: EdnsOption["CLIENT-SUBNET"], value: Uint8Array.of(0, 1, 0, 0) },
        ],
      },
    },
  },
];

const large = `@ TXT ${`"${"x".repeat(250)}" `.repeat(3)}\n`;

for (const { clause, why, type = RRType.SOA, query = {}, expected = "soa", ...rest } of cases) {
  test(`RFC 8906 §${clause}: ${why}`, () => {
    const question = { name: parseName("example."), type, class: 1 };
    const octets = encodeMessage(queryMessage({ id: 7, question, ...query }));
    octets[3]! |= rest.flags ?? 0;
    if (rest.ednsFlags !== undefined) octets[optFlagsAt(octets)]! |= rest.ednsFlags;
    const raw = new EngineRig({ "example.": large }).exchange(octets, rest.transport)!;
    const response = decodeMessage(raw);
    assert.equal(response.id, 7);
    assert.equal(raw[3]! & 0x60, 0, "the reserved bit and AD are not set");
    assert.equal(response.recursionAvailable, false);
    assert.equal(response.edns?.version, query.edns && 0);
    assert.equal(response.edns?.dnssecOk, query.edns && (rest.dnssecOk ?? false));
    if (query.edns !== undefined) assert.equal(raw[optFlagsAt(raw)], 0, "no unknown EDNS flag is set");
    assert.ok(!response.edns?.options.some(({ code }) => code === 100), "no unknown option comes back");
    assert.deepEqual(shape(response), expectedShapes[expected]);
  });
}

const expectedShapes = {
  soa: { rcode: Rcode.NOERROR, aa: true, tc: false, questions: 1, answers: [RRType.SOA], denied: false },
  nodata: { rcode: Rcode.NOERROR, aa: true, tc: false, questions: 1, answers: [], denied: true },
  "not implemented": { rcode: Rcode.NOTIMP, aa: false, tc: false, questions: 0, answers: [], denied: false },
  "bad version": { rcode: Rcode.BADVERS, aa: false, tc: false, questions: 1, answers: [], denied: false },
  truncated: { rcode: Rcode.NOERROR, aa: true, tc: true, questions: 1, answers: [], denied: false },
};

function shape(response: Message) {
  return {
    rcode: response.rcode,
    aa: response.isAuthoritative,
    tc: response.isTruncated,
    questions: response.questions.length,
    answers: response.answers.map(({ type }) => type),
    denied: response.authorities.some(({ type }) => type === RRType.SOA),
  };
}

/** Where the second octet of the flags of the OPT record is, which is the last record here. */
function optFlagsAt(octets: Uint8Array): number {
  const at = Buffer.from(octets.buffer, octets.byteOffset, octets.length).lastIndexOf(
    Buffer.of(0, 0, RRType.OPT),
  );
  return at + 8;
}
