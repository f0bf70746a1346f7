import assert from "node:assert/strict";
import { on, once } from "node:events";
import { suite, test } from "node:test";
import { Worker } from "node:worker_threads";
import { collectLog } from "#platform/log/collected-log.ts";
import { BatchedSocket } from "./batched-socket.ts";
import { peerAt } from "./datagram.ts";
import { openClient } from "./datagram-client.ts";
import { closeDescriptor, type Descriptor, openDescriptor } from "./descriptor.ts";
import type { EchoOrder, EchoReport } from "./echo-thread.ts";
import { type Libc, loadLibc } from "./libc.ts";
import { limits } from "./limits.ts";
import { errno } from "./linux.ts";
import { DatagramSender } from "./sender.ts";
import { type ServeOptions, serveDatagrams } from "./serve-datagrams.ts";

const { libc, missing } = loadLibc();

/** Closed after the test. */
function openSome(count: number): readonly Descriptor[] & Disposable {
  const options = { libc: libc!, address: "127.0.0.1", port: 0, log: collectLog().log };
  const opened = Array.from({ length: count }, () => openDescriptor(options));
  const close = () => {
    for (const descriptor of opened) closeDescriptor(libc!, descriptor);
  };
  return Object.assign(opened, { [Symbol.dispose]: close });
}

/** A thread that echoes, and control's end of it. */
function startThread(waitMs = 5) {
  const orders = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(new URL("./echo-thread.ts", import.meta.url), { workerData: { orders, waitMs } });
  const reports = on(thread, "message", { close: ["exit"] });
  return {
    thread,
    order(order: EchoOrder) {
      thread.postMessage(order);
      Atomics.add(orders, 0, 1);
    },
    /** The next report, which must be of this kind. */
    async report<Key extends string>(key: Key): Promise<Extract<EchoReport, Readonly<Record<Key, unknown>>>> {
      const { value } = await reports.next();
      assert.ok(value !== undefined, "the thread has ended");
      assert.ok(key in value[0], `${key}: ${JSON.stringify(value[0])}`);
      return value[0];
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate();
    },
  };
}

suite("a thread that serves datagrams", { skip: missing }, () => {
  for (const count of [1, 3]) {
    test(`answers on ${count} at once, and ends when told`, async () => {
      using descriptors = openSome(count);
      await using it = startThread();
      it.order(descriptors);
      await it.report("serves");
      for (const { local } of descriptors) {
        await using client = await openClient(local);
        for (const text of ["first", "second"]) {
          assert.equal((await client.ask(text)).octets.toString(), text);
        }
      }
      const exit = once(it.thread, "exit");
      it.order("end");
      const { answered, tookMs } = await it.report("answered");
      assert.equal(answered, 2 * count);
      assert.ok(tookMs > 0);
      assert.deepEqual(await exit, [0]);
    });
  }

  test("takes up and lets go of descriptors while it serves", async () => {
    using descriptors = openSome(3);
    const [first, second, third] = descriptors;
    await using it = startThread();
    for (const now of [[], [first!], [first!, second!], [second!, third!], [], [third!], []]) {
      it.order(now);
      assert.deepEqual(
        (await it.report("serves")).serves,
        now.map(({ fd }) => fd),
      );
      for (const { local } of now) {
        await using client = await openClient(local);
        assert.equal((await client.ask("?")).octets.toString(), "?");
      }
    }
    // What it let go of is no longer read by it.
    await using client = await openClient(first!.local);
    await client.sent("waits");
    const socket = new BatchedSocket({
      libc: libc!,
      descriptor: first!,
      onFault,
    });
    assert.equal(socket.receive(false), 1);
  });

  test("what it leaves to control, control answers through the same descriptor", async () => {
    using descriptors = openSome(2);
    await using it = startThread();
    it.order(descriptors);
    await it.report("serves");
    const sender = new DatagramSender(libc!);
    for (const { local, fd } of descriptors) {
      await using client = await openClient(local);
      const answer = client.ask("!hard question");
      const { asks, descriptor } = await it.report("asks");
      assert.equal(descriptor.fd, fd);
      assert.equal(sender.send(descriptor, asks, Buffer.from("late answer")), "sent");
      const { octets, from } = await answer;
      assert.deepEqual([octets.toString(), from.port], ["late answer", local.port]);
    }
  });

  test("when it dies its descriptors live on, and the next one loses no question", async () => {
    using descriptors = openSome(1);
    const dying = startThread();
    dying.order(descriptors);
    await dying.report("serves");
    await dying[Symbol.asyncDispose]();
    await using client = await openClient(descriptors[0]!.local);
    const answer = client.ask("asked in between");
    await using next = startThread();
    next.order(descriptors);
    assert.equal((await answer).octets.toString(), "asked in between");
  });
});

suite("the loop", { skip: missing }, () => {
  /** Serves in this thread until `between` was called so often. */
  function serve(descriptors: readonly Descriptor[], rounds: number, more: Partial<ServeOptions> = {}) {
    const sockets = descriptors.map((descriptor) => new BatchedSocket({ libc: libc!, descriptor, onFault }));
    const served: number[] = [];
    let left = rounds;
    serveDatagrams({
      libc: libc!,
      sockets: () => sockets,
      waitMs: 1,
      between: () => --left > 0,
      onDatagram(_request, _length, _peer, _reply, { descriptor }) {
        if (served.at(-1) !== descriptor.local.port) served.push(descriptor.local.port);
        return 0;
      },
      ...more,
    });
    return { served, sockets };
  }

  test("a socket with endless questions leaves the others their turn", async () => {
    using descriptors = openSome(2);
    const [busy, quiet] = descriptors;
    const batches = limits.batchesPerTurnMax + 2;
    for (const [{ local }, count] of [
      [busy!, batches * limits.batchMessages],
      [quiet!, 1],
    ] as const) {
      await using client = await openClient(local);
      for (let sent = 0; sent < count; sent++) await client.sent("?");
    }
    const { served, sockets } = serve(descriptors, batches + 2);
    assert.deepEqual(
      served,
      [busy, quiet, busy].map((one) => one!.local.port),
    );
    assert.equal(sockets[0]!.counters.received, batches * limits.batchMessages);
  });

  test("a socket that was let go of in the middle of a round is not touched any more", async () => {
    using descriptors = openSome(2);
    for (const { local } of descriptors) {
      await using client = await openClient(local);
      await client.sent("?");
    }
    const sockets = descriptors.map((descriptor) => new BatchedSocket({ libc: libc!, descriptor, onFault }));
    let calls = 0;
    const [both, first] = [sockets, sockets.slice(0, 1)];
    serve([], 0, {
      sockets: () => (calls === 0 ? both : first),
      between: () => ++calls < 3,
    });
    assert.deepEqual(
      sockets.map(({ counters }) => counters.received),
      [1, 0],
    );
  });

  for (const count of [0, 1, 2]) {
    test(`with ${count} sockets and no questions, between is called all the same`, () => {
      using descriptors = openSome(count);
      assert.deepEqual(serve(descriptors, 3).served, []);
    });
  }

  for (const [messages, rests] of [
    [limits.restFromMessages - 1, false],
    [limits.restFromMessages, true],
  ] as const) {
    test(`between batches of ${messages} messages it rests: ${rests}`, () => {
      using descriptors = openSome(2);
      const [from, to] = descriptors;
      const sender = new DatagramSender(libc!);
      const peer = peerAt("127.0.0.1", to!.local.port);
      let rested = 0;
      let batches = 0;
      serve([to!], 0, {
        libc: { ...libc!, usleep: () => ++rested },
        between: () => {
          for (let sent = 0; sent < messages; sent++) sender.send(from!, peer, Uint8Array.of(1));
          return ++batches < 2 * limits.restTrialBatches;
        },
      });
      assert.equal(rested > 0, rests);
    });
  }

  test("a signal that interrupts the wait is no datagram", () => {
    using descriptors = openSome(2);
    const interrupted: Libc = { ...libc!, poll: () => -1, errno: () => errno.EINTR };
    assert.deepEqual(serve(descriptors, 3, { libc: interrupted }).served, []);
  });

  test("a descriptor that is none ends the loop with an error", () => {
    const gone = openSome(2);
    gone[Symbol.dispose]();
    assert.throws(() => serve(gone, 3), { code: "EBADF" });
    assert.throws(() => serve(gone.slice(1), 3), { code: "EBADF" });
  });

  test("more sockets than a thread may serve are refused", () => {
    const many = Array.from({ length: limits.socketsPerThreadMax + 1 }, (_, fd) => ({ descriptor: { fd } }));
    const sockets = many as unknown as readonly BatchedSocket[];
    assert.throws(
      () => serve([], 1, { sockets: () => sockets }),
      /1025 sockets; a thread serves at most 1024/,
    );
  });
});

function onFault(error: unknown): void {
  throw error;
}
