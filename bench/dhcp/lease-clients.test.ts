import assert from "node:assert/strict";
import test from "node:test";
import { messageType, type ServerMessage } from "./client-message.ts";
import { LeaseClients, patienceMs } from "./lease-clients.ts";

/** Clients 1, 2, 3 … up to `most`, one at a time, and a server that is played by the test. */
function scene(most: number, inFlight = 1) {
  const sent: Buffer[] = [];
  let [nowMs, client] = [0, 0];
  const clients = new LeaseClients({
    relay: 0x0a400002,
    inFlight,
    nextClient: () => (client < most ? ++client : undefined),
    send: (octets) => sent.push(octets),
    nowMs: () => nowMs,
  });
  clients.start();
  const answer = (type: number, address: number, change: Partial<ServerMessage> = {}): void => {
    const question = sent.at(-1)!;
    const transaction = question.readUInt32BE(4);
    clients.take({ type, address, transaction, client: question.readUInt32BE(30), server: 9, ...change });
  };
  const pass = (ms: number): void => {
    nowMs += ms;
    clients.look();
  };
  const types = (): number[] => sent.map((octets) => octets[242]!);
  return { clients, answer, pass, types };
}

const { discover, offer, request, acknowledgement, refusal } = messageType;

test("a client discovers, requests what it is offered and notes what it is told; then the next one begins", () => {
  const { clients, answer, pass, types } = scene(2);
  answer(offer, 100);
  pass(3);
  answer(acknowledgement, 100);
  assert.deepEqual(clients.told, [{ client: 1, address: 100 }]);
  assert.deepEqual(clients.latenciesMs, [3]);
  assert.deepEqual(types(), [discover, request, discover]);
});

test("when all have what they want, that is the end", async () => {
  const { clients, answer } = scene(1);
  answer(offer, 100);
  answer(acknowledgement, 100);
  await clients.done;
  assert.equal(clients.told.length, 1);
});

test("a message without an answer begins the exchange anew, and the late answer is not taken", () => {
  const { clients, answer, pass, types } = scene(1);
  answer(offer, 100);
  pass(patienceMs + 1);
  answer(acknowledgement, 100, { transaction: 1 });
  assert.deepEqual([clients.unanswered, clients.told.length], [1, 0]);
  assert.deepEqual(types(), [discover, request, discover]);
});

test("who gets nothing gives up at last, and the next client has its turn", () => {
  const { clients, pass, types } = scene(2);
  for (let attempt = 0; attempt < 4; attempt++) pass(patienceMs + 1);
  assert.equal(clients.unserved, 1);
  assert.equal(types().length, 5);
});

test("a refusal is counted, and the client discovers again", () => {
  const { clients, answer, types } = scene(1);
  answer(offer, 100);
  answer(refusal, 0);
  assert.equal(clients.refused, 1);
  assert.deepEqual(types(), [discover, request, discover]);
});

const strangers = [
  ["an answer for another client", { client: 77 }],
  ["an answer for a machine that is none of ours", { client: undefined }],
  ["an answer for another exchange", { transaction: 0xfffff001 }],
] as const;
for (const [what, change] of strangers) {
  test(`${what} is not taken`, () => {
    const { clients, answer } = scene(1);
    answer(offer, 100);
    answer(acknowledgement, 100, change);
    assert.equal(clients.told.length, 0);
  });
}

test("what is under way can be given up", async () => {
  const { clients } = scene(10, 3);
  clients.finish();
  await clients.done;
  assert.equal(clients.told.length, 0);
});
