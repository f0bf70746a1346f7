import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import { openClient } from "./datagram-client.ts";
import { closeDescriptor, openDescriptor } from "./descriptor.ts";
import { loadLibc } from "./libc.ts";

const { libc, missing } = loadLibc();

suite("calls of the C library", { skip: missing }, () => {
  test("what is promised while something is read is gone on with at once", async () => {
    const descriptor = openDescriptor({ libc: libc!, address: "127.0.0.1", port: 0, log: collectLog().log });
    await using client = await openClient(descriptor.local);
    const order: string[] = [];
    const ended = Promise.withResolvers<void>();
    const watch = libc!.whenReadable(descriptor.fd, () => {
      watch.close();
      queueMicrotask(() => order.push("promise"));
      setTimeout(() => {
        order.push("later");
        ended.resolve();
      }, 5);
    });
    client.send("?");
    await ended.promise;
    closeDescriptor(libc!, descriptor);
    assert.deepEqual(order, ["promise", "later"]);
  });
});
