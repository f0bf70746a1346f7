/**
 * In a file of its own, to run beside the others: opening so many connections takes its time on some
 * machines.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import { openStreamListener } from "./listener.ts";
import { connectClient, frame, settled } from "./stream-client.ts";

test("10,000 connections that send nothing take bounded places, and leave room for one that asks", async () => {
  const limits = { connectionsMax: 64, connectionsPerAddressMax: 64 };
  const { log } = collectLog();
  const onMessage = (message: Uint8Array) => message;
  await using listener = await openStreamListener({ address: "127.0.0.1", port: 0, onMessage, log, limits });
  await using idle = new AsyncDisposableStack();
  let most = 0;
  for (let opened = 0; opened < 10_000; opened += 50) {
    const some = await Promise.all(Array.from({ length: 50 }, () => connectClient(listener.local)));
    for (const client of some) idle.use(client);
    most = Math.max(most, listener.connections);
  }
  await settled(() => listener.counters.accepted === 10_000);
  assert.equal(most, 64);
  assert.equal(listener.counters.displaced, 10_000 - 64);
  await using client = await connectClient(listener.local);
  client.write(frame("me"));
  assert.deepEqual(await client.texts(1), ["me"]);
});
