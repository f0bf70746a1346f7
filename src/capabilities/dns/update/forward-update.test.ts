import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { MessageFramer } from "#platform/stream/framer.ts";
import { encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { parseServer, type ServerAddress } from "../server-address.ts";
import { ForwardError, UpdateForwarder } from "./forward-update.ts";

const update = encodeMessage(
  queryMessage({ id: 0x1234, opcode: 5, question: { name: parseName("example."), type: 6, class: 1 } }),
);
const answerTo = (message: Uint8Array): Uint8Array => {
  const answer = message.slice();
  answer[2]! |= 0x80;
  return answer;
};

interface Primary extends AsyncDisposable {
  readonly address: ServerAddress;
  readonly received: readonly Uint8Array[];
  connections: number;
}

/** A server that does something with each message that comes. */
async function primary(react: (message: Uint8Array, socket: Socket) => void): Promise<Primary> {
  const received: Uint8Array[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    running.connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    const framer = new MessageFramer();
    socket.on("data", (chunk: Buffer) => {
      framer.push(chunk);
      for (let next = framer.next(); next !== undefined; next = framer.next()) {
        const message = new Uint8Array(next);
        received.push(message);
        react(message, socket);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const running: Primary = {
    address: parseServer(`127.0.0.1:${(server.address() as AddressInfo).port}`),
    received,
    connections: 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  return running;
}

function send(socket: Socket, message: Uint8Array): void {
  socket.write(Uint8Array.of(message.length >>> 8, message.length, ...message));
}

const answers = (): Promise<Primary> => primary((message, socket) => send(socket, answerTo(message)));

test("an update goes out octet for octet, and the answer comes back so", async () => {
  await using one = await primary((message, socket) => {
    const answer = Uint8Array.of(...answerTo(message), 0xff, 0xfe); // whatever it is signed with
    for (const octet of Uint8Array.of(0, answer.length, ...answer)) socket.write(Uint8Array.of(octet));
  });
  using forwarder = new UpdateForwarder();
  const answer = await forwarder.forward(update, [one.address]);
  assert.deepEqual(answer, Uint8Array.of(...answerTo(update), 0xff, 0xfe));
  assert.deepEqual(one.received, [update]);
});

test("clients that chose the same id get each their own answer", async () => {
  await using one = await primary((message, socket) =>
    send(socket, Uint8Array.of(...answerTo(message), message.at(-1)!)),
  );
  using forwarder = new UpdateForwarder();
  const updates = Array.from({ length: 20 }, (_, index) => Uint8Array.of(...update, index));
  const all = await Promise.all(updates.map((octets) => forwarder.forward(octets, [one.address])));
  assert.deepEqual(
    all.map((answer) => answer.at(-1)),
    updates.map((octets) => octets.at(-1)),
  );
});

for (const [why, react, reason] of [
  ["breaks the connection off", (_: Uint8Array, socket: Socket) => socket.destroy(), /closed the connection/],
  [
    "answers something else",
    (message: Uint8Array, socket: Socket) =>
      send(socket, Uint8Array.of(9, 9, ...answerTo(message).subarray(2))),
    /answered something else/,
  ],
  ["sends the update back", (message: Uint8Array, socket: Socket) => send(socket, message), /something else/],
  [
    "answers with two octets",
    (_: Uint8Array, socket: Socket) => send(socket, Uint8Array.of(1, 2)),
    /something else/,
  ],
] as const) {
  test(`a primary that ${why} is passed over, and when there is no other the client is told`, async () => {
    await using bad = await primary(react);
    await using good = await answers();
    using forwarder = new UpdateForwarder();
    await assert.rejects(forwarder.forward(update, [bad.address]), (error) => {
      return error instanceof ForwardError && reason.test(error.message);
    });
    assert.deepEqual(await forwarder.forward(update, [bad.address, good.address]), answerTo(update));
  });
}

test("a primary that is silent has its time, and no more", async () => {
  await using silent = await primary(() => {});
  using forwarder = new UpdateForwarder({ timeoutMs: 20 });
  await assert.rejects(forwarder.forward(update, [silent.address, silent.address]), (error) => {
    assert.ok(error instanceof ForwardError);
    assert.equal(error.message.match(/did not answer within 0.02 s/g)?.length, 2);
    return true;
  });
});

test("a port that nobody listens on is passed over", async () => {
  const closed = await answers();
  await closed[Symbol.asyncDispose]();
  await using good = await answers();
  using forwarder = new UpdateForwarder();
  assert.deepEqual(await forwarder.forward(update, [closed.address, good.address]), answerTo(update));
});

test("more updates at once than may be are not sent", async () => {
  await using one = await primary(() => {});
  using forwarder = new UpdateForwarder({ forwardsMax: 2 });
  const waiting = [0, 1].map(() => forwarder.forward(update, [one.address]));
  await assert.rejects(forwarder.forward(update, [one.address]), /2 updates are on their way/);
  forwarder[Symbol.dispose]();
  for (const result of await Promise.allSettled(waiting)) assert.equal(result.status, "rejected");
  await assert.rejects(forwarder.forward(update, [one.address]), /the server ends/);
});
