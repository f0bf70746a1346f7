import assert from "node:assert/strict";
import { test } from "node:test";
import type { Log } from "#contracts/log.ts";
import { StoreError } from "#contracts/store.ts";
import { decodeMessage, encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { lowerName, type Name, parseName } from "#protocols/dns/name.ts";
import { Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { matchAny, matchNone, parseAddressMatch } from "../address-match.ts";
import type { Client } from "../client.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import { Transport } from "../engine/transport.ts";
import { ZoneUnchangeableError, type ZoneWriter } from "../journal/zone-writer.ts";
import { ForwardError } from "./forward-update.ts";
import { limits } from "./limits.ts";
import { MemoryWriter } from "./memory-writer.testing.ts";
import { updatePolicy } from "./update-policy.ts";
import {
  type PrimaryZone,
  type UpdatedZone,
  type UpdatePorts,
  UpdateQuotaError,
  Updates,
} from "./updates.ts";

const origin = parseName("example.");
const alpha = parseName("alpha.");
const client: Client = {
  address: Uint8Array.of(192, 0, 2, 9),
  text: "192.0.2.9",
  transport: Transport.udp,
  encrypted: false,
  key: undefined,
};
const primary: PrimaryZone = {
  kind: "primary",
  allowQuery: matchAny,
  policy: updatePolicy({ origin, allowUpdate: matchAny }),
  requireHostNames: true,
  recordsPerTypeMax: 2,
  typesPerNameMax: 2,
};
const secondary: UpdatedZone = { kind: "secondary", primaries: [], forwardUpdates: matchAny };

interface Line {
  readonly level: string;
  readonly facts: object;
  readonly sentence: string;
}

class Rig {
  readonly writer = new MemoryWriter([zoneImage("example.", "ns A 192.0.2.1\nwww A 192.0.2.2\n")]);
  readonly lines: Line[] = [];
  readonly updates: Updates;
  nowMs = 0;

  constructor(zone: UpdatedZone = primary, ports: Partial<UpdatePorts> = {}) {
    const take =
      (level: string) =>
      (facts: object, sentence: string): void => {
        this.lines.push({ level, facts, sentence });
      };
    const log: Log = {
      debug: take("debug"),
      info: take("info"),
      warn: take("warn"),
      error: take("error"),
      child: () => log,
    };
    this.updates = new Updates({
      quota: () => 100,
      zoneOf: (name) => (name === origin ? zone : undefined),
      writer: this.writer,
      forward: () => Promise.reject(new ForwardError("no primary took the update")),
      log,
      monotonicMs: () => this.nowMs,
      udpPayloadOctets: () => 1232,
      ...ports,
    });
  }

  async send(octets: Uint8Array, by: Partial<Client> = {}): Promise<Message> {
    const request = { body: octets, original: octets, client: { ...client, ...by } };
    return decodeMessage((await this.updates.answer(request)).octets);
  }

  async rcode(octets: Uint8Array, by: Partial<Client> = {}): Promise<number> {
    return (await this.send(octets, by)).rcode;
  }
}

interface Addition {
  readonly owner?: string;
  readonly type?: number;
  readonly rdata?: Uint8Array;
}

function addition({
  owner = "new.example.",
  type = RRType.A,
  rdata = Uint8Array.of(192, 0, 2, 7),
}: Addition = {}) {
  return { name: parseName(owner), type, class: RRClass.IN, ttl: 60, rdata };
}

function update(rest: Partial<Message> = {}, zone = "example."): Uint8Array {
  const question = { name: parseName(zone), type: RRType.SOA, class: RRClass.IN };
  return encodeMessage(queryMessage({ id: 7, opcode: 5, question, authorities: [addition()], ...rest }));
}

test("an update is answered when it is done, and counted", async () => {
  const rig = new Rig();
  const { rcode, isResponse, opcode, id, questions } = await rig.send(update(), { key: alpha });
  assert.deepEqual([rcode, isResponse, opcode, id], [Rcode.NOERROR, true, 5, 7]);
  assert.equal(questions.length, 1);
  assert.equal(rig.writer.view(origin).rrset(parseName("new.example."), RRType.A)?.ttl, 60);
  assert.equal(rig.writer.view(origin).serial, 2);
  assert.deepEqual(rig.writer.authors, [{ kind: "update", name: "alpha." }]);
  assert.equal(await rig.rcode(update()), Rcode.NOERROR);
  assert.equal(rig.writer.view(origin).serial, 2, "what changes nothing leaves the serial number alone");
  assert.deepEqual(rig.updates.counts, {
    changed: 1,
    unchanged: 1,
    prerequisiteFailed: 0,
    refused: 0,
    invalid: 0,
    failed: 0,
    forwarded: 0,
    overQuota: 0,
  });
  assert.deepEqual(new Set(rig.lines.map(({ level }) => level)), new Set(["debug"]));
});

for (const [why, zone, octets, rcode] of [
  ["a zone that is not ours", primary, update({}, "example.org."), Rcode.NOTAUTH],
  [
    "a zone of class CHAOS",
    primary,
    update({ questions: [{ name: origin, type: 6, class: 3 }] }),
    Rcode.NOTIMP,
  ],
  ["a name below our zone", primary, update({}, "www.example."), Rcode.NOTAUTH],
  ["a client that nobody allows", { ...primary, policy: updatePolicy({ origin }) }, update(), Rcode.REFUSED],
  ["a client that may not even ask", { ...primary, allowQuery: matchNone }, update(), Rcode.REFUSED],
  [
    "a record out of the zone",
    primary,
    update({ authorities: [addition({ owner: "a.org." })] }),
    Rcode.NOTZONE,
  ],
  [
    "a name that is not a host's",
    primary,
    update({ authorities: [addition({ owner: "a_b.example." })] }),
    Rcode.REFUSED,
  ],
  [
    "EDNS of a later version",
    primary,
    update({ edns: { udpSize: 1232, version: 1, dnssecOk: false, options: [] } }),
    Rcode.BADVERS,
  ],
  ["no zone", primary, update({ questions: [] }), Rcode.FORMERR],
  [
    "more records of a type than may be",
    primary,
    update({ authorities: [1, 2, 3].map((last) => addition({ rdata: Uint8Array.of(192, 0, 2, last) })) }),
    Rcode.SERVFAIL,
  ],
  [
    "more types than may be",
    primary,
    update({ authorities: [700, 701, 702].map((type) => addition({ type })) }),
    Rcode.SERVFAIL,
  ],
  ["a copy of which nothing is said", { ...secondary, forwardUpdates: undefined }, update(), Rcode.REFUSED],
  ["a copy whose updates are others'", { ...secondary, forwardUpdates: matchNone }, update(), Rcode.REFUSED],
  ["a copy whose primary is silent", secondary, update(), Rcode.SERVFAIL],
] satisfies readonly (readonly [string, UpdatedZone, Uint8Array, number])[]) {
  test(`${why}: ${Object.keys(Rcode).find((name) => Rcode[name as keyof typeof Rcode] === rcode)}`, async () => {
    const rig = new Rig(zone);
    assert.equal(await rig.rcode(octets), rcode);
    assert.equal(rig.writer.view(origin).serial, 1);
    assert.equal(rig.updates.counts.changed + rig.updates.counts.unchanged, 0);
  });
}

test("EDNS is answered with EDNS, and only then", async () => {
  const rig = new Rig();
  const edns = { udpSize: 4096, version: 0, dnssecOk: true, options: [] };
  assert.deepEqual((await rig.send(update({ edns }))).edns, { ...edns, udpSize: 1232 });
  assert.equal((await rig.send(update())).edns, undefined);
});

test("a key is asked for where the zone wants one", async () => {
  const policy = updatePolicy({ origin, allowUpdate: parseAddressMatch(["key alpha"]) });
  const rig = new Rig({ ...primary, policy });
  assert.equal(await rig.rcode(update()), Rcode.REFUSED);
  assert.equal(await rig.rcode(update(), { key: parseName("beta.") }), Rcode.REFUSED);
  assert.equal(await rig.rcode(update(), { key: alpha }), Rcode.NOERROR);
});

for (const [why, error, rcode] of [
  ["frozen", new ZoneUnchangeableError("frozen", "the zone is frozen"), Rcode.REFUSED],
  ["gone", new ZoneUnchangeableError("unknown", "there is no such zone"), Rcode.NOTAUTH],
  ["without content", new ZoneUnchangeableError("not-loaded", "the zone is not loaded"), Rcode.SERVFAIL],
  ["busy", new ZoneUnchangeableError("busy", "too many changes wait"), Rcode.SERVFAIL],
  ["signed elsewhere", new ZoneUnchangeableError("signed", "the zone is signed"), Rcode.REFUSED],
  ["on a disk that is full", new StoreError("HP_STORE_FULL", "no space is left"), Rcode.SERVFAIL],
] as const) {
  test(`an update of a zone that is ${why} is not acknowledged, and the log says why`, async () => {
    const writer: UpdatePorts["writer"] = { change: () => Promise.reject(error) };
    const rig = new Rig(primary, { writer });
    assert.equal(await rig.rcode(update()), rcode);
    assert.ok(rig.lines[0]!.sentence.includes(error.message), rig.lines[0]!.sentence);
  });
}

test("nothing is answered before it is durable", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const memory = new MemoryWriter([zoneImage("example.", "ns A 192.0.2.1\n")]);
  const change: ZoneWriter["change"] = async (zone, author, decide) => {
    const outcome = await memory.change(zone, author, decide);
    await promise;
    return outcome;
  };
  const rig = new Rig(primary, { writer: { change } });
  let answered = false;
  const answer = rig.rcode(update()).then((rcode) => {
    answered = true;
    return rcode;
  });
  await new Promise((done) => setImmediate(done));
  assert.equal(answered, false);
  resolve();
  assert.equal(await answer, Rcode.NOERROR);
});

test("an update of a copy goes to its primary as it came, and so does the answer come back", async () => {
  const sent: Uint8Array[] = [];
  const rig = new Rig(secondary, {
    forward: async (octets) => {
      sent.push(octets);
      return Uint8Array.of(1, 2, 3);
    },
  });
  const body = update();
  const original = Uint8Array.of(...body, 9, 9);
  assert.deepEqual(await rig.updates.answer({ body, original, client }), {
    octets: Uint8Array.of(1, 2, 3),
    isVerbatim: true,
  });
  assert.deepEqual(sent, [original]);
  assert.equal(rig.updates.counts.forwarded, 1);
  assert.equal(rig.updates.isForOthers(body), true);
});

test("what is ours, or nobody's, is not for others to judge", () => {
  const rig = new Rig();
  for (const octets of [update(), update({}, "example.org."), new Uint8Array(12)])
    assert.equal(rig.updates.isForOthers(octets), false);
});

test("refusals are told a few times a minute for each client, then counted", async () => {
  const rig = new Rig({ ...primary, policy: updatePolicy({ origin }) });
  for (let i = 0; i < 100; i++) await rig.rcode(update());
  assert.equal(rig.lines.length, limits.refusalLinesPerClientMax);
  assert.match(rig.lines[0]!.sentence, /^an update of example\. by 192\.0\.2\.9 was answered REFUSED$/);
  for (let i = 0; i < 100; i++) await rig.rcode(update(), { text: `192.0.2.${i}` });
  assert.equal(rig.lines.length, limits.refusalLinesMax);
  rig.nowMs += limits.refusalWindowMs;
  await rig.rcode(update(), { key: alpha });
  const { untold: _untold, ...facts } = rig.lines.at(-1)!.facts as { untold: number };
  assert.deepEqual(facts, { client: "192.0.2.9", key: "alpha.", zone: "example.", rcode: "REFUSED" });
  const untold = rig.lines.map((line) => (line.facts as { untold?: number }).untold ?? 0);
  assert.equal(
    untold.reduce((sum, count) => sum + count),
    200 - limits.refusalLinesMax,
  );
  assert.equal(rig.updates.counts.refused, 201);
});

test("an update that came to nothing for its prerequisites is no news", async () => {
  const rig = new Rig();
  const absent = {
    name: parseName("www.example."),
    type: RRType.ANY,
    class: RRClass.NONE,
    ttl: 0,
    rdata: new Uint8Array(0),
  };
  assert.equal(await rig.rcode(update({ answers: [absent] })), Rcode.YXDOMAIN);
  assert.deepEqual(rig.lines, []);
  assert.equal(rig.updates.counts.prerequisiteFailed, 1);
});

test("a zone is found in whatever case", async () => {
  const names: Name[] = [];
  const rig = new Rig(primary, {
    zoneOf: (name) => {
      names.push(name);
      return primary;
    },
  });
  assert.equal(await rig.rcode(update({}, "EXAMPLE.")), Rcode.NOERROR);
  assert.deepEqual(names, [lowerName(origin)]);
});

test("more updates than the quota allows get no answer, and those before go on", async () => {
  const blocked = Promise.withResolvers<never>();
  const writer = { change: () => blocked.promise };
  const rig = new Rig(primary, { quota: () => 2, writer });
  const octets = update({ authorities: [addition()] });
  const first = [rig.rcode(octets), rig.rcode(octets)];
  await assert.rejects(rig.rcode(octets), UpdateQuotaError);
  assert.equal(rig.updates.counts.overQuota, 1);
  blocked.reject(new StoreError("HP_STORE_FULL", "no space"));
  assert.deepEqual(await Promise.all(first), [Rcode.SERVFAIL, Rcode.SERVFAIL]);
  assert.equal(await rig.rcode(octets), Rcode.SERVFAIL, "there is room again");
});
