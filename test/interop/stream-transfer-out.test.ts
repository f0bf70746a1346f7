/** Transfers over real connections: readers that stop or leave, and a zone that changes meanwhile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connectClient, frame, settled } from "#platform/stream/stream-client.ts";
import { decodeMessage, encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { type Name, parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { zoneImage } from "../../src/capabilities/dns/engine/engine-rig.ts";
import { ChangingZone } from "../../src/capabilities/dns/zones/changing-zone.ts";
import type { ZoneImage } from "../../src/capabilities/dns/zones/image.ts";
import { ZoneEditor } from "../../src/capabilities/dns/zones/zone-editor.ts";
import { ZoneMerger } from "../../src/capabilities/dns/zones/zone-merger.ts";
import { startPrimary } from "./in-process-transfer-out.ts";
import { recordTexts } from "./secondaries-transfer-out.ts";

const origin = parseName("large.example.");
const query = encodeMessage(queryMessage({ id: 1, question: { name: origin, type: RRType.AXFR, class: 1 } }));

/** 16 MB: more than the kernel keeps for a connection. */
function largeZone(): ZoneImage {
  const editor = ZoneEditor.open(zoneImage("large.example.", ""), { room: 20_000_000 });
  const rdata = Array.from({ length: 500 }, (_, i) => new Uint8Array(32_000).fill(i));
  for (let i = 0; i < rdata.length; i++) rdata[i]![0] = i >> 8;
  editor.apply([{ do: "set", owner: origin, type: 65_280, ttl: 1, rdata }]);
  return editor.image;
}

test("for a client that stops reading no more is made than fits between the two", async () => {
  const image = largeZone();
  await using primary = await startPrimary(() => [image]);
  await using client = await connectClient(primary);
  client.pause();
  client.write(frame(query));
  await settled(() => primary.transfers.runningCount === 1);
  await client.turns();
  const { rss } = process.memoryUsage();
  await client.turns();
  assert.ok(process.memoryUsage().rss - rss < 5_000_000);
  assert.equal(primary.transfers.runningCount, 1);
  client.resume();
  const octets = (await client.messages(250)).reduce((sum, message) => sum + message.length, 0);
  assert.ok(octets > 16_000_000);
  await settled(() => primary.transfers.runningCount === 0);
});

test("a client that leaves in the middle ends its transfer", async () => {
  const image = largeZone();
  await using primary = await startPrimary(() => [image]);
  await using client = await connectClient(primary);
  client.write(frame(query));
  await client.messages(2);
  client.pause();
  client.reset();
  await settled(() => primary.transfers.counters.gone === 1);
  assert.match(primary.lines.at(-1)!.sentence, /ended early/);
});

test("transfers and queries of one connection are all answered", async () => {
  const image = zoneImage("large.example.", "www A 192.0.2.1\n");
  await using primary = await startPrimary(() => [image]);
  await using client = await connectClient(primary);
  const ask = (id: number, type: number): Uint8Array =>
    frame(encodeMessage(queryMessage({ id, question: { name: origin, type, class: 1 } })));
  client.write(Buffer.concat([ask(1, RRType.AXFR), ask(2, RRType.SOA), ask(3, RRType.AXFR)]));
  const messages = (await client.messages(3)).map((octets) => decodeMessage(octets));
  const counts = messages.map(({ id, answers }) => `${id}: ${answers.length}`);
  assert.deepEqual(counts.sort(), ["1: 4", "2: 1", "3: 4"]);
});

test("a zone that changes and is merged again and again during a transfer arrives as it was", async (t) => {
  const merger = new ZoneMerger();
  t.after(() => merger[Symbol.asyncDispose]());
  let replaced = 0;
  const zone = await ChangingZone.open(largeZone(), {
    merger,
    onReplaced: () => replaced++,
    onMergeFailed: (error) => assert.fail(error),
  });
  const change = async (index: number): Promise<void> => {
    const rdata = [new Uint8Array(1 + (index % 3000)).fill(index)];
    await zone.apply([
      { do: "set", owner: nameOf(index), type: 65_280, ttl: 60, rdata },
      { do: "delete-name", owner: nameOf(index * 7) },
    ]);
  };
  for (let i = 0; i < 1000; i++) await change(i);
  await using primary = await startPrimary(() => [zone.image]);
  await using client = await connectClient(primary);
  const expected = recordTexts(
    [...zone.image.records()].map(({ owner, ...record }) => ({ name: owner, ...record })),
  );
  client.pause();
  client.write(frame(query));
  await settled(() => primary.transfers.runningCount === 1);
  await client.turns();
  replaced = 0;
  for (let i = 1000; replaced < 3; i++) {
    await change(i);
    if (i % 50 === 0) await new Promise(setImmediate);
  }
  assert.equal(primary.transfers.runningCount, 1);
  client.resume();
  await settled(() => primary.transfers.runningCount === 0);
  const count = primary.lines.at(-1)!.facts["messages"] as number;
  const records = (await client.messages(count)).flatMap((octets) => decodeMessage(octets).answers);
  assert.deepEqual(recordTexts(records), expected);
});

function nameOf(index: number): Name {
  return parseName(`h${index % 997}.d${index % 13}.large.example.`);
}
