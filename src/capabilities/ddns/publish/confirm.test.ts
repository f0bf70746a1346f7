import assert from "node:assert/strict";
import test from "node:test";
import { type Ask, NoAnswer } from "#platform/dns-query/ask.ts";
import { decodeMessage, encodeMessage, type Message } from "#protocols/dns/message.ts";
import { nameOctets, nameToText, parseName } from "#protocols/dns/name.ts";
import { Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { type Confirmation, type ConfirmPorts, confirmRecord, type RecordToConfirm } from "./confirm.ts";

type Type = "A" | "AAAA" | "CNAME";
const octetsOf: Readonly<Record<string, readonly number[]>> = {
  "203.0.113.9": [203, 0, 113, 9],
  "203.0.113.8": [203, 0, 113, 8],
  "198.51.100.7": [198, 51, 100, 7],
  "2001:db8::9": [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9],
};

/** What a server says: records of the name asked for, with authority unless `more` says otherwise. */
interface Says {
  readonly records?: readonly (readonly [type: Type, data: string, owner?: string])[];
  readonly more?: Partial<Message>;
  /** By TCP, when it is not the same. */
  readonly byTcp?: Says | "silence";
}

/** By address. */
type Servers = Readonly<Record<string, Says | "silence" | "nonsense">>;

interface Seen {
  readonly by: "udp" | "tcp";
  readonly to: string;
  readonly query: Message;
}

function portsOf(servers: Servers, seen: Seen[] = []): ConfirmPorts {
  const names = Object.keys(servers).filter((address) => address.startsWith("192.0.2."));
  const numberOf = (address: string) => address.split(".")[3]!;
  const asker =
    (by: "udp" | "tcp"): Ask =>
    async (octets, { address, port }, _timeoutMs, signal) => {
      const query = decodeMessage(octets);
      seen.push({ by, to: `${address} ${port}`, query });
      if (signal?.aborted === true) throw new NoAnswer("is not waited for any longer");
      const said = servers[address] ?? "silence";
      const says = by === "tcp" && typeof said !== "string" ? (said.byTcp ?? said) : said;
      if (says === "silence") throw new NoAnswer("did not answer within 3 s");
      return says === "nonsense" ? octets.slice(0, 5) : answerOf(query, says);
    };
  return {
    resolve: async (name, type) => {
      if (name === "example.net" && type === "NS") return names.map((address) => `ns${numberOf(address)}`);
      if (type === "A" && name.startsWith("ns")) return [`192.0.2.${name.slice(2)}`];
      const second = `2001:db8::${name.slice(2)}`;
      return type === "AAAA" && servers[second] !== undefined ? [second] : [];
    },
    askUdp: asker("udp"),
    askTcp: asker("tcp"),
    randomId: () => 0x1234,
    wildcardLabel: "nobody-has-this",
  };
}

function answerOf(query: Message, { records = [], more = {} }: Says): Uint8Array {
  const answers = records.map(([type, data, owner]) => ({
    name: owner === undefined ? query.questions[0]!.name : parseName(owner),
    type: RRType[type],
    class: RRClass.IN,
    ttl: 60,
    rdata: type === "CNAME" ? nameOctets(parseName(data)) : new Uint8Array(octetsOf[data]!),
  }));
  return encodeMessage({ ...query, isResponse: true, isAuthoritative: true, answers, ...more });
}

const record: RecordToConfirm = { name: "home.example.net", type: "A", address: "203.0.113.9" };
const it: Says = { records: [["A", "203.0.113.9"]] };
const old: Says = { records: [["A", "198.51.100.7"]] };
const unknown: Says = { more: { rcode: Rcode.NXDOMAIN } };
const refusing: Says = { more: { rcode: Rcode.REFUSED, isAuthoritative: false } };

const yes = (sentence?: string): Confirmation => ({ outcome: "yes", sentence });
const no = (sentence: string): Confirmation => ({ outcome: "no", sentence });
const couldNot = (sentence: string): Confirmation => ({ outcome: "could-not-confirm", sentence });

const cases: readonly (readonly [why: string, servers: Servers, want: Confirmation])[] = [
  ["all have it", { "192.0.2.1": it, "192.0.2.2": it }, yes()],
  [
    "one of two has the one before",
    { "192.0.2.1": it, "192.0.2.2": old },
    no("not all of its servers have it: 198.51.100.7 (ns2)"),
  ],
  [
    "none has it",
    { "192.0.2.1": old, "192.0.2.2": old, "192.0.2.3": unknown, "192.0.2.4": {} },
    no("none of its servers has it: 198.51.100.7 (ns1, ns2); no such name (ns3); no A record (ns4)"),
  ],
  [
    "it has several addresses, and this one among them",
    {
      "192.0.2.1": {
        records: [
          ["A", "198.51.100.7"],
          ["A", "203.0.113.9"],
        ],
      },
    },
    yes(),
  ],
  [
    "it has several others",
    {
      "192.0.2.1": {
        records: [
          ["A", "198.51.100.7"],
          ["A", "203.0.113.8"],
        ],
      },
    },
    no("none of its servers has it: 198.51.100.7 and 203.0.113.8 (ns1)"),
  ],
  [
    "it is an alias, and the address is that of another name",
    {
      "192.0.2.1": {
        records: [
          ["CNAME", "other.example.net."],
          ["A", "203.0.113.9", "other.example.net."],
        ],
      },
    },
    no("none of its servers has it: an alias of other.example.net (ns1)"),
  ],
  [
    "the address is that of another name",
    { "192.0.2.1": { records: [["A", "203.0.113.9", "other.example.net."]] } },
    no("none of its servers has it: no A record (ns1)"),
  ],
  [
    "the address is of another type",
    { "192.0.2.1": { records: [["AAAA", "2001:db8::9"]] } },
    no("none of its servers has it: no A record (ns1)"),
  ],
  [
    "one is silent and one refuses, which is not against it",
    { "192.0.2.1": it, "192.0.2.2": "silence", "192.0.2.3": refusing },
    yes("not all of its servers tell: did not answer within 3 s (ns2); answers REFUSED (ns3)"),
  ],
  [
    "one is silent and another has the one before",
    { "192.0.2.1": "silence", "192.0.2.2": old },
    no("not all of its servers have it: 198.51.100.7 (ns2)"),
  ],
  [
    "all are silent",
    { "192.0.2.1": "silence", "192.0.2.2": "silence" },
    couldNot("none of its servers tells: did not answer within 3 s (ns1, ns2)"),
  ],
  [
    "it has it, but from a cache",
    { "192.0.2.1": { ...it, more: { isAuthoritative: false } } },
    couldNot("none of its servers tells: answers without authority (ns1)"),
  ],
  [
    "it fails",
    { "192.0.2.1": { more: { rcode: Rcode.SERVFAIL } } },
    couldNot("none of its servers tells: answers SERVFAIL (ns1)"),
  ],
  [
    "it answers with something else than a message",
    { "192.0.2.1": "nonsense" },
    couldNot("none of its servers tells: answers with something that cannot be read (ns1)"),
  ],
  ["its answer is cut, and whole by TCP", { "192.0.2.1": { more: { isTruncated: true }, byTcp: it } }, yes()],
  [
    "its answer is cut, and it does not speak TCP",
    { "192.0.2.1": { ...it, more: { isTruncated: true }, byTcp: "silence" } },
    couldNot("none of its servers tells: did not answer within 3 s (ns1)"),
  ],
  [
    "it is silent at its first address and has it at the second",
    { "192.0.2.1": "silence", "2001:db8::1": it },
    yes(),
  ],
  ["there are no servers", {}, couldNot("no zone is found that home.example.net is in")],
];
for (const [why, servers, want] of cases) {
  test(`confirmation: ${why}: ${want.outcome}`, async () => {
    assert.deepEqual(await confirmRecord(record, portsOf(servers), new AbortController().signal), want);
  });
}

test("an AAAA record is compared by what it means", async () => {
  const servers: Servers = { "192.0.2.1": { records: [["AAAA", "2001:db8::9"]] } };
  const asked = { name: "home.example.net", type: "AAAA", address: "2001:DB8:0::9" } as const;
  assert.deepEqual(await confirmRecord(asked, portsOf(servers), new AbortController().signal), yes());
});

test("the question is not to be answered from elsewhere, and a wildcard is asked for by a label", async () => {
  const seen: Seen[] = [];
  const ports = {
    ...portsOf({ "192.0.2.1": { ...it, more: { isTruncated: true }, byTcp: it } }, seen),
    port: 5353,
  };
  const wildcard = { ...record, name: "*.home.example.net" };
  assert.equal((await confirmRecord(wildcard, ports, new AbortController().signal)).outcome, "yes");
  assert.deepEqual(
    seen.map(({ by, to }) => `${by} ${to}`),
    ["udp 192.0.2.1 5353", "tcp 192.0.2.1 5353"],
  );
  for (const { query } of seen) {
    assert.partialDeepStrictEqual(query, { id: 0x1234, recursionDesired: false, isResponse: false });
    assert.equal(nameToText(query.questions[0]!.name), "nobody-has-this.home.example.net.");
  }
});

test("no more than eight servers are asked, and a long list is cut", async () => {
  const seen: Seen[] = [];
  const silence = Array.from({ length: 30 }, (_, index) => [`192.0.2.${index + 100}`, "silence"] as const);
  const found = await confirmRecord(
    record,
    portsOf(Object.fromEntries(silence), seen),
    new AbortController().signal,
  );
  assert.equal(found.outcome, "could-not-confirm");
  assert.equal(seen.length, 8);
  assert.ok(found.sentence!.length <= 300);
});

test("a signal that has ended makes that nobody can tell", async () => {
  const found = await confirmRecord(record, portsOf({ "192.0.2.1": it }), AbortSignal.abort());
  assert.deepEqual(found, couldNot("none of its servers tells: is not waited for any longer (ns1)"));
});

test("what cannot be a name is not asked for", async () => {
  const long = { ...record, name: `${"a".repeat(64)}.example.net` };
  const found = await confirmRecord(long, portsOf({ "192.0.2.1": it }), new AbortController().signal);
  assert.equal(found.outcome, "could-not-confirm");
});
