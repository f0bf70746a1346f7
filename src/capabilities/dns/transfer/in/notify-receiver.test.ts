import assert from "node:assert/strict";
import { test } from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { decodeMessage, encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { lowerName, type Name, namesEqual, parseName } from "#protocols/dns/name.ts";
import { Rcode, RRType } from "#protocols/dns/registry.ts";
import { parseAddressMatch } from "../../address-match.ts";
import type { Client } from "../../client.ts";
import { parseServer } from "../../server-address.ts";
import { NotifyReceiver } from "./notify-receiver.ts";
import type { SecondaryZone } from "./secondaries.ts";

const zone: SecondaryZone = {
  name: parseName("example."),
  primaries: ["192.0.2.1", "192.0.2.2 key lab", "[2001:db8::1]:5353"].map(parseServer),
  allowNotify: parseAddressMatch(["198.51.100.0/24", "key lab"], {}),
  bounds: { recordsPerTypeMax: 100, typesPerNameMax: 100 },
};
const key = lowerName(parseName("lab."));

function client(address: readonly number[], more: Partial<Client> = {}): Client {
  const octets = Uint8Array.from(address);
  return { address: octets, text: octets.join("."), transport: 0, encrypted: false, key: undefined, ...more };
}
const primary = client([192, 0, 2, 1]);
const stranger = client([203, 0, 113, 9]);

class Rig {
  readonly clock = new SteppedClock();
  readonly logged = collectLog();
  readonly notified: (readonly [primary: number, serial: number | undefined])[] = [];
  readonly receiver = new NotifyReceiver({
    secondaries: {
      zone: (name: Name) => (namesEqual(name, zone.name) ? zone : undefined),
      notified: (_name, from, serial) => this.notified.push([from, serial]) > 0,
    },
    isServed: (name) => namesEqual(name, parseName("own.")),
    clock: this.clock,
    log: this.logged.log,
  });

  send(message: Uint8Array, from: Client): Message | undefined {
    const response = this.receiver.receive(message, from);
    return response === undefined ? undefined : decodeMessage(response);
  }
}

function notify(name: string, rest: Partial<Message> = {}): Uint8Array {
  const question = { name: parseName(name), type: RRType.SOA, class: 1 };
  return encodeMessage(queryMessage({ id: 77, question, opcode: 4, isAuthoritative: true, ...rest }));
}
const hint = (serial: number): Partial<Message> => {
  const rdata = Uint8Array.of(0, 0, ...[serial, 1, 1, 1, 1].flatMap((value) => [0, 0, 0, value]));
  return { answers: [{ name: parseName("example."), type: RRType.SOA, class: 1, ttl: 0, rdata }] };
};

const cases: readonly (readonly [
  why: string,
  message: Uint8Array,
  from: Client,
  rcode: number | undefined,
  notified: readonly (readonly [number, number | undefined])[],
])[] = [
  ["from the first primary it is taken", notify("example."), primary, Rcode.NOERROR, [[0, undefined]]],
  [
    "from a primary with a key it is taken without, as by BIND",
    notify("example."),
    client([192, 0, 2, 2]),
    Rcode.NOERROR,
    [[1, undefined]],
  ],
  [
    "from a primary with IPv6 it is taken",
    notify("example."),
    client([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
    Rcode.NOERROR,
    [[2, undefined]],
  ],
  ["the serial number is a hint", notify("example.", hint(9)), primary, Rcode.NOERROR, [[0, 9]]],
  ["a name in another case is the same zone", notify("ExAmple."), primary, Rcode.NOERROR, [[0, undefined]]],
  [
    "from an address of allowNotify it is taken",
    notify("example."),
    client([198, 51, 100, 7]),
    Rcode.NOERROR,
    [[-1, undefined]],
  ],
  [
    "with a key of allowNotify it is taken",
    notify("example."),
    { ...stranger, key },
    Rcode.NOERROR,
    [[-1, undefined]],
  ],
  ["from a stranger it is refused", notify("example."), stranger, Rcode.REFUSED, []],
  ["of a zone that is not ours it is NOTAUTH", notify("other."), primary, Rcode.NOTAUTH, []],
  ["of a name in our zone it is NOTAUTH", notify("www.example."), primary, Rcode.NOTAUTH, []],
  ["of a zone that we are primary of it means nothing", notify("own."), primary, Rcode.NOERROR, []],
  [
    "of class CHAOS it is NOTIMP",
    notify("example.", { questions: [{ name: parseName("example."), type: 6, class: 3 }] }),
    primary,
    Rcode.NOTIMP,
    [],
  ],
  [
    "of another type it is FORMERR",
    notify("example.", { questions: [{ name: parseName("example."), type: 1, class: 1 }] }),
    primary,
    Rcode.FORMERR,
    [],
  ],
  ["without a question it is FORMERR", notify("example.", { questions: [] }), primary, Rcode.FORMERR, []],
  ["that cannot be read is FORMERR", notify("example.").slice(0, -1), primary, Rcode.FORMERR, []],
  ["that is a response is not answered", notify("example.", { isResponse: true }), primary, undefined, []],
  ["that is shorter than a header is not answered", notify("example.").slice(0, 11), primary, undefined, []],
];

for (const [why, message, from, rcode, notified] of cases) {
  test(`a NOTIFY ${why}`, () => {
    const rig = new Rig();
    const response = rig.send(message, from);
    assert.equal(response?.rcode, rcode);
    assert.deepEqual(rig.notified, notified);
    if (response === undefined) return;
    assert.deepEqual([response.id, response.isResponse, response.opcode], [77, true, 4]);
    assert.equal(response.isAuthoritative, rcode === Rcode.NOERROR);
  });
}

test("who speaks EDNS is answered with it", () => {
  const edns = { udpSize: 4096, version: 0, dnssecOk: false, options: [] };
  assert.equal(new Rig().send(notify("example.", { edns }), primary)?.edns?.udpSize, 1232);
  assert.equal(new Rig().send(notify("example."), primary)?.edns, undefined);
});

test("a flood from strangers is told once a minute", () => {
  const rig = new Rig();
  for (let i = 0; i < 1000; i++) rig.send(notify("example."), stranger);
  assert.equal(rig.logged.lines.length, 1);
  rig.clock.advance(60_000);
  rig.send(notify("example."), stranger);
  assert.deepEqual(
    rig.logged.lines.map(({ facts }) => facts["refused"]),
    [1, 1000],
  );
  assert.deepEqual(rig.receiver.counters, { taken: 0, refused: 1001, unknown: 0, malformed: 0 });
  assert.deepEqual(rig.notified, []);
});
