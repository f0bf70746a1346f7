import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { suite, type TestContext, test } from "node:test";
import type { Server } from "#platform/dns-query/ask.ts";
import { externalAddressRequest, readExternalAddressAnswer } from "#protocols/nat-pmp/external-address.ts";
import { stunWitness } from "./stun.ts";
import { openUdp, searchUdp } from "./udp-conversation.ts";
import { facts, portsWith, wordsOf } from "./witness-ports.testing.ts";

/** Longer than any of it takes. */
const patience = (): AbortSignal => AbortSignal.timeout(10_000);
const answer = Uint8Array.fromHex("0080000000001234cb007109");

/** A server of this machine; `answers`: what it sends back to the first datagram, the second, … */
async function server(
  t: TestContext,
  answers: (request: Uint8Array, count: number) => readonly Uint8Array[],
): Promise<Server & { readonly heard: () => number }> {
  const socket = createSocket("udp4");
  let heard = 0;
  socket.on("message", (octets, { address, port }) => {
    for (const octetsBack of answers(new Uint8Array(octets), ++heard)) socket.send(octetsBack, port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  t.after(() => socket.close());
  return { ...socket.address(), heard: () => heard };
}

suite("a conversation by UDP", () => {
  test("has an answer, and knows its own address", async (t) => {
    using conversation = await openUdp(await server(t, () => [answer]));
    assert.equal(conversation.local.address, "127.0.0.1");
    assert.ok(conversation.local.port > 0);
    const read = await conversation.exchange(externalAddressRequest(), readExternalAddressAnswer, patience());
    assert.deepEqual(read, { kind: "address", address: "203.0.113.9", epochSeconds: 0x1234 });
  });

  test("leaves alone what is no answer", async (t) => {
    using conversation = await openUdp(await server(t, () => [Uint8Array.of(1), answer]));
    const read = await conversation.exchange(externalAddressRequest(), readExternalAddressAnswer, patience());
    assert.equal(read.kind, "address");
  });

  test("sends again what was lost", async (t) => {
    const lossy = await server(t, (_request, count) => (count === 1 ? [] : [answer]));
    using conversation = await openUdp(lossy);
    const read = await conversation.exchange(externalAddressRequest(), readExternalAddressAnswer, patience());
    assert.deepEqual([read.kind, lossy.heard()], ["address", 2]);
  });

  test("ends where nobody listens", async () => {
    const { promise, resolve } = Promise.withResolvers<Server>();
    const closed = createSocket("udp4").bind(0, "127.0.0.1", () => resolve({ ...closed.address() }));
    const place = await promise;
    closed.close();
    using conversation = await openUdp(place);
    await assert.rejects(
      conversation.exchange(externalAddressRequest(), readExternalAddressAnswer, patience()),
      { name: "CouldNotTell", message: "refused: nothing listens on that port" },
    );
  });

  test("ends with those who send noise without end, and when it is broken off", async (t) => {
    const noise = await server(t, () => Array.from({ length: 120 }, () => Uint8Array.of(1)));
    using conversation = await openUdp(noise);
    await assert.rejects(
      conversation.exchange(externalAddressRequest(), readExternalAddressAnswer, patience()),
      /sends what is no answer/,
    );
    await assert.rejects(
      conversation.exchange(externalAddressRequest(), readExternalAddressAnswer, AbortSignal.abort()),
      /not waited for any longer/,
    );
  });

  test("serves a witness: STUN", async (t) => {
    const stun = await server(t, (request) => [
      Uint8Array.fromHex(`0101000c${request.subarray(4).toHex()}0001000800011234cb007109`),
    ]);
    const ports = portsWith({ openUdp });
    const at = `${stun.address}:${stun.port}`;
    const witness = stunWitness(facts, { server: at, ports, alsoPublic: ["203.0.113.0/24"] });
    assert.equal(await wordsOf(witness), "203.0.113.9");
  });
});

suite("a search by UDP", () => {
  test("hears answers until one is taken", async (t) => {
    const many = await server(t, (request) => [request, Uint8Array.of(7), Uint8Array.of(8)]);
    const heard: (readonly [string, string])[] = [];
    await searchUdp(
      {
        datagrams: [Uint8Array.of(1, 2)],
        to: many,
        take: (octets, from) => heard.push([octets.toHex(), from]) === 2,
      },
      patience(),
    );
    assert.deepEqual(heard.slice(0, 2), [
      ["0102", "127.0.0.1"],
      ["07", "127.0.0.1"],
    ]);
  });

  test("is broken off", async (t) => {
    const silent = await server(t, () => []);
    const search = { datagrams: [Uint8Array.of(1)], to: silent, take: () => false };
    const end = new AbortController();
    const done = searchUdp(search, end.signal);
    end.abort();
    await done;
    const begin = performance.now();
    await searchUdp(search, AbortSignal.abort());
    assert.ok(performance.now() - begin < 2_000);
  });
});
