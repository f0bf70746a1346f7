/** A table of lies that a primary can tell when it is asked for a zone, and what each of them is called. */
import type { TransferFaultCode } from "../../src/capabilities/dns/transfer/in/transfer-fault.ts";
import { checkRequest } from "../../src/capabilities/dns/tsig/check-request.ts";
import type { TsigKey } from "../../src/platform/tsig/key.ts";
import {
  decodeMessage,
  encodeMessage,
  type Message,
  type MessageRecord,
} from "../../src/protocols/dns/message.ts";
import { lowerName, parseName } from "../../src/protocols/dns/name.ts";
import { Rcode, RRClass } from "../../src/protocols/dns/registry.ts";
import { parseZone } from "../../src/protocols/zonefile/zone-file.ts";
import type { Move } from "./hostile-primary.ts";

export const zone = parseName("example.");
/** What the client has. */
export const presentText =
  "@ SOA ns.example. host.example. 5 7200 3600 86400 300\n@ NS ns\nns A 10.0.0.1\na A 10.0.0.2\nb TXT one\n";
export const key: TsigKey = {
  name: lowerName(parseName("lab-key.")),
  algorithm: "hmac-sha256",
  secret: new TextEncoder().encode("a secret of thirty-two octets ..."),
};

export interface Lie {
  readonly why: string;
  readonly ask: "AXFR" | "IXFR";
  readonly want: TransferFaultCode;
  /** The client signs, and wants it signed. */
  readonly signed?: true;
  /** So much time passes before anything happens, in milliseconds. */
  readonly afterMs?: number;
  /** Octets of records that are allowed. */
  readonly octetsMax?: number;
  readonly answer: (request: Uint8Array) => Iterable<Move>;
}

/** Records as in a zone file, a line each with an owner, in the order of the text; owners may lie anywhere. */
export function records(text: string): MessageRecord[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [owner = ""] = line.split(" ");
    return { ...recordOf(line.slice(owner.length)), name: parseName(owner, zone) };
  });
}

/** What follows the owner. */
function recordOf(text: string): Omit<MessageRecord, "name"> {
  const list: Omit<MessageRecord, "name">[] = [];
  parseZone(
    { file: "lie", octets: Buffer.from(`$TTL 60\n@${text}\n`) },
    {
      origin: zone,
      include: () => "",
      sink: {
        record: (_owner, _ownerLength, type, ttl, rdata, rdataLength) => {
          list.push({ type, class: RRClass.IN, ttl, rdata: rdata.slice(0, rdataLength) });
        },
      },
      onProblem: ({ what }) => {
        throw new Error(what);
      },
    },
  );
  return list[0]!;
}

/** A message that answers the request. */
export function reply(request: Uint8Array, text: string, rest: Partial<Message> = {}): Uint8Array {
  const { id, questions } = decodeMessage(request);
  return encodeMessage({
    id,
    isResponse: true,
    opcode: 0,
    isAuthoritative: true,
    isTruncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: Rcode.NOERROR,
    questions,
    answers: records(text),
    authorities: [],
    additionals: [],
    ...rest,
  });
}

export const soa = (serial: number, contact = "host"): string =>
  `@ SOA ns.example. ${contact}.example. ${serial} 7200 3600 86400 300\n`;
const body = "@ NS ns\nns A 10.0.0.1\n";
const whole = (serial: number, more = ""): string => soa(serial) + body + more + soa(serial);

/** One message, and the connection stays open. */
const says =
  (text: string, rest: Partial<Message> = {}) =>
  (request: Uint8Array): Move[] => [reply(request, text, rest), "hold"];

/** The message with octets of it replaced. */
function patched(message: Uint8Array, at: number, ...octets: number[]): Uint8Array {
  const copy = message.slice();
  copy.set(octets, at < 0 ? copy.length + at : at);
  return copy;
}

/** A record behind an answer, octet by octet, that says it is one more. */
function withRaw(message: Uint8Array, ...octets: number[]): Uint8Array {
  const raw = new Uint8Array(message.length + octets.length);
  raw.set(message);
  raw.set(octets, message.length);
  raw[7]!++;
  return raw;
}

function* forever(first: Uint8Array, next: Uint8Array): Generator<Move> {
  yield first;
  for (;;) yield next;
}

/** Signs as the key says, with changes: `secret` another one, `seconds` off the clock. */
function signing(
  request: Uint8Array,
  texts: readonly string[],
  { other = false, seconds = 0 }: { other?: boolean; seconds?: number } = {},
): Uint8Array[] {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const checked = checkRequest(request, new Map([[key.name, key]]), nowSeconds);
  if (checked.state !== "good") throw new Error(`the request is ${checked.state}`);
  return texts.map((text) => {
    const signed = checked.signer.sign(reply(checked.body, text), nowSeconds + seconds);
    return other ? patched(signed, signed.length - 8, signed.at(-8)! ^ 1) : signed;
  });
}

export const lies: readonly Lie[] = [
  // Who answers, and to what
  {
    why: "the id is another one",
    ask: "AXFR",
    want: "mismatch",
    answer: (request) => [patched(reply(request, whole(9)), 0, request[0]! ^ 1), "hold"],
  },
  {
    why: "the second message has another id",
    ask: "AXFR",
    want: "mismatch",
    answer: (request) => [
      reply(request, soa(9) + body),
      patched(reply(request, soa(9)), 1, request[1]! ^ 1),
      "hold",
    ],
  },
  { why: "it sends the query back", ask: "AXFR", want: "mismatch", answer: (request) => [request, "hold"] },
  { why: "the opcode is NOTIFY", ask: "AXFR", want: "mismatch", answer: says(whole(9), { opcode: 4 }) },
  {
    why: "the question is of another zone",
    ask: "AXFR",
    want: "mismatch",
    answer: says(whole(9), { questions: [{ name: parseName("other."), type: 252, class: 1 }] }),
  },
  {
    why: "the question is of another type",
    ask: "AXFR",
    want: "mismatch",
    answer: says(whole(9), { questions: [{ name: zone, type: 6, class: 1 }] }),
  },
  {
    why: "the question is of another class",
    ask: "AXFR",
    want: "mismatch",
    answer: says(whole(9), { questions: [{ name: zone, type: 252, class: 3 }] }),
  },
  {
    why: "the first message has no question",
    ask: "AXFR",
    want: "mismatch",
    answer: says(whole(9), { questions: [] }),
  },
  {
    why: "there are two questions",
    ask: "AXFR",
    want: "mismatch",
    answer: (request) =>
      says(whole(9), {
        questions: [...decodeMessage(request).questions, ...decodeMessage(request).questions],
      })(request),
  },
  {
    why: "the second message answers another question",
    ask: "AXFR",
    want: "mismatch",
    answer: (request) => [
      reply(request, soa(9) + body),
      reply(request, soa(9), { questions: [{ name: parseName("other."), type: 252, class: 1 }] }),
      "hold",
    ],
  },
  { why: "it refuses", ask: "AXFR", want: "rcode", answer: says("", { rcode: Rcode.REFUSED }) },
  { why: "it has no such zone", ask: "AXFR", want: "rcode", answer: says("", { rcode: Rcode.NOTAUTH }) },
  {
    why: "it fails midway",
    ask: "AXFR",
    want: "rcode",
    answer: (request) => [
      reply(request, soa(9) + body),
      reply(request, "", { rcode: Rcode.SERVFAIL }),
      "hold",
    ],
  },
  {
    why: "it says FORMERR with and without EDNS",
    ask: "AXFR",
    want: "rcode",
    answer: says("", { rcode: Rcode.FORMERR }),
  },
  // A zone without end, or without content
  { why: "it closes without a word", ask: "AXFR", want: "cut", answer: () => ["close"] },
  { why: "it breaks the connection off without a word", ask: "AXFR", want: "cut", answer: () => ["reset"] },
  {
    why: "it closes after the first message",
    ask: "AXFR",
    want: "cut",
    answer: (request) => [reply(request, soa(9) + body), "close"],
  },
  {
    why: "it closes after the second message",
    ask: "AXFR",
    want: "cut",
    answer: (request) => [reply(request, soa(9) + body), reply(request, "a A 10.0.0.9"), "close"],
  },
  {
    why: "it closes before the last octet",
    ask: "AXFR",
    want: "cut",
    answer: (request) => {
      const message = reply(request, whole(9));
      return [
        { raw: Uint8Array.of(message.length >> 8, message.length & 255, ...message.subarray(0, -1)) },
        "close",
      ];
    },
  },
  {
    why: "it breaks the connection off midway",
    ask: "AXFR",
    want: "cut",
    answer: (request) => [reply(request, soa(9) + body), "reset"],
  },
  { why: "it never says anything", ask: "AXFR", want: "silent", afterMs: 11_000, answer: () => ["hold"] },
  {
    why: "it stops midway",
    ask: "AXFR",
    want: "silent",
    afterMs: 11_000,
    answer: (request) => [reply(request, soa(9) + body), "hold"],
  },
  {
    why: "it stops after the length of a message",
    ask: "AXFR",
    want: "silent",
    afterMs: 11_000,
    answer: () => [{ raw: Uint8Array.of(255, 255, 0) }, "hold"],
  },
  {
    why: "it sends records forever",
    ask: "AXFR",
    want: "too-large",
    octetsMax: 2_000_000,
    answer: (request) =>
      forever(
        reply(request, soa(9) + body),
        reply(request, Array.from({ length: 200 }, (_, i) => `h${i} TXT ${"x".repeat(80)}`).join("\n")),
      ),
  },
  {
    why: "it sends the same record forever",
    ask: "AXFR",
    want: "too-large",
    octetsMax: 1_000_000,
    answer: (request) => forever(reply(request, soa(9) + body), reply(request, "a A 10.0.0.1")),
  },
  {
    why: "it sends differences forever",
    ask: "IXFR",
    want: "too-large",
    octetsMax: 1_000_000,
    answer: (request) =>
      forever(
        reply(request, soa(9) + soa(5)),
        reply(request, Array.from({ length: 200 }, (_, i) => `h${i} TXT ${"x".repeat(80)}`).join("\n")),
      ),
  },
  {
    why: "it sends records outside the zone forever",
    ask: "AXFR",
    want: "too-large",
    octetsMax: 1_000_000,
    answer: (request) =>
      forever(
        reply(request, soa(9) + body),
        reply(request, Array.from({ length: 200 }, (_, i) => `h${i}.org. TXT ${"x".repeat(80)}`).join("\n")),
      ),
  },
  { why: "a message has no records", ask: "AXFR", want: "malformed", answer: says("") },
  {
    why: "messages without records go on forever",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => forever(reply(request, soa(9) + body), reply(request, "")),
  },
  {
    why: "names are pointers to long names, forever",
    ask: "AXFR",
    want: "too-large",
    octetsMax: 1_000_000,
    answer: (request) => {
      const long = `${`${"l".repeat(60)}.`.repeat(3)}example.`;
      return forever(
        reply(request, soa(9) + body),
        reply(request, Array.from({ length: 400 }, () => `${long} MX 1 ${long}`).join("\n")),
      );
    },
  },
  // SOA records
  { why: "the zone does not begin with SOA", ask: "AXFR", want: "soa", answer: says(body + soa(9)) },
  {
    why: "the zone is no more than an SOA record twice",
    ask: "AXFR",
    want: "bad-zone",
    answer: says(soa(9) + soa(9)),
  },
  {
    why: "the last SOA record has another serial number",
    ask: "AXFR",
    want: "soa",
    answer: says(soa(9) + body + soa(10)),
  },
  {
    why: "the last SOA record has another contact",
    ask: "AXFR",
    want: "soa",
    answer: says(soa(9) + body + soa(9, "other")),
  },
  {
    why: "an SOA record stands below the apex",
    ask: "AXFR",
    want: "soa",
    answer: says(`${soa(9)}${body}${soa(9).replace("@", "sub")}${soa(9)}`),
  },
  {
    why: "the SOA record is of another zone",
    ask: "AXFR",
    want: "soa",
    answer: says(whole(9).replaceAll("@ SOA", "other. SOA")),
  },
  {
    why: "records follow the last SOA record",
    ask: "AXFR",
    want: "soa",
    answer: says(`${whole(9)}a A 10.0.0.9`),
  },
  { why: "the serial number is older than ours", ask: "AXFR", want: "serial", answer: says(whole(4)) },
  {
    why: "the serial number is older by half the circle",
    ask: "AXFR",
    want: "serial",
    answer: says(whole(0x8000_0005)),
  },
  { why: "an incremental answer is older than ours", ask: "IXFR", want: "serial", answer: says(soa(4)) },
  // Records that no zone holds
  {
    why: "a record is of class CH",
    ask: "AXFR",
    want: "foreign",
    answer: (request) => {
      const all = records(whole(9));
      return says("", { answers: all.map((one, index) => (index === 2 ? { ...one, class: 3 } : one)) })(
        request,
      );
    },
  },
  {
    why: "a record is of type ANY",
    ask: "AXFR",
    want: "foreign",
    answer: (request) => {
      const all = records(whole(9));
      return says("", { answers: all.map((one, index) => (index === 2 ? { ...one, type: 255 } : one)) })(
        request,
      );
    },
  },
  {
    why: "a record is of type AXFR",
    ask: "AXFR",
    want: "foreign",
    answer: (request) => {
      const all = records(whole(9));
      return says("", { answers: all.map((one, index) => (index === 2 ? { ...one, type: 252 } : one)) })(
        request,
      );
    },
  },
  {
    why: "a record is of type 0",
    ask: "AXFR",
    want: "foreign",
    answer: (request) => {
      const all = records(whole(9));
      return says("", { answers: all.map((one, index) => (index === 2 ? { ...one, type: 0 } : one)) })(
        request,
      );
    },
  },
  // What is malformed
  {
    why: "an address has three octets",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [
      withRaw(reply(request, soa(9)), 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 3, 1, 2, 3),
      "hold",
    ],
  },
  {
    why: "an IPv6 address has four octets",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [
      withRaw(reply(request, soa(9)), 0xc0, 12, 0, 28, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4),
      "hold",
    ],
  },
  {
    why: "a text goes on behind its record",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [
      withRaw(reply(request, soa(9)), 0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 1, 0, 2, 9, 65),
      "hold",
    ],
  },
  {
    why: "a record is longer than its message",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [
      withRaw(reply(request, soa(9)), 0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 1, 0, 200, 9, 65),
      "hold",
    ],
  },
  {
    why: "the SOA record is cut short",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [
      withRaw(reply(request, ""), 0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 1, 0, 4, 0, 0, 0, 1),
      "hold",
    ],
  },
  {
    why: "a name points at itself",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => {
      const message = reply(request, soa(9));
      const at = message.length;
      return [withRaw(message, 0xc0 | (at >> 8), at & 255, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4), "hold"];
    },
  },
  {
    why: "a name points forward",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [
      withRaw(reply(request, soa(9)), 0xc1, 0xff, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4),
      "hold",
    ],
  },
  {
    why: "a name points into the header",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [
      withRaw(reply(request, soa(9)), 0xc0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4),
      "hold",
    ],
  },
  {
    why: "a label is of the extended kind",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [
      withRaw(reply(request, soa(9)), 0x41, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4),
      "hold",
    ],
  },
  {
    why: "a name server's name goes on behind its record",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [
      withRaw(reply(request, soa(9)), 0xc0, 12, 0, 2, 0, 1, 0, 0, 0, 1, 0, 2, 5, 65),
      "hold",
    ],
  },
  {
    why: "octets follow a name in its record",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [
      withRaw(reply(request, soa(9)), 0xc0, 12, 0, 2, 0, 1, 0, 0, 0, 1, 0, 3, 0xc0, 12, 7),
      "hold",
    ],
  },
  {
    why: "a signature's signer is compressed",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [
      withRaw(
        reply(request, soa(9)),
        0xc0,
        12,
        0,
        46,
        0,
        1,
        0,
        0,
        0,
        1,
        0,
        24,
        ...new Uint8Array(18),
        0xc0,
        12,
        1,
        2,
        3,
        4,
      ),
      "hold",
    ],
  },
  {
    why: "it counts more records than it sends",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [patched(reply(request, whole(9)), 7, 200), "hold"],
  },
  {
    why: "a message is shorter than a header",
    ask: "AXFR",
    want: "malformed",
    answer: (request) => [request.slice(0, 2), "hold"],
  },
  {
    why: "a message has no octets at all",
    ask: "AXFR",
    want: "malformed",
    answer: () => [new Uint8Array(0), "hold"],
  },
  // What could not be served
  {
    why: "the apex has no name server",
    ask: "AXFR",
    want: "bad-zone",
    answer: says(`${soa(9)}a A 10.0.0.1\n${soa(9)}`),
  },
  {
    why: "an alias has other data",
    ask: "AXFR",
    want: "bad-zone",
    answer: says(whole(9, "a CNAME ns\na A 10.0.0.9\n")),
  },
  {
    why: "an alias stands for two names",
    ask: "AXFR",
    want: "bad-zone",
    answer: says(whole(9, "a CNAME ns\na CNAME b\n")),
  },
  { why: "the apex is an alias", ask: "AXFR", want: "bad-zone", answer: says(whole(9, "@ CNAME ns\n")) },
  {
    why: "a name has more records than it may",
    ask: "AXFR",
    want: "bad-zone",
    answer: says(whole(9, Array.from({ length: 101 }, (_, i) => `many A 10.9.0.${i}\n`).join(""))),
  },
  {
    why: "a name has more types than it may",
    ask: "AXFR",
    want: "bad-zone",
    answer: says(whole(9, Array.from({ length: 101 }, (_, i) => `many TYPE${65_000 + i} \\# 0\n`).join(""))),
  },
  {
    why: "the name servers lie outside the zone as owners",
    ask: "AXFR",
    want: "bad-zone",
    answer: says(`${soa(9)}other. NS ns.other.\n${soa(9)}`),
  },
  // Differences
  {
    why: "differences do not start at our serial number",
    ask: "IXFR",
    want: "differences",
    answer: says(soa(9) + soa(7) + soa(9) + soa(9)),
  },
  {
    why: "differences go back",
    ask: "IXFR",
    want: "differences",
    answer: says(soa(9) + soa(5) + soa(4) + soa(9)),
  },
  {
    why: "a difference changes no serial number",
    ask: "IXFR",
    want: "differences",
    answer: says(soa(9) + soa(5) + soa(5) + soa(9)),
  },
  {
    why: "differences leave a gap",
    ask: "IXFR",
    want: "differences",
    answer: says(soa(9) + soa(5) + soa(6) + soa(7) + soa(9) + soa(9)),
  },
  {
    why: "differences go beyond what they lead to",
    ask: "IXFR",
    want: "differences",
    answer: says(soa(9) + soa(5) + soa(12) + soa(9)),
  },
  {
    why: "differences end with another SOA record",
    ask: "IXFR",
    want: "differences",
    answer: says(soa(9) + soa(5) + soa(9) + soa(9, "other")),
  },
  {
    why: "differences begin with another SOA record than ours",
    ask: "IXFR",
    want: "differences",
    answer: says(soa(9) + soa(5, "other") + soa(9) + soa(9)),
  },
  {
    why: "a record is removed that is not there",
    ask: "IXFR",
    want: "differences",
    answer: says(`${soa(9)}${soa(5)}zzz A 10.0.0.1\n${soa(9)}${soa(9)}`),
  },
  {
    why: "a record is removed with another value than it has",
    ask: "IXFR",
    want: "differences",
    answer: says(`${soa(9)}${soa(5)}a A 10.0.0.77\n${soa(9)}${soa(9)}`),
  },
  {
    why: "a record is added that is there",
    ask: "IXFR",
    want: "differences",
    answer: says(`${soa(9)}${soa(5)}${soa(9)}a A 10.0.0.2\n${soa(9)}`),
  },
  {
    why: "a record is removed twice",
    ask: "IXFR",
    want: "differences",
    answer: says(`${soa(9)}${soa(5)}a A 10.0.0.2\na A 10.0.0.2\n${soa(9)}${soa(9)}`),
  },
  {
    why: "differences are cut",
    ask: "IXFR",
    want: "cut",
    answer: (request) => [reply(request, soa(9) + soa(5) + soa(9)), "close"],
  },
  {
    why: "differences remove the name servers",
    ask: "IXFR",
    want: "bad-zone",
    answer: says(`${soa(9)}${soa(5)}@ NS ns\n${soa(9)}${soa(9)}`),
  },
  {
    why: "differences put data beside an alias",
    ask: "IXFR",
    want: "bad-zone",
    answer: says(`${soa(9)}${soa(5)}${soa(9)}a CNAME ns\n${soa(9)}`),
  },
  {
    why: "differences add more records than a name may have",
    ask: "IXFR",
    want: "bad-zone",
    answer: says(
      `${soa(9)}${soa(5)}${soa(9)}${Array.from({ length: 101 }, (_, i) => `many A 10.9.0.${i}\n`).join("")}${soa(9)}`,
    ),
  },
  {
    why: "differences hold a record of type ANY",
    ask: "IXFR",
    want: "foreign",
    answer: (request) => {
      const all = records(`${soa(9)}${soa(5)}${soa(9)}c A 10.0.0.3\n${soa(9)}`);
      return says("", { answers: all.map((one, index) => (index === 3 ? { ...one, type: 255 } : one)) })(
        request,
      );
    },
  },
  { why: "it does not know IXFR", ask: "IXFR", want: "rcode", answer: says("", { rcode: Rcode.NOTIMP }) },
  // Signatures
  { why: "nothing is signed", ask: "AXFR", want: "signature", signed: true, answer: says(whole(9)) },
  {
    why: "a signature is wrong",
    ask: "AXFR",
    want: "signature",
    signed: true,
    answer: (request) => [...signing(request, [whole(9)], { other: true }), "hold"],
  },
  {
    why: "it was signed an hour ago",
    ask: "AXFR",
    want: "signature",
    signed: true,
    answer: (request) => [...signing(request, [whole(9)], { seconds: -3600 }), "hold"],
  },
  {
    why: "it was signed in an hour",
    ask: "AXFR",
    want: "signature",
    signed: true,
    answer: (request) => [...signing(request, [whole(9)], { seconds: 3600 }), "hold"],
  },
  {
    why: "the last message is not signed",
    ask: "AXFR",
    want: "signature",
    signed: true,
    answer: (request) => [
      ...signing(request, [soa(9) + body]),
      reply(request, soa(9), { additionals: [] }),
      "hold",
    ],
  },
  {
    why: "a message is missing between two that are signed",
    ask: "AXFR",
    want: "signature",
    signed: true,
    answer: (request) => {
      const [first, , third] = signing(request, [soa(9) + body, "a A 10.0.0.1", soa(9)]);
      return [first!, third!, "hold"];
    },
  },
  {
    why: "two signed messages have changed places",
    ask: "AXFR",
    want: "signature",
    signed: true,
    answer: (request) => {
      const [first, second, third] = signing(request, [soa(9) + body, "a A 10.0.0.1", soa(9)]);
      return [first!, third!, second!, "hold"];
    },
  },
  {
    why: "a signed message comes twice",
    ask: "AXFR",
    want: "signature",
    signed: true,
    answer: (request) => {
      const [first] = signing(request, [soa(9) + body]);
      return [first!, first!, "hold"];
    },
  },
];
