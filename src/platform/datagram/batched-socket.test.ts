import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { GCProfiler } from "node:v8";
import { collectLog } from "#platform/log/collected-log.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { BatchedSocket, messageRoom } from "./batched-socket.ts";
import { copyPeer, type DatagramPeer, type DatagramResponder, peerAt } from "./datagram.ts";
import { openClient } from "./datagram-client.ts";
import { closeDescriptor, openDescriptor } from "./descriptor.ts";
import { type Libc, loadLibc } from "./libc.ts";
import { limits } from "./limits.ts";
import { errno } from "./linux.ts";
import { DatagramSender } from "./sender.ts";

const { libc, missing } = loadLibc();

const echo: DatagramResponder = (request, length, _peer, reply) => {
  for (let at = 0; at < length; at++) reply[at] = request[at]!;
  return length;
};

/** A socket, a client of it, and what the responder threw. */
async function rig(calls: Partial<Libc> = {}, replyOctetsMax?: number) {
  const patched: Libc = { ...libc!, ...calls };
  const descriptor = openDescriptor({ libc: libc!, address: "127.0.0.1", port: 0, log: collectLog().log });
  const faults: unknown[] = [];
  const onFault = (error: unknown) => void faults.push(error);
  const room = messageRoom(replyOctetsMax);
  const socket = new BatchedSocket({ libc: patched, descriptor, onFault, room });
  const client = await openClient(descriptor.local);
  return {
    socket,
    client,
    faults,
    /** Sends these, then serves all in one batch. */
    async batch(texts: readonly (string | Uint8Array)[], responder: DatagramResponder) {
      for (const text of texts) await client.sent(text);
      assert.equal(socket.receive(false), texts.length);
      socket.answerAll(responder);
      socket.flush();
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      closeDescriptor(libc!, descriptor);
    },
  };
}

const digits = Array.from({ length: 10 }, (_, index) => `${index}`);

suite("a batched socket", { skip: missing }, () => {
  for (const [why, answers] of [
    ["all are answered", "0123456789"],
    ["only the first is", "0"],
    ["only the last is", "9"],
    ["every second is", "13579"],
  ] as const) {
    test(`${why}: each answer is its own, and batches do not disturb each other`, async () => {
      await using it = await rig();
      const some: DatagramResponder = (request, length, peer, reply) =>
        answers.includes(String.fromCharCode(request[0]!)) ? echo(request, length, peer, reply) : 0;
      for (const responder of [some, echo, some]) {
        const expected = responder === echo ? digits : answers.split("");
        const got = it.client.collect(expected.length);
        await it.batch(digits, responder);
        assert.deepEqual((await got).map(String), expected);
      }
    });
  }

  test("each answer goes to the client that asked, also where some are not answered", async () => {
    await using it = await rig();
    const others = await Promise.all(digits.map(() => openClient(it.socket.descriptor.local)));
    const answers = others.map((other) => other.answered());
    for (const [index, other] of others.entries()) {
      await it.client.sent("unanswered");
      await other.sent(`${index}`);
    }
    assert.equal(it.socket.receive(false), 20);
    it.socket.answerAll((request, length, peer, reply) =>
      length === 1 ? echo(request, length, peer, reply) : 0,
    );
    it.socket.flush();
    const got = await Promise.all(answers);
    assert.deepEqual(
      got.map(({ octets }) => octets.toString()),
      digits,
    );
    await Promise.all(others.map((other) => other[Symbol.asyncDispose]()));
  });

  test("with nothing there it does not wait when told so", async () => {
    await using it = await rig();
    assert.equal(it.socket.receive(false), 0);
    it.socket.answerAll(echo);
    it.socket.flush();
    assert.equal(it.socket.counters.answered, 0);
  });

  test("when told to wait it waits no longer than said", async () => {
    await using it = await rig();
    it.socket.waitAtMost(1);
    assert.equal(it.socket.receive(true), 0);
  });

  test("more than a batch comes in several", async () => {
    await using it = await rig();
    for (let count = 0; count < limits.batchMessages + 3; count++) await it.client.sent("?");
    assert.deepEqual([it.socket.receive(false), it.socket.receive(false)], [limits.batchMessages, 3]);
  });

  test("a request that was cut off is malformed and reaches no responder", async () => {
    await using it = await rig();
    const seen: number[] = [];
    const long = new Uint8Array(limits.requestOctetsMax + 1);
    await it.batch(["a", long, long.subarray(1)], (_request, length) => {
      seen.push(length);
      return 0;
    });
    assert.deepEqual(seen, [1, limits.requestOctetsMax]);
    assert.partialDeepStrictEqual(it.socket.counters, { received: 3, malformed: 1, faults: 0 });
  });

  test("what the responder throws is counted by whose fault it is, and the others are answered", async () => {
    await using it = await rig();
    const got = it.client.collect(8);
    await it.batch(digits, (request, length, peer, reply) => {
      if (request[0] === 0x33) throw new WireError("short-input", "Header", 1);
      if (request[0] === 0x35) throw new TypeError("tripped");
      return echo(request, length, peer, reply);
    });
    assert.deepEqual((await got).map(String), "01246789".split(""));
    assert.partialDeepStrictEqual(it.socket.counters, { malformed: 1, faults: 1, answered: 8 });
    assert.match(String(it.faults), /tripped/);
  });

  test("an answer longer than its room is a fault, for what lies behind it is another's", async () => {
    await using it = await rig();
    await it.batch(["a"], (_request, _length, _peer, reply) => reply.length + 1);
    assert.partialDeepStrictEqual(it.socket.counters, { faults: 1, answered: 0 });
  });

  test("an answer that the kernel refuses is skipped, and those behind it are sent", async () => {
    await using it = await rig({}, limits.payloadOctetsMax + 1);
    const got = it.client.collect(8);
    await it.batch(digits, (request, length, peer, reply) =>
      "05".includes(String.fromCharCode(request[0]!)) ? reply.length : echo(request, length, peer, reply),
    );
    assert.deepEqual((await got).map(String), "12346789".split(""));
    assert.partialDeepStrictEqual(it.socket.counters, { sendErrors: 2, answered: 8, dropped: 0 });
  });

  test("a kernel that takes a few at a time is given the rest", async () => {
    await using it = await rig({
      sendmmsg: (fd, headers, count, flags) => libc!.sendmmsg(fd, headers, Math.min(3, count), flags),
    });
    const got = it.client.collect(10);
    await it.batch(digits, echo);
    assert.deepEqual((await got).map(String), digits);
    assert.equal(it.socket.counters.answered, 10);
  });

  for (const [why, error, hasRoom, want] of [
    ["a signal interrupts the call: it is made again", errno.EINTR, 0, { answered: 10, dropped: 0 }],
    [
      "the send buffer is full, and room comes: the rest is sent",
      errno.EAGAIN,
      1,
      { answered: 10, dropped: 0 },
    ],
    ["the send buffer stays full: the rest is dropped", errno.EAGAIN, 0, { answered: 4, dropped: 6 }],
  ] as const) {
    test(why, async () => {
      let calls = 0;
      await using it = await rig({
        // The first call takes four, the second fails.
        sendmmsg: (fd, headers, count, flags) => {
          calls++;
          return calls === 2 ? -1 : libc!.sendmmsg(fd, headers, calls === 1 ? 4 : count, flags);
        },
        errno: () => error,
        poll: () => hasRoom,
      });
      const got = it.client.collect(want.answered);
      await it.batch(digits, echo);
      assert.equal((await got).length, want.answered);
      assert.partialDeepStrictEqual(it.socket.counters, { ...want, sendErrors: 0 });
    });
  }

  for (const [error, throws] of [
    [errno.EINTR, false],
    [errno.ECONNREFUSED, false],
    [errno.EBADF, true],
  ] as const) {
    test(`error ${error} of a receive ${throws ? "ends the thread" : "is one datagram's"}`, async () => {
      await using it = await rig({ recvmmsg: () => -1, errno: () => error });
      if (throws) assert.throws(() => it.socket.receive(false), { code: "EBADF" });
      else assert.equal(it.socket.receive(false), 0);
    });
  }

  test("a peer may be kept and answered later through the descriptor alone", async () => {
    await using it = await rig();
    const peers: DatagramPeer[] = [];
    await it.batch(["?"], (_request, _length, peer) => {
      peers.push(copyPeer(peer));
      return 0;
    });
    await using other = await openClient(it.socket.descriptor.local, "127.0.0.2");
    await other.sent("overwrites the slot");
    assert.equal(it.socket.receive(false), 1);
    assert.deepEqual(peers, [peerAt("127.0.0.1", it.client.port)]);
    const answer = it.client.answered();
    const sender = new DatagramSender(libc!, 8);
    const { descriptor } = it.socket;
    assert.equal(sender.send(descriptor, peers[0]!, Buffer.from("too long a")), "dropped");
    assert.equal(sender.send(descriptor, { ...peers[0]!, port: 0 }, Buffer.from("nowhere")), "refused");
    assert.equal(sender.send(descriptor, peers[0]!, Buffer.from("late")), "sent");
    const { octets, from } = await answer;
    assert.deepEqual([octets.toString(), from.port], ["late", descriptor.local.port]);
  });

  test("two that answer each other allocate nothing for it", async () => {
    await using left = await rig();
    await using right = await rig();
    const sender = new DatagramSender(libc!);
    const peer = peerAt("127.0.0.1", right.socket.descriptor.local.port);
    for (const text of Array.from({ length: limits.batchMessages }, (_, index) => `ball ${index}`)) {
      sender.send(left.socket.descriptor, peer, Buffer.from(text));
    }
    const play = (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        for (const { socket } of [right, left]) {
          assert.equal(socket.receive(false), limits.batchMessages);
          socket.answerAll(echo);
          socket.flush();
        }
      }
    };
    play(1_000); // until the compiler has done with it
    const rounds = 2_000;
    const allocated = octetsAllocated(() => play(rounds));
    const datagrams = 2 * rounds * limits.batchMessages;
    assert.ok(allocated < datagrams, `${allocated} octets for ${datagrams} datagrams`);
  });
});

/** What stays on the heap, and what the collector took away meanwhile. */
function octetsAllocated(act: () => void): number {
  const collector = new GCProfiler();
  collector.start();
  const before = process.memoryUsage().heapUsed;
  act();
  const kept = process.memoryUsage().heapUsed - before;
  const collected = collector
    .stop()
    .statistics.map(
      ({ beforeGC, afterGC }) => beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize,
    );
  return collected.reduce((sum, octets) => sum + octets, kept);
}
