import assert from "node:assert/strict";
import test from "node:test";
import { ClientSignature } from "#platform/tsig/client-signature.ts";
import type { TsigKey } from "#platform/tsig/key.ts";
import { parseName } from "#protocols/dns/name.ts";
import { checkRequest, type RequestIdentity } from "./check-request.ts";
import { ReplayCache } from "./replay-cache.ts";
import { vectorTimeSeconds as now, plainResponse, plainUpdate } from "./vectors.cases.ts";

const key: TsigKey = { name: parseName("k."), algorithm: "hmac-sha256", secret: new Uint8Array(32) };
const keyring = new Map([[key.name, key]]);
const bounds = { replayEntriesMax: 1000, replayOctetsMax: 100_000 };

function identity(number: number, validUntilSeconds = now + 300): RequestIdentity {
  return { mac: new Uint8Array(32).fill(number), id: number, validUntilSeconds };
}

/** Something that is done, and how often it was. */
function counted(answer = Uint8Array.of(0, 1, 2)): { times: number; decide: () => Promise<Uint8Array> } {
  const work = {
    times: 0,
    decide: (): Promise<Uint8Array> => {
      work.times++;
      return Promise.resolve(answer);
    },
  };
  return work;
}

test("a message that comes again gets the first answer, and is not acted on again", async () => {
  const cache = new ReplayCache(bounds);
  const first = counted();
  const second = counted(Uint8Array.of(9));
  assert.deepEqual(await cache.answer(identity(1), now, first.decide), Uint8Array.of(0, 1, 2));
  assert.deepEqual(await cache.answer(identity(1), now + 300, second.decide), Uint8Array.of(0, 1, 2));
  assert.deepEqual([first.times, second.times, cache.replays], [1, 0, 1]);
});

test("another message is another matter", async () => {
  const cache = new ReplayCache(bounds);
  const work = counted();
  await cache.answer(identity(1), now, work.decide);
  await cache.answer(identity(2), now, work.decide);
  assert.deepEqual([work.times, cache.replays], [2, 0]);
});

test("a message that comes again while the first is worked on waits for its answer", async () => {
  const cache = new ReplayCache(bounds);
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const second = counted();
  const answers = [
    cache.answer(identity(1), now, () => promise),
    cache.answer(identity(1), now, second.decide),
  ];
  resolve(Uint8Array.of(0, 1, 7));
  assert.deepEqual(await Promise.all(answers), [Uint8Array.of(0, 1, 7), Uint8Array.of(0, 1, 7)]);
  assert.equal(second.times, 0);
});

test("what could not be done is not remembered", async () => {
  const cache = new ReplayCache(bounds);
  const { promise, reject } = Promise.withResolvers<Uint8Array>();
  const answers = [
    cache.answer(identity(1), now, () => promise),
    cache.answer(identity(1), now, () => promise),
  ];
  reject(new Error("the disk is full"));
  for (const { status } of await Promise.allSettled(answers)) assert.equal(status, "rejected");
  const again = counted();
  await cache.answer(identity(1), now, again.decide);
  assert.equal(again.times, 1);
  assert.equal(cache.size, 1);
});

test("messages that are too old are forgotten as new ones come", async () => {
  const cache = new ReplayCache(bounds);
  const work = counted();
  for (let i = 0; i < 100; i++) await cache.answer(identity(i), now, work.decide);
  assert.equal(cache.size, 100);
  for (let i = 100; i < 200; i++) await cache.answer(identity(i, now + 600), now + 301, work.decide);
  assert.equal(cache.size, 100);
  assert.equal(cache.forgotten, 0);
});

for (const [what, octets, kept] of [
  ["more messages than there is room for", 3, 1000],
  ["more octets than there is room for", 1000, 101],
] as const) {
  test(`${what}: the oldest are forgotten, and counted`, async () => {
    const cache = new ReplayCache(bounds);
    const mac = (number: number): Uint8Array => new Uint8Array([number >>> 8, number & 255]);
    const work = counted(new Uint8Array(octets));
    for (let i = 0; i < 1500; i++) await cache.answer({ ...identity(0), mac: mac(i) }, now, work.decide);
    assert.ok(Math.abs(cache.size - kept) <= 1, `${cache.size} are there`);
    assert.equal(cache.forgotten, 1500 - cache.size);
    await cache.answer({ ...identity(0), mac: mac(1499) }, now, work.decide);
    assert.equal(work.times, 1500, "the last one is known");
    await cache.answer({ ...identity(0), mac: mac(0) }, now, work.decide);
    assert.equal(work.times, 1501, "the first one is not");
  });
}

const request = new ClientSignature(key).sign(Uint8Array.fromHex(plainUpdate), now);
const macAt = request.length - 6 - 32;

/** What can be changed of a signed message without its signature becoming wrong. */
const disguises: readonly [what: string, change: (message: Uint8Array) => Uint8Array][] = [
  ["nothing", (message) => message],
  ["its id", (message) => Uint8Array.of(0xbb, 0xbb, ...message.subarray(2))],
  ["the case of its key", (message) => message.with(plainUpdate.length / 2 + 1, 0x4b)],
  ["octets behind it", (message) => Uint8Array.of(...message, 0, 0)],
  ["the length of its MAC", cutMac],
];

for (const [what, change] of disguises) {
  test(`a message is known again, with ${what} changed`, async () => {
    const cache = new ReplayCache(bounds);
    const work = counted();
    const answers: Uint8Array[] = [];
    for (const message of [request, change(request)]) {
      const checked = checkRequest(message, keyring, now);
      assert(checked.state === "good", JSON.stringify(checked));
      const decide = async (): Promise<Uint8Array> => {
        await work.decide();
        return checked.signer.sign(Uint8Array.fromHex(plainResponse), now);
      };
      const answer = await cache.answer(checked.identity, now, decide);
      assert.equal(answer.subarray(0, 2).toHex(), message.subarray(0, 2).toHex());
      answers.push(answer);
    }
    assert.equal(work.times, 1);
    assert.equal(answers[0]!.subarray(2).toHex(), answers[1]!.subarray(2).toHex());
    const client = new ClientSignature(key);
    client.sign(Uint8Array.fromHex(plainUpdate), now);
    client.verify(answers[1]!, now); // its id is not signed, the original one is
  });
}

function cutMac(message: Uint8Array): Uint8Array {
  const cut = Uint8Array.of(...message.subarray(0, macAt + 16), ...message.subarray(macAt + 32));
  cut[macAt - 1] = 16;
  const dataLengthAt = macAt - 2 - 8 - 13 - 1;
  cut[dataLengthAt]! -= 16;
  return cut;
}
