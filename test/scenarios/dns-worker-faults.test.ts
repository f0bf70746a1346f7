/**
 * Workers die, throw and hang: the others answer, another takes the place, and nothing that waited is lost.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Worker } from "node:worker_threads";
import type { WorkerPool } from "../../src/capabilities/dns/workers/worker-pool.ts";
import { type DnsLab, openLabClient, range, startDnsLab, until } from "./dns-lab.ts";
import { requireFfi } from "./ffi.ts";

const timeout = 60_000;

/** As if something else in this process did it. */
async function terminate(pool: WorkerPool, index: number): Promise<void> {
  const { threads } = pool as unknown as { threads: readonly { readonly worker: Worker | undefined }[] };
  await threads[index]!.worker!.terminate();
}

function failing({ lines }: DnsLab, how: string): boolean {
  return lines.some(({ facts }) => facts["how"] === how);
}

function deaths({ pool }: DnsLab): readonly number[] {
  return pool.workers.map((worker) => worker.deaths);
}

function udpCounters({ view }: DnsLab): Readonly<Record<string, number>> {
  return view.server.counters[0]!.udp;
}

test("what waits for a worker that hangs and is ended is answered by the next one", {
  timeout,
}, async (t) => {
  if (!requireFfi(t)) return;
  const lab = await startDnsLab(t, { workers: 1 });
  await using client = await openLabClient(lab.port);
  await client.send(range(0, 10));
  await client.gets(10);
  lab.pool.fail(0, "loop for ever");
  await until(() => failing(lab, "loop for ever"));
  await client.send(range(10, 1000));
  await terminate(lab.pool, 0);
  await client.gets(1000);
  assert.deepEqual(deaths(lab), [1]);
  await until(() => lab.pool.workers[0]!.state === "answering");
  await until(() => udpCounters(lab)["answered"] === 1000); // counted across the death
  const { received, dropped, overflowed } = udpCounters(lab);
  assert.deepEqual([received, dropped, overflowed], [1000, 0, 0]);
  assert.deepEqual(lab.running.status().problems, [], "one death is no problem");
});

test("a worker that throws dies alone: the other answers while the next one starts", {
  timeout,
}, async (t) => {
  if (!requireFfi(t)) return;
  const lab = await startDnsLab(t, { workers: 2 });
  const clients = await Promise.all(range(0, 32).map(() => openLabClient(lab.port)));
  t.after(() => Promise.all(clients.map((client) => client[Symbol.asyncDispose]())));
  for (const client of clients) await client.send([1]);
  await Promise.all(clients.map((client) => client.gets(1)));
  lab.pool.fail(0, "throw");
  await until(() => deaths(lab)[0] === 1);
  for (const client of clients) await client.send([2]);
  await Promise.all(clients.map((client) => client.gets(2)));
  assert.deepEqual(deaths(lab), [1, 0]);
  assert.equal(lab.pool.workers[0]!.lastDeath, "told to fail");
  const line = lab.lines.find(({ sentence }) => sentence.includes("died"));
  assert.equal(line?.facts["why"], "told to fail");
  await until(() => udpCounters(lab)["answered"] === 64);
});

test("an exception while a query is answered costs that query, is counted, and is logged less and less often", {
  timeout,
}, async (t) => {
  if (!requireFfi(t)) return;
  const lab = await startDnsLab(t, { workers: 1 });
  await using client = await openLabClient(lab.port);
  const faults = 9;
  for (let fault = 1; fault <= faults; fault++) {
    lab.pool.fail(0, "throw in a query");
    await client.send([fault]);
    await until(() => udpCounters(lab)["faults"] === fault);
    await client.send([100 + fault]);
    await client.gets(fault);
  }
  assert.deepEqual([...client.answered], range(101, 101 + faults), "only those in between are answered");
  const logged = () => lab.lines.filter(({ sentence }) => sentence === "answering a query failed");
  await until(() => logged().length === 4);
  assert.deepEqual(
    logged().map(({ facts }) => facts["count"]),
    [1, 2, 4, 8],
  );
  assert.match(String(logged()[0]!.facts["error"]), /told to fail once\n.*dns-worker/);
  assert.deepEqual(deaths(lab), [0]);
});

test("a worker that dies again and again is started less often, and status says so", {
  timeout,
}, async (t) => {
  if (!requireFfi(t)) return;
  const lab = await startDnsLab(t, { workers: 2 });
  const waits = () =>
    lab.lines.filter(({ sentence }) => sentence.includes("died")).map(({ facts }) => facts["waitMs"]);
  for (let death = 1; death <= 3; death++) {
    await until(() => lab.pool.workers[1]!.state === "answering");
    lab.pool.fail(1, "throw");
    await until(() => deaths(lab)[1] === death);
  }
  assert.deepEqual(waits(), [0, 100, 200]);
  const said = () => lab.running.status().problems.map(({ severity, what }) => `${severity}: ${what}`);
  const sentence = "error: DNS worker 2 has died 3 times, the last time since: told to fail";
  assert.deepEqual(said(), [sentence]);
  await until(() => lab.pool.workers[1]!.state === "answering");
  assert.deepEqual(said(), [`${sentence}; it answers again`]);
  await using client = await openLabClient(lab.port);
  await client.send(range(0, 100));
  await client.gets(100);
});

test("a worker that is stuck in a loop is ended and replaced", { timeout }, async (t) => {
  if (!requireFfi(t)) return;
  const lab = await startDnsLab(t, { workers: 2 });
  lab.pool.fail(0, "loop for ever");
  await until(() => deaths(lab)[0] === 1);
  await until(() => lab.pool.workers[0]!.state === "answering");
  assert.ok(lab.lines.some(({ sentence }) => sentence === "DNS worker 1 is stuck"));
  assert.deepEqual(deaths(lab), [1, 0]);
});

test("what the receive buffer has no room for is counted, and the rest is answered", {
  timeout,
}, async (t) => {
  if (!requireFfi(t)) return;
  const lab = await startDnsLab(t, { workers: 1 });
  await using client = await openLabClient(lab.port);
  lab.pool.fail(0, "loop for ever");
  await until(() => failing(lab, "loop for ever"));
  const sent = 20_000; // some 15 MB by the kernel's count, into a buffer of 4 or 8 MB
  for (let first = 0; first < sent; first += 1000) await client.send(range(first, first + 1000));
  assert.equal(udpCounters(lab)["received"], 0);
  const lost = udpCounters(lab)["overflowed"]!;
  assert.ok(lost > 0, "the kernel has dropped some");
  await terminate(lab.pool, 0);
  await until(() => udpCounters(lab)["received"]! + lost === sent);
  await until(() => udpCounters(lab)["answered"]! + lost === sent);
  const { sockets } = lab.running.status().details as { sockets: { udp: { overflowed: number } }[] };
  assert.equal(sockets[0]!.udp.overflowed, lost);
});
