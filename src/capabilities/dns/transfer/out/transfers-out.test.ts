import assert from "node:assert/strict";
import { test } from "node:test";
import { ExtendedDnsError } from "#protocols/dns/edns.ts";
import { decodeMessage, type Message } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { EdnsOption, ExtendedError, mnemonicOfRcode, RRType } from "#protocols/dns/registry.ts";
import { matchAny, matchNone, parseAddressMatch } from "../../address-match.ts";
import { zoneImage } from "../../engine/engine-rig.ts";
import type { ZoneImage } from "../../zones/image.ts";
import { ZoneEditor } from "../../zones/zone-editor.ts";
import { transferLimits } from "./limits.ts";
import type { TransferSigner } from "./outgoing.ts";
import { changeSet, Reader, recordLine, soaRecord, TransferRig, transferQuery } from "./transfer-rig.ts";

const origin = parseName("example.");
/** With serial number 1. */
const small = zoneImage("example.", "www A 192.0.2.1\nwww TXT x\n*.wild MX 5 www\n");
const large = zoneImage(
  "example.",
  Array.from({ length: 20_000 }, (_, i) => `h${i}.d${i % 50} A 192.0.2.${i % 256}\n`).join(""),
);

const linesOf = (image: ZoneImage): string[] => [...image.records()].map((one) => recordLine(one));

/** Fails unless the records are the whole zone, framed by its SOA record. */
function assertZone(lines: readonly string[], image: ZoneImage): void {
  assert.equal(lines[0], lines.at(-1));
  assert.match(lines[0]!, new RegExp(`^\\S+ \\d+ ${RRType.SOA} `));
  assert.deepEqual(lines.slice(1).sort(), linesOf(image).sort());
}

test("a small zone is one message: the question, AA, the records between two SOA records", async () => {
  const rig = new TransferRig([small]);
  const reader = await rig.ask("example. AXFR", { recursionDesired: true });
  const [message, ...others] = reader.decoded;
  assert.deepEqual(others, []);
  assert.ok(message?.isResponse && message.isAuthoritative && message.recursionDesired);
  assert.deepEqual(message.questions, [{ name: origin, type: RRType.AXFR, class: 1 }]);
  assert.equal(message.id, 7);
  assertZone(reader.records, small);
});

test("a large zone is several messages, of which the first alone has the question and the OPT record", async () => {
  const rig = new TransferRig([large]);
  const edns = { udpSize: 4096, version: 0, dnssecOk: true, options: [] };
  const reader = await rig.ask("example. AXFR", { edns });
  assert.ok(reader.messages.length > 5);
  assertZone(reader.records, large);
  reader.decoded.forEach((message, index) => {
    assert.equal(message.questions.length, index === 0 ? 1 : 0);
    assert.equal(message.edns?.dnssecOk, index === 0 ? true : undefined);
    assert.ok(message.isAuthoritative && message.id === 7);
  });
  assert.deepEqual(rig.transfers.counters.messages, reader.messages.length);
  assert.equal(rig.transfers.counters.records, large.recordCount + 1);
});

test("the log has one line when a transfer begins and one when it ends", async () => {
  const rig = new TransferRig([small]);
  await rig.ask("example. AXFR");
  await rig.ask("example. IXFR=9"); // the client has more
  await rig.ask("example. IXFR=4294967295");
  assert.deepEqual(
    rig.lines.map(({ level, sentence }) => `${level}: ${sentence}`),
    [
      "info: AXFR of example. to 192.0.2.99 started",
      "info: AXFR of example. to 192.0.2.99 ended",
      "info: AXFR-style IXFR of example. to 192.0.2.99 started",
      "info: AXFR-style IXFR of example. to 192.0.2.99 ended",
    ],
  );
  const { octets, ...facts } = rig.lines[1]!.facts;
  assert.ok(Number(octets) > 100);
  const expected = {
    zone: "example.",
    client: "192.0.2.99",
    type: "AXFR",
    serial: 1,
    messages: 1,
    records: 6,
  };
  assert.deepEqual(facts, { ...expected, seconds: 0 });
});

test("others get their turn between two messages, however fast the reader is", async () => {
  const rig = new TransferRig([large]);
  const reader = new Reader();
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await rig.begin("example. AXFR", reader);
  isOver = true;
  assert.ok(turns >= reader.messages.length - 1, `${turns} turns for ${reader.messages.length} messages`);
});

test("a zone that changes and is replaced during its transfer is sent as it was when it began", async () => {
  const editor = ZoneEditor.open(large);
  const rig = new TransferRig([editor.image]);
  const reader = new Reader("192.0.2.99", 1);
  const over = rig.begin("example. AXFR", reader);
  while (reader.messages.length < 2) await new Promise(setImmediate);
  for (let i = 0; i < 500; i++) {
    const owner = parseName(`h${i * 7}.d${(i * 7) % 50}.example.`);
    editor.apply([i % 2 === 0 ? { do: "delete-name", owner } : { do: "delete", owner, type: RRType.A }]);
  }
  editor.apply([{ do: "set", ...soaRecord(origin, 2), rdata: [soaRecord(origin, 2).rdata] }]);
  editor.retire();
  rig.zones.delete(origin);
  reader.read();
  await over;
  assertZone(reader.records, large);
});

test("an IXFR is the differences in sequence between two SOA records of what is served", async () => {
  const rig = new TransferRig([zoneOf(3)]);
  rig.history.sets = [changeSet(origin, 1), changeSet(origin, 2), changeSet(origin, 3)];
  const reader = await rig.ask("example. IXFR=1");
  const served = recordLine(soaRecord(origin, 3));
  const differences = rig.history.sets.slice(0, 2).flatMap(({ removed, added }) => [...removed, ...added]);
  assert.deepEqual(reader.records, [served, ...differences.map((one) => recordLine(one)), served]);
  assert.equal(reader.messages.length, 1);
  assert.equal(rig.transfers.counters.ixfr, 1);
  assert.equal(rig.lines[0]?.sentence, "IXFR of example. to 192.0.2.99 started");
});

test("differences that fill several messages, or must be read twice, are all sent", async () => {
  const sets = Array.from({ length: 40 }, (_, i) => changeSet(origin, i + 1, i + 2, 100));
  for (const limits of [{}, { differencesOctetsMax: 10_000 }]) {
    const rig = new TransferRig([zoneOf(41, 9000)], limits);
    rig.history.sets = sets;
    const reader = await rig.ask("example. IXFR=1");
    const expected = sets.flatMap(({ removed, added }) => [...removed, ...added]);
    assert.deepEqual(
      reader.records.slice(1, -1),
      expected.map((one) => recordLine(one)),
    );
    assert.ok(reader.messages.length > 1);
  }
});

for (const serial of [1, 2, 0x7fffffff]) {
  test(`a client that has ${serial} where 1 is served gets one SOA record, by TCP and UDP`, async () => {
    const rig = new TransferRig([small]);
    const reader = await rig.ask(`example. IXFR=${serial}`);
    const soa = linesOf(small).filter((line) => line.includes(` ${RRType.SOA} `));
    assert.deepEqual(reader.records, soa);
    const [answer] = decodeMessage(await rig.askUdp(`example. IXFR=${serial}`)).answers;
    assert.equal(recordLine({ ...answer!, owner: answer!.name }), soa[0]);
    assert.equal(rig.history.reads, 0);
  });
}

test("the whole zone is sent to a client whose serial is not known", async () => {
  const rig = new TransferRig([small]);
  const reader = await rig.ask("example. IXFR=4294967290");
  assertZone(reader.records, small);
  assert.equal(reader.decoded[0]?.questions[0]?.type, RRType.IXFR);
  assert.equal(rig.transfers.counters.ixfrWhole, 1);
  assert.equal(rig.lines[0]?.facts["why"], "the differences are not known");
});

test("the whole zone is sent when its history cannot be read", async () => {
  const rig = new TransferRig([zoneOf(2)]);
  rig.history.since = () => Promise.reject(new Error("the disk is gone"));
  const reader = await rig.ask("example. IXFR=1");
  assert.equal(reader.records.length, zoneOf(2).recordCount + 1);
  assert.equal(rig.lines[0]?.level, "warn");
});

const withEdns: Partial<Message> = {
  edns: { udpSize: 1232, version: 0, dnssecOk: false, options: [] },
};

for (const [why, question, rest, rcode, extendedError] of [
  ["a zone that is not here", "other. AXFR", withEdns, "NOTAUTH", ExtendedError.notAuthoritative],
  ["a name within a zone", "www.example. AXFR", withEdns, "NOTAUTH", ExtendedError.notAuthoritative],
  ["a zone above", ". IXFR=1", withEdns, "NOTAUTH", ExtendedError.notAuthoritative],
  ["a zone that is not loaded", "broken. AXFR", withEdns, "SERVFAIL", ExtendedError.notReady],
  ["a zone that he may not copy", "secret. AXFR", withEdns, "REFUSED", ExtendedError.prohibited],
  ["a zone that he may not copy, without EDNS", "secret. AXFR", {}, "REFUSED", undefined],
  ["differences, and does not say from when", "example. IXFR", withEdns, "FORMERR", undefined],
  ["differences from another zone's serial", "example. IXFR=1", { authorities: [] }, "FORMERR", undefined],
  ["nothing", "example. AXFR", { questions: [] }, "FORMERR", undefined],
  [
    "a zone of class CH",
    "example. AXFR",
    { questions: [{ name: origin, type: 252, class: 3 }] },
    "NOTAUTH",
    undefined,
  ],
  [
    "a zone by EDNS version 1",
    "example. AXFR",
    { edns: { ...withEdns.edns!, version: 1 } },
    "BADVERS",
    undefined,
  ],
] as const) {
  test(`who asks for ${why} is told ${rcode}`, async () => {
    const rig = new TransferRig([small, zoneImage("secret.", "")]);
    rig.zones.set(parseName("broken."), { image: undefined, allowTransfer: matchAny });
    rig.zones.set(parseName("secret."), { image: zoneImage("secret.", ""), allowTransfer: matchNone });
    const reader = await rig.ask(question, rest);
    const { length, 0: message } = reader.decoded;
    assert.equal(length, 1);
    assert.equal(mnemonicOfRcode(message!.rcode), rcode);
    assert.deepEqual(message!.answers, []);
    const option = message!.edns?.options.find(({ code }) => code === EdnsOption.EDE);
    assert.equal(option && ExtendedDnsError.decode(option.value).infoCode, extendedError);
    const overUdp = decodeMessage(await rig.askUdp(question, rest));
    assert.equal(mnemonicOfRcode(overUdp.rcode), rcode);
    assert.deepEqual(rig.lines, []);
  });
}

test("octets that are no message are FORMERR, and fewer than a header's are not answered", async () => {
  const rig = new TransferRig([small]);
  const reader = new Reader();
  const query = transferQuery("example. AXFR");
  await rig.transfers.serve({ ...reader.asked, body: query.subarray(0, query.length - 3) });
  assert.equal(reader.decoded[0]?.rcode, 1);
  await rig.transfers.serve({ ...reader.asked, body: query.subarray(0, 11) });
  assert.equal(reader.messages.length, 1);
});

test("a key lets a client in that its address would not", async () => {
  const rig = new TransferRig([]);
  const allowTransfer = parseAddressMatch(["key mover."]);
  rig.zones.set(origin, { image: small, allowTransfer });
  const reader = new Reader();
  const body = transferQuery("example. AXFR");
  await rig.transfers.serve({ ...reader.asked, body });
  await rig.transfers.serve({
    ...reader.asked,
    client: { ...reader.client, key: parseName("mover.") },
    body,
  });
  assert.deepEqual(
    reader.decoded.map(({ rcode }) => rcode),
    [5, 0],
  );
  assert.equal(rig.lines[0]?.facts["key"], "mover.");
});

test("over UDP, differences are sent when they fit into what client and server take", async () => {
  const rig = new TransferRig([zoneOf(2, 200)]);
  const edns = (udpSize: number): Partial<Message> => ({ edns: { ...withEdns.edns!, udpSize } });
  for (const [records, rest, fits] of [
    [5, {}, true],
    [20, {}, false],
    [20, edns(1232), true],
    [20, edns(600), false],
    [60, edns(4096), false],
  ] as const) {
    rig.history.sets = [changeSet(origin, 1, 2, records)];
    const response = await rig.askUdp("example. IXFR=1", rest);
    assert.equal(decodeMessage(response).answers.length, fits ? 4 + records * 2 : 1, `${records} records`);
    assert.ok(response.length <= Math.max(512, Math.min(1232, rest.edns?.udpSize ?? 0)));
  }
});

test("over UDP a zone is never sent whole", async () => {
  const rig = new TransferRig([small]);
  assert.equal(decodeMessage(await rig.askUdp("example. AXFR")).rcode, 1);
  assert.equal(decodeMessage(await rig.askUdp("example. IXFR=4294967290")).answers.length, 1);
});

test("every message is signed, and leaves room for that", async () => {
  const times: number[] = [];
  const signer: TransferSigner = {
    octets: 100,
    sign: (response, nowSeconds) => {
      times.push(nowSeconds);
      return Uint8Array.of(...response, ...new Uint8Array(100));
    },
  };
  const rig = new TransferRig([large, zoneImage("secret.", "")]);
  rig.zones.set(parseName("secret."), { image: small, allowTransfer: matchNone });
  const reader = await rig.ask("example. AXFR", {}, signer);
  assert.equal(times.length, reader.messages.length);
  assert.equal(times[0], 1_700_000_000);
  for (const message of reader.messages) assert.ok(message.length <= 65_535);
  assertZone(reader.records, large);
  assert.equal((await rig.ask("secret. AXFR", {}, signer)).messages[0]!.length, 12 + 12 + 100);
  rig.history.sets = [changeSet(origin, 1, 2, 18)];
  rig.zones.set(origin, { image: zoneOf(2, 100), allowTransfer: matchAny });
  const room = await rig.askUdp("example. IXFR=1", withEdns, signer);
  assert.equal(decodeMessage(room).answers.length, 4 + 36);
  const response = await rig.askUdp("example. IXFR=1", withEdns, { ...signer, octets: 600 });
  assert.equal(decodeMessage(response).answers.length, 1);
});

test("a reader that takes nothing for too long is cut off, and said", async () => {
  const rig = new TransferRig([large]);
  const reader = new Reader("192.0.2.99", 2);
  const over = rig.begin("example. AXFR", reader);
  while (reader.messages.length < 3) await new Promise(setImmediate);
  rig.clock.advance(transferLimits.idleMs - 1000);
  assert.equal(rig.transfers.runningCount, 1);
  rig.clock.advance(2000);
  await over;
  assert.ok(reader.closed);
  assert.equal(reader.messages.length, 3);
  assert.equal(rig.transfers.counters.cut, 1);
  assert.equal(rig.transfers.runningCount, 0);
  assert.match(rig.lines.at(-1)!.sentence, /broken off: the client has not read on/);
});

test("a reader that takes a message now and then is cut off when the transfer has lasted too long", async () => {
  const rig = new TransferRig([large], { transferMs: 5 * 30_000 });
  const reader = new Reader("192.0.2.99", 0);
  const over = rig.begin("example. AXFR", reader);
  for (let messages = 1; !reader.closed && messages < 7; messages++) {
    while (reader.messages.length < messages && !reader.closed) await new Promise(setImmediate);
    rig.clock.advance(30_000);
    reader.read(0);
    await new Promise(setImmediate);
  }
  await over;
  assert.ok(reader.messages.length < 7);
  assert.match(rig.lines.at(-1)!.sentence, /broken off: it has taken too long/);
});

test("a client that goes away ends its transfer", async () => {
  const rig = new TransferRig([large]);
  const reader = new Reader("192.0.2.99", 2);
  const over = rig.begin("example. AXFR", reader);
  while (reader.messages.length < 3) await new Promise(setImmediate);
  reader.leave();
  await over;
  assert.equal(reader.messages.length, 3);
  assert.equal(rig.transfers.counters.gone, 1);
  assert.ok(!reader.closed);
  assert.match(rig.lines.at(-1)!.sentence, /ended early/);
});

test("transfers beyond the quota wait, and are refused when they have waited too long", async () => {
  const rig = new TransferRig([large], { transfersMax: 2, transfersPerClientMax: 1 });
  const slow = ["192.0.2.1", "192.0.2.2"].map((address) => new Reader(address, 0));
  const running = slow.map((reader) => rig.begin("example. AXFR", reader));
  const late = new Reader("192.0.2.3");
  const refused = rig.begin("example. AXFR", late);
  rig.clock.advance(transferLimits.waitingMs + 1000);
  await refused;
  assert.deepEqual(
    late.decoded.map(({ rcode }) => rcode),
    [2],
  );
  assert.equal(rig.transfers.counters.busy, 1);
  const patient = new Reader("192.0.2.3");
  const waiting = rig.begin("example. AXFR", patient);
  for (const reader of slow) reader.read();
  await Promise.all([...running, waiting]);
  for (const reader of [...slow, patient]) assertZone(reader.records, large);
});

test("a poll of a client that has the zone does not wait for anybody", async () => {
  const rig = new TransferRig([large], { transfersMax: 1 });
  const slow = new Reader("192.0.2.1", 0);
  const over = rig.begin("example. AXFR", slow);
  assert.equal((await rig.ask("example. IXFR=1")).records.length, 1);
  slow.leave();
  await over;
});

test("several transfers on one connection are each whole", async () => {
  const rig = new TransferRig([large, small]);
  const reader = new Reader();
  const ids = [11, 12, 13];
  await Promise.all(ids.map((id) => rig.begin("example. AXFR", reader, { id })));
  const image = rig.zones.get(origin)!.image!;
  for (const id of ids) {
    const answers = reader.decoded
      .filter((message) => message.id === id)
      .flatMap((message) => message.answers);
    assertZone(
      answers.map((one) => recordLine({ ...one, owner: one.name })),
      image,
    );
  }
});

test("a record that no message has room for breaks the transfer off with SERVFAIL", async () => {
  const editor = ZoneEditor.open(small, { room: 200_000 });
  editor.apply([
    { do: "set", owner: parseName("z.example."), type: 65_280, ttl: 1, rdata: [new Uint8Array(65_530)] },
  ]);
  const rig = new TransferRig([editor.image]);
  const reader = await rig.ask("example. AXFR");
  assert.deepEqual(
    reader.decoded.map(({ rcode }) => rcode),
    [0, 2],
  );
  assert.ok(reader.closed);
  assert.equal(rig.transfers.counters.failed, 1);
  assert.equal(rig.lines.at(-1)?.level, "error");
});

test("when the server stops, what is under way is broken off", async () => {
  const rig = new TransferRig([large], { transfersMax: 1 });
  const slow = new Reader("192.0.2.1", 1);
  const waiting = new Reader("192.0.2.2");
  const over = [rig.begin("example. AXFR", slow), rig.begin("example. AXFR", waiting)];
  while (slow.messages.length < 2) await new Promise(setImmediate);
  rig.transfers[Symbol.dispose]();
  await Promise.all(over);
  assert.equal(waiting.decoded[0]?.rcode, 2);
});

/** A zone with this serial number, and so many records besides its SOA record. */
function zoneOf(serial: number, records = 20): ZoneImage {
  const text = Array.from({ length: records - 1 }, (_, i) => `x${i} A 192.0.2.1\n`).join("");
  const editor = ZoneEditor.open(zoneImage("example.", text), { room: 1000 });
  const { owner, type, ttl, rdata } = soaRecord(origin, serial);
  editor.apply([{ do: "set", owner, type, ttl, rdata: [rdata] }]);
  return editor.image;
}
