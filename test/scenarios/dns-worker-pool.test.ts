/** The number of workers changes while they answer; what they hand over; how they end. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { nameOctets, parseName } from "#protocols/dns/name.ts";
import { limits } from "../../src/capabilities/dns/limits.ts";
import { type LabClient, openLabClient, range, startDnsLab, until } from "./dns-lab.ts";
import { requireFfi } from "./ffi.ts";

const timeout = 60_000;

/** Many sources, so that the kernel gives some to each worker. */
async function openClients(stack: AsyncDisposableStack, port: number, count = 32): Promise<LabClient[]> {
  return Promise.all(range(0, count).map(async () => stack.use(await openLabClient(port))));
}

for (const [why, from, to] of [
  ["more workers", 1, 3],
  ["fewer workers", 3, 1],
] as const) {
  test(`a reload with ${why} loses no query`, { timeout }, async (t) => {
    if (!requireFfi(t)) return;
    await using stack = new AsyncDisposableStack();
    const lab = await startDnsLab(t, { workers: from });
    const clients = await openClients(stack, lab.port);
    let sent = 0;
    let ended = false;
    const asking = (async () => {
      while (!ended) {
        const id = ++sent;
        await Promise.all(clients.map((client) => client.send([id])));
        await new Promise((resolve) => setImmediate(resolve));
        if (sent % 20 === 0) await Promise.all(clients.map((client) => client.gets(id - 10)));
      }
    })();
    await until(() => sent > 50);
    await lab.reload({ workers: to });
    const atReload = sent;
    await until(() => sent > atReload + 100);
    ended = true;
    await asking;
    await Promise.all(clients.map((client) => client.gets(sent)));
    assert.equal(lab.pool.size, to);
    const udp = () => lab.view.server.counters[0]!.udp; // with what those that ended had counted
    await until(() => udp()["answered"] === sent * clients.length);
    assert.equal(udp()["received"], sent * clients.length);
  });
}

test("what waits for a surplus worker is answered before it ends", { timeout }, async (t) => {
  if (!requireFfi(t)) return;
  await using stack = new AsyncDisposableStack();
  const lab = await startDnsLab(t, { workers: 4 });
  const clients = await openClients(stack, lab.port, 64);
  for (const client of clients) await client.send(range(0, 20)); // and not a turn of the workers in between
  await lab.reload({ workers: 1 });
  await Promise.all(clients.map((client) => client.gets(20)));
});

test("each of the workers that joined answers", { timeout }, async (t) => {
  if (!requireFfi(t)) return;
  await using stack = new AsyncDisposableStack();
  const lab = await startDnsLab(t, { workers: 1 });
  await lab.reload({ workers: 3 });
  const clients = await openClients(stack, lab.port, 64);
  await Promise.all(clients.map((client) => client.send([1])));
  await Promise.all(clients.map((client) => client.gets(1)));
  // Each counts for itself: queries of type A over UDP.
  const counts = lab.pool.counterMemories.map((memory) => new Float64Array(memory)[1]!);
  assert.equal(
    counts.reduce((sum, count) => sum + count),
    64,
  );
  assert.ok(
    counts.every((count) => count > 0),
    `${counts}`,
  );
});

test("a reload that fails leaves as many workers as there were", { timeout }, async (t) => {
  if (!requireFfi(t)) return;
  const lab = await startDnsLab(t, { workers: 2 });
  await assert.rejects(lab.reload({ workers: 3, listen: ["192.0.2.77:5300"] }), /192\.0\.2\.77/);
  assert.equal(lab.pool.size, 2);
  await using client = await openLabClient(lab.port);
  await client.send(range(0, 100));
  await client.gets(100);
});

/** A query about a zone with another opcode. RFC 1996 §3.7, RFC 2136 §2. */
function zoneMessage(opcode: number, id: number, zone: string): Uint8Array {
  const head = Uint8Array.of(id >> 8, id & 255, opcode << 3, 0, 0, 1, 0, 0, 0, 0, 0, 0);
  return Uint8Array.from([...head, ...nameOctets(parseName(zone)), 0, 6, 0, 1]);
}

for (const [kind, opcode, zone, rcode] of [
  ["an UPDATE", 5, "lab.example.", 5],
  ["an UPDATE of a zone that is not ours", 5, "elsewhere.example.", 9],
  ["a NOTIFY", 4, "lab.example.", 0],
  ["a message of an opcode that nobody knows", 7, "lab.example.", 4],
] as const) {
  for (const address of ["127.0.0.1", "127.0.0.2", "::1"]) {
    test(`${kind} to ${address} is answered from where it was asked`, { timeout }, async (t) => {
      if (!requireFfi(t)) return;
      const listen = ["127.0.0.1:0", "127.0.0.2:0", "[::1]:0"];
      const lab = await startDnsLab(t, { workers: 3, listen });
      const text = address.includes(":") ? `[${address}]:` : `${address}:`;
      const endpoint = lab.running.status().listening.find((one) => one.startsWith(text))!;
      const port = Number(endpoint.split(":").at(-1));
      for (let id = 1; id <= 12; id++) {
        // Not connected, so that it takes an answer from anywhere.
        const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
        socket.send(zoneMessage(opcode, id, zone), port, address);
        const [answer, from] = (await once(socket, "message")) as [Buffer, { address: string; port: number }];
        socket.close();
        assert.deepEqual({ address: from.address, port: from.port }, { address, port });
        assert.deepEqual(
          [answer.readUInt16BE(0), answer[2]! >> 3, answer[3]! & 15],
          [id, 16 + opcode, rcode],
        );
      }
      const udp = () => lab.view.server.counters.find((one) => one.address === endpoint)!.udp;
      await until(() => udp()["answered"] === 12);
      assert.equal(udp()["received"], 12);
    });
  }
}

test("more than control answers at once are dropped and counted, and control lives", {
  timeout,
}, async (t) => {
  if (!requireFfi(t)) return;
  const lab = await startDnsLab(t, { workers: 1 });
  await using client = await openLabClient(lab.port);
  const sent = 5_000;
  const messages = range(0, sent).map((id) => zoneMessage(4, id, "lab.example."));
  lab.pool.fail(0, "loop for ever");
  await until(() => lab.lines.some(({ facts }) => facts["how"] === "loop for ever"));
  // All of them wait when the next worker starts, which is faster than control in handing them over.
  await Promise.all(
    messages.map((message) => new Promise<void>((sent) => client.socket.send(message, () => sent()))),
  );
  await until(() => lab.pool.workers[0]!.deaths === 1);
  const udp = () => lab.view.server.counters[0]!.udp;
  const handOvers = () => lab.pool.workers[0]!;
  await until(() => udp()["answered"]! + handOvers().handOversRefused === sent);
  assert.ok(handOvers().handOversRefused > 0);
  assert.ok(udp()["answered"]! >= limits.handedOverMax);
  assert.equal(handOvers().handedOver, 0, "all places are free again");
  const answered = client.answered.size;
  client.socket.send(zoneMessage(4, 0xffff, "lab.example."));
  await client.gets(answered + 1);
});

for (const [why, settings, queries] of [
  ["idle workers", { workers: 4 }, 0],
  ["questions that have arrived", { workers: 2 }, 500],
  ["many endpoints", { workers: 4, listen: range(1, 31).map((last) => `127.0.1.${last}:0`) }, 0],
] as const) {
  test(`a server with ${why} ends within its time and answers what had arrived`, { timeout }, async (t) => {
    if (!requireFfi(t)) return;
    await using stack = new AsyncDisposableStack();
    const lab = await startDnsLab(t, settings);
    const endpoint = lab.running.status().listening[0]!;
    const [address] = endpoint.split(":");
    const client = stack.use(await openLabClient(lab.port, address));
    // Code that has not run yet takes many times as long.
    for (let first = 1; first < 20 * queries; first += queries) {
      await client.send(range(first, first + queries));
      await client.gets(first - 1 + queries);
    }
    await client.send(range(30_000, 30_000 + queries));
    const startedAtMs = performance.now();
    await lab.running[Symbol.asyncDispose]();
    const tookMs = performance.now() - startedAtMs;
    if (queries > 0)
      await until(() => range(30_000, 30_000 + queries).every((id) => client.answered.has(id)));
    t.diagnostic(`ended after ${Math.round(tookMs)} ms`);
    assert.deepEqual(
      lab.lines.filter(({ level }) => level === "error"),
      [],
    );
  });
}
