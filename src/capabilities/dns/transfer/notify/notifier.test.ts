import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import fc from "fast-check";
import type { Log } from "#contracts/log.ts";
import { SteppedClock, systemClock } from "#platform/clock/clock.ts";
import type { TsigKey } from "#platform/tsig/key.ts";
import { decodeMessage, encodeMessage, type Message } from "#protocols/dns/message.ts";
import { type Name, nameOctets, nameToText, parseName } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { Opcode, RRType } from "#protocols/dns/registry.ts";
import { zoneImage } from "../../engine/engine-rig.ts";
import { checkRequest } from "../../tsig/check-request.ts";
import { notifyLimits } from "./limits.ts";
import { Notifier, type NotifierPorts } from "./notifier.ts";
import { notifyMessage } from "./notify-message.ts";
import type { NotifyZone } from "./notify-server.ts";
import type { OpenNotifySocket } from "./notify-socket.ts";

/** A zone with the primary `ns`, and these servers besides. */
function zone(servers: readonly string[], rest: Partial<NotifyZone> = {}, origin = "example."): NotifyZone {
  const text = servers.map((server) => `@ NS ${server}\n`).join("");
  return {
    name: parseName(origin),
    image: zoneImage(origin, text),
    notify: "yes",
    alsoNotify: [],
    ...rest,
  };
}

interface SentMessage {
  readonly to: string;
  readonly octets: Uint8Array;
  readonly message: Message;
}

class Rig {
  readonly clock = new SteppedClock();
  readonly lines: string[] = [];
  readonly messages: SentMessage[] = [];
  readonly hosts = new Map<Name, readonly string[]>([
    [parseName("ns.example."), ["192.0.2.1"]],
    [parseName("a.example."), ["192.0.2.2"]],
    [parseName("b.example."), ["192.0.2.3", "2001:db8::3"]],
  ]);
  readonly lookedUp: string[] = [];
  readonly notifier: Notifier;
  receive!: (octets: Uint8Array, address: string, port: number) => void;
  isClosed = false;

  constructor(rest: Partial<NotifierPorts> = {}) {
    const say = (_facts: object, sentence: string): void => void this.lines.push(sentence);
    const log: Log = { debug: say, info: say, warn: say, error: say, child: () => log };
    let id = 0;
    this.notifier = new Notifier({
      log,
      clock: this.clock,
      randomId: () => ++id,
      addressesOf: (host) => this.hosts.get(host),
      isOwn: (address) => address === "192.0.2.99",
      keyOf: () => undefined,
      openSocket: this.openSocket,
      resolve: async (host) => {
        this.lookedUp.push(host);
        if (host === "gone.elsewhere.test") throw new Error("ENOTFOUND");
        return ["203.0.113.5"];
      },
      ...rest,
    });
  }

  private readonly openSocket: OpenNotifySocket = (onMessage) => {
    this.receive = onMessage;
    return {
      send: (octets, address, port) => {
        this.messages.push({ to: `${address}#${port}`, octets, message: decodeMessage(octets) });
      },
      [Symbol.dispose]: () => {
        this.isClosed = true;
      },
    };
  };

  /** Where messages went since the last call. */
  sent(): string[] {
    return this.messages.splice(0).map(({ to }) => to);
  }

  answer({ to, octets }: SentMessage, rest: Partial<Message> = {}): void {
    const [address, port] = to.split("#");
    this.receive(response(octets, rest), address!, Number(port));
  }
}

function response(octets: Uint8Array, rest: Partial<Message> = {}): Uint8Array {
  return encodeMessage({ ...decodeMessage(octets), isResponse: true, answers: [], additionals: [], ...rest });
}

test("all servers of the zone but its primary are told, and those that site.yaml names", () => {
  const rig = new Rig();
  rig.notifier.changed(zone(["a", "B"], { alsoNotify: ["192.0.2.77:5353"] }));
  assert.deepEqual(rig.sent(), ["192.0.2.77#5353", "192.0.2.2#53", "192.0.2.3#53", "2001:db8::3#53"]);
});

test("the message has the SOA record for a hint", () => {
  const rig = new Rig();
  rig.notifier.changed(zone(["a"]));
  const { message } = rig.messages[0]!;
  assert.equal(message.opcode, Opcode.NOTIFY);
  assert.ok(message.isAuthoritative && !message.isResponse);
  assert.equal(nameToText(message.questions[0]!.name), "example.");
  assert.equal(message.questions[0]!.type, 6);
  assert.match(rdataToText(6, message.answers[0]!.rdata), /^ns\.example\. host\.example\. 1 /);
});

for (const [why, octets, want] of [
  ["a SOA record that leaves a message within 512 octets is in it", 60, 1],
  ["a SOA record that would make a message longer than 512 octets is left out", 250, 0],
] as const)
  test(why, () => {
    const label = (letter: string): string => `${letter.repeat(48)}.`;
    const name = (letter: string): Name => parseName(label(letter).repeat(Math.ceil(octets / 60)));
    const rdata = Buffer.concat([nameOctets(name("m")), nameOctets(name("r")), new Uint8Array(20)]);
    const message = decodeMessage(
      notifyMessage(1, { zone: parseName("example."), serial: 1, ttl: 60, rdata }),
    );
    assert.equal(message.answers.length, want);
    assert.equal(nameToText(message.questions[0]!.name), "example.");
  });

for (const [why, what, want] of [
  ["nobody is told when notify is no", zone(["a"], { notify: "no", alsoNotify: ["192.0.2.7"] }), []],
  [
    "only servers that site.yaml names are told when notify is explicit",
    zone(["a"], { notify: "explicit", alsoNotify: ["192.0.2.7"] }),
    ["192.0.2.7#53"],
  ],
  ["this server does not tell itself", zone(["a"], { alsoNotify: ["192.0.2.99"] }), ["192.0.2.2#53"]],
  [
    "a server that is named twice is told once",
    zone(["a"], { alsoNotify: ["192.0.2.2", "192.0.2.2:53"] }),
    ["192.0.2.2#53"],
  ],
  [
    "a server that is reached over TLS only is not told",
    zone([], { alsoNotify: ["tls://192.0.2.7", "192.0.2.8"] }),
    ["192.0.2.8#53"],
  ],
] as const)
  test(why, () => {
    const rig = new Rig();
    rig.notifier.changed(what);
    assert.deepEqual(rig.sent(), want);
  });

test("servers elsewhere are looked up once, and told when they are found", async () => {
  const rig = new Rig();
  rig.notifier.changed(zone(["a", "ns.elsewhere.test.", "gone.elsewhere.test."]));
  assert.deepEqual(rig.sent(), ["192.0.2.2#53"]);
  await new Promise(setImmediate);
  assert.deepEqual(rig.sent(), ["203.0.113.5#53"]);
  rig.clock.advance(notifyLimits.coalesceMs);
  rig.notifier.changed(zone(["a", "ns.elsewhere.test.", "gone.elsewhere.test."]));
  assert.deepEqual(rig.sent().sort(), ["192.0.2.2#53", "203.0.113.5#53"]);
  assert.deepEqual(rig.lookedUp, ["ns.elsewhere.test", "gone.elsewhere.test"]);
});

test("a server that was told while others were looked up is not told twice", async () => {
  const rig = new Rig();
  rig.notifier.changed(zone(["a", "ns.elsewhere.test."]));
  rig.answer(rig.messages[0]!);
  await new Promise(setImmediate);
  rig.clock.advance(500);
  assert.deepEqual(rig.sent(), ["192.0.2.2#53", "203.0.113.5#53"]);
});

test("a thousand changes in a second are ten messages, the first at once and the last not left out", () => {
  const rig = new Rig();
  rig.notifier.changed(zone(["a"]));
  assert.equal(rig.messages.length, 1);
  for (let i = 0; i < 1000; i++) {
    for (const one of rig.messages.splice(0)) rig.answer(one);
    rig.notifier.changed(zone(["a"]));
    rig.clock.advance(1);
  }
  assert.equal(rig.notifier.counters.sent, 11);
  for (const one of rig.messages.splice(0)) rig.answer(one);
  rig.notifier.changed(zone(["a"]));
  assert.equal(rig.messages.length, 0);
  rig.clock.advance(notifyLimits.coalesceMs);
  assert.equal(rig.messages.length, 1);
});

for (const [why, forge] of [
  [
    "from another address",
    (rig: Rig, { octets }: SentMessage) => rig.receive(response(octets), "192.0.2.66", 53),
  ],
  [
    "from another port",
    (rig: Rig, { octets }: SentMessage) => rig.receive(response(octets), "192.0.2.2", 54),
  ],
  ["with another id", (rig: Rig, sent: SentMessage) => rig.answer(sent, { id: 999 })],
  [
    "of another zone",
    (rig: Rig, sent: SentMessage) =>
      rig.answer(sent, { questions: [{ name: parseName("other."), type: 6, class: 1 }] }),
  ],
  ["that is no response", (rig: Rig, sent: SentMessage) => rig.answer(sent, { isResponse: false })],
  ["to a query", (rig: Rig, sent: SentMessage) => rig.answer(sent, { opcode: Opcode.QUERY })],
  ["of three octets", (rig: Rig, _sent: SentMessage) => rig.receive(Uint8Array.of(0, 1, 2), "192.0.2.2", 53)],
] as const)
  test(`a response ${why} does not count`, () => {
    const rig = new Rig();
    rig.notifier.changed(zone(["a"]));
    const [sent] = rig.messages.splice(0);
    forge(rig, sent!);
    assert.equal(rig.notifier.counters.strays, 1);
    rig.clock.advance(notifyLimits.firstTimeoutMs);
    assert.deepEqual(rig.sent(), ["192.0.2.2#53"], "it is told again");
    rig.answer(sent!);
    assert.equal(rig.notifier.counters.answered, 1, "the first message may still be answered");
    rig.clock.advance(60_000);
    assert.deepEqual(rig.sent(), []);
  });

test("octets of any kind are no response, and do no harm", () => {
  const rig = new Rig();
  rig.notifier.changed(zone(["a"]));
  const [sent] = rig.messages.splice(0);
  const genuine = response(sent!.octets);
  const mutated = fc
    .tuple(fc.nat(genuine.length - 1), fc.nat(255), fc.nat(genuine.length))
    .map(([at, octet, length]) => genuine.with(at, octet).subarray(0, length));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), mutated), (octets) => {
      rig.receive(octets, "192.0.2.2", 53);
    }),
    { numRuns: 1000 },
  );
  const { strays, answered, refused } = rig.notifier.counters;
  assert.ok(strays > 900 && answered + refused <= 1, JSON.stringify(rig.notifier.counters));
});

test("a server that does not answer is said once, and once more when it does", () => {
  const rig = new Rig();
  for (let i = 0; i < 3; i++) {
    rig.notifier.changed(zone(["a"]));
    rig.clock.advance(60_000);
  }
  assert.deepEqual(rig.lines, [
    "192.0.2.2 does not take notifications, such as of example: it does not answer",
  ]);
  assert.deepEqual(
    { ...rig.notifier.counters },
    {
      sent: 3,
      retried: 12,
      answered: 0,
      refused: 0,
      unanswered: 3,
      strays: 0,
      badSignatures: 0,
      leftOut: 0,
    },
  );
  rig.messages.length = 0;
  rig.notifier.changed(zone(["a"]));
  rig.answer(rig.messages[0]!);
  assert.deepEqual(rig.lines.slice(1), ["192.0.2.2 takes notifications again"]);
});

test("a server that refuses is said once and not asked again", () => {
  const rig = new Rig();
  rig.notifier.changed(zone(["a"]));
  rig.answer(rig.messages[0]!, { rcode: 9 });
  rig.clock.advance(60_000);
  assert.equal(rig.messages.length, 1);
  assert.deepEqual(rig.lines, [
    "192.0.2.2 does not take notifications, such as of example: it answers NOTAUTH",
  ]);
  const [status] = rig.notifier.status(parseName("EXAMPLE."));
  assert.deepEqual(status, {
    server: "192.0.2.2",
    state: "refused",
    serial: 1,
    tries: 0,
    why: "it answers NOTAUTH",
    forMs: 60_000,
  });
});

const key: TsigKey = { name: parseName("k."), algorithm: "hmac-sha256", secret: Buffer.from("secret") };

test("a message to a server with a key is signed, and only a signed response counts", () => {
  const rig = new Rig({ keyOf: (name) => (name === key.name ? key : undefined) });
  rig.notifier.changed(zone([], { alsoNotify: ["192.0.2.7 key K"] }));
  const [first] = rig.messages.splice(0);
  assert.equal(first!.message.additionals.at(-1)!.type, RRType.TSIG);
  rig.answer(first!);
  assert.equal(rig.notifier.counters.badSignatures, 1);
  rig.clock.advance(notifyLimits.firstTimeoutMs);
  const [second] = rig.messages.splice(0);
  const request = new Map([[key.name, key]]);
  const checked = checkRequest(second!.octets, request, Math.floor(rig.clock.nowMs() / 1000));
  assert.ok(checked.state === "good");
  const signed = checked.signer.sign(response(second!.octets), Math.floor(rig.clock.nowMs() / 1000));
  rig.receive(signed, "192.0.2.7", 53);
  assert.equal(rig.notifier.counters.answered, 1);
});

test("a server that refuses the key is said to do so when it was given up", () => {
  const rig = new Rig({ keyOf: () => key });
  rig.notifier.changed(zone([], { alsoNotify: ["192.0.2.7 key k"] }));
  for (let i = 0; i < notifyLimits.triesMax; i++) {
    rig.answer(rig.messages.splice(0)[0]!, { rcode: 9 });
    rig.clock.advance(notifyLimits.firstTimeoutMs * 2 ** i);
  }
  assert.deepEqual(rig.lines, [
    "192.0.2.7 does not take notifications, such as of example: the server's answer is not signed",
  ]);
});

test("without its key a server is told nothing, which is said", () => {
  const rig = new Rig();
  rig.notifier.changed(zone([], { alsoNotify: ["192.0.2.7 key k"] }));
  rig.clock.advance(60_000);
  assert.deepEqual(rig.sent(), []);
  assert.deepEqual(rig.lines, [
    "192.0.2.7 does not take notifications, such as of example: there is no key to sign with",
  ]);
});

test("after a start all zones are told of, spread over time", () => {
  const rig = new Rig();
  const zones = Array.from({ length: 500 }, (_, i) =>
    zone([], { alsoNotify: ["192.0.2.7"] }, `z${i}.example.`),
  );
  rig.notifier.started(zones);
  const counts: number[] = [];
  for (let i = 0; i < 3; i++) {
    rig.clock.advance(1000);
    counts.push(rig.messages.splice(0).filter(({ message }) => message.id > 0).length);
  }
  assert.equal(rig.notifier.counters.sent, 500);
  assert.ok(counts[0]! >= notifyLimits.startupPerSecond, `${counts}`);
});

test("rndc's notify tells once more at once", () => {
  const rig = new Rig();
  rig.notifier.changed(zone(["a"]));
  rig.answer(rig.messages.splice(0)[0]!);
  rig.clock.advance(notifyLimits.coalesceMs);
  assert.deepEqual(rig.notifier.notifyNow(zone(["a"])), ["192.0.2.2"]);
  assert.deepEqual(rig.sent(), ["192.0.2.2#53"]);
});

test("a zone that is gone is told of no longer", () => {
  const rig = new Rig();
  rig.notifier.changed(zone(["a"]));
  rig.notifier.changed(zone(["a"]));
  rig.notifier.forget(parseName("example."));
  rig.messages.length = 0;
  rig.clock.advance(60_000);
  assert.deepEqual(rig.sent(), []);
  assert.deepEqual(rig.notifier.status(parseName("example.")), []);
});

test("a zone that is gone while its servers are looked up is told of no longer", async () => {
  const rig = new Rig();
  rig.notifier.changed(zone(["ns.elsewhere.test."]));
  rig.notifier.forget(parseName("example."));
  await new Promise(setImmediate);
  assert.deepEqual(rig.sent(), []);
});

test("disposal ends everything", async () => {
  const rig = new Rig();
  rig.notifier.changed(zone(["a", "ns.elsewhere.test."]));
  rig.notifier.changed(zone(["a"]));
  rig.messages.length = 0;
  rig.notifier[Symbol.dispose]();
  await new Promise(setImmediate);
  rig.notifier.changed(zone(["a"]));
  rig.clock.advance(60_000);
  assert.deepEqual(rig.sent(), []);
  assert.ok(rig.isClosed);
});

test("a secondary on a socket of its own is told, and its answer is heard", async (t) => {
  const secondary = createSocket("udp4");
  t.after(() => secondary.close());
  secondary.bind(0, "127.0.0.1");
  await once(secondary, "listening");
  const { port } = secondary.address();
  const answered = Promise.withResolvers<void>();
  const notifier = new Notifier({
    log: new Rig().notifier["ports"].log,
    clock: systemClock,
    randomId: () => 4711,
    addressesOf: () => [],
    isOwn: () => false,
    keyOf: () => undefined,
  });
  t.after(() => notifier[Symbol.dispose]());
  secondary.on("message", (octets, { port: from, address }) => {
    secondary.send(response(octets), from, address);
    answered.resolve();
  });
  notifier.changed(zone([], { alsoNotify: [`127.0.0.1:${port}`] }));
  await answered.promise;
  while (notifier.counters.answered === 0) await new Promise(setImmediate);
  assert.equal(notifier.status(parseName("example."))[0]!.state, "told");
});
