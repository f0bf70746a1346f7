/** What every datagram listener must do, as tests: `datagramCompliance("portable", openDatagramListener)`. */
import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { suite, test } from "node:test";
import { ConfigError } from "#contracts/configuration.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { WireError } from "#protocols/dns/wire.ts";
import {
  copyPeer,
  type DatagramListener,
  type DatagramPeer,
  type DatagramResponder,
  type OpenDatagramListener,
  peerAt,
} from "./datagram.ts";

/** Sends the request back. */
const echo: DatagramResponder = (request, length, _peer, reply) => {
  reply.set(request.subarray(0, length));
  return length;
};

export function datagramCompliance(name: string, open: OpenDatagramListener): void {
  const listen = (onDatagram: DatagramResponder, more: Partial<Parameters<OpenDatagramListener>[0]> = {}) =>
    open({ address: "127.0.0.1", port: 0, onDatagram, log: collectLog().log, ...more });

  suite(`${name} datagram listener: answering`, () => {
    for (const address of ["127.0.0.1", "::1"]) {
      test(`answers on ${address}, from the address and port that was asked`, async () => {
        await using listener = await listen(echo, { address });
        assert.equal(listener.local.address, address);
        assert.equal(listener.local.family, address.includes(":") ? 6 : 4);
        assert.ok(listener.local.port > 0);
        await using client = await openClient(listener);
        const { octets, from } = await client.ask("hello");
        assert.equal(octets.toString(), "hello");
        assert.deepEqual([from.address, from.port], [address, listener.local.port]);
        await settled(() => listener.counters.answered === 1);
        assert.partialDeepStrictEqual(listener.counters, { received: 1, answered: 1, dropped: 0 });
      });
    }

    test("tells the responder who asked, and gives it the whole room for the answer", async () => {
      const seen: { peer: DatagramPeer; room: number; length: number }[] = [];
      await using listener = await listen(
        (request, length, peer, reply) => {
          seen.push({ peer: copyPeer(peer), room: reply.length, length });
          return echo(request, length, peer, reply);
        },
        { replyOctetsMax: 1_500 },
      );
      await using client = await openClient(listener);
      await client.ask("abc");
      assert.deepEqual(seen, [{ peer: peerAt("127.0.0.1", client.port), room: 1_500, length: 3 }]);
    });

    test("an empty datagram is a datagram", async () => {
      await using listener = await listen((_request, length, _peer, reply) => {
        reply[0] = 65 + length;
        return 1;
      });
      await using client = await openClient(listener);
      assert.equal((await client.ask("")).octets.toString(), "A");
    });

    test("many questions at once each get their own answer", async () => {
      await using listener = await listen(echo);
      await using client = await openClient(listener);
      const asked = Array.from({ length: 200 }, (_, index) => `question ${index}`);
      const answers = client.collect(asked.length);
      for (const text of asked) client.send(text);
      assert.deepEqual((await answers).map(String).sort(), asked.sort());
    });

    test("an answer of the largest size arrives whole", async () => {
      await using listener = await listen(
        (_request, _length, _peer, reply) => {
          reply.fill(7);
          return reply.length;
        },
        { replyOctetsMax: 65_507 },
      );
      await using client = await openClient(listener);
      const { octets } = await client.ask("?");
      assert.equal(octets.length, 65_507);
      assert.ok(octets.every((octet) => octet === 7));
    });

    test("a responder that returns 0 sends nothing, and may answer later", async () => {
      let waiting: DatagramPeer | undefined;
      const counters = { asked: 0 };
      await using listener = await listen((_request, _length, peer) => {
        waiting = copyPeer(peer);
        counters.asked++;
        return 0;
      });
      await using client = await openClient(listener);
      const answer = client.collect(1);
      client.send("wait");
      await settled(() => counters.asked === 1);
      assert.equal(listener.counters.answered, 0);
      const octets = Buffer.from("later");
      assert.equal(listener.send(waiting!, octets), true);
      octets.fill(0); // the listener has its own copy
      assert.deepEqual((await answer).map(String), ["later"]);
    });

    test("an IPv6 socket leaves the IPv4 port to another listener", async () => {
      await using six = await listen(echo, { address: "::1" });
      await using four = await listen(echo, { address: "127.0.0.1", port: six.local.port });
      assert.equal(four.local.port, six.local.port);
    });
  });

  suite(`${name} datagram listener: trouble`, () => {
    test("a responder that throws is counted and logged, and the next question is answered", async () => {
      const { log, lines } = collectLog();
      await using listener = await listen(
        (request, length, peer, reply) => {
          if (request[0] === 33) throw new TypeError("tripped");
          return echo(request, length, peer, reply);
        },
        { log },
      );
      await using client = await openClient(listener);
      for (let count = 0; count < 8; count++) client.send("!");
      assert.equal((await client.ask("fine")).octets.toString(), "fine");
      assert.equal(listener.counters.faults, 8);
      const errors = lines.filter(({ level }) => level === "error");
      assert.equal(errors.length, 4, "the 1st, 2nd, 4th and 8th are logged, not each one");
    });

    test("a WireError is the peer's fault: counted, never logged", async () => {
      const { log, lines } = collectLog();
      await using listener = await listen(
        (request, length, peer, reply) => {
          if (length < 2) throw new WireError("short-input", "Header", 1);
          return echo(request, length, peer, reply);
        },
        { log },
      );
      await using client = await openClient(listener);
      client.send("!");
      await client.ask("fine");
      assert.partialDeepStrictEqual(listener.counters, { malformed: 1, faults: 0 });
      assert.equal(lines.filter(({ level }) => level === "error" || level === "warn").length, 0);
    });

    test("an answer that the kernel refuses is counted, and the next one is sent", async () => {
      await using listener = await listen(echo);
      await using client = await openClient(listener);
      listener.send(peerAt("127.0.0.1", 0), Buffer.from("nowhere"));
      await settled(() => listener.counters.sendErrors === 1);
      await client.ask("fine");
    });

    test("a late answer that is larger than the room is dropped and counted", async () => {
      await using listener = await listen(echo, { replyOctetsMax: 512 });
      const peer = peerAt("127.0.0.1", listener.local.port);
      assert.equal(listener.send(peer, new Uint8Array(513)), false);
      assert.equal(listener.counters.dropped, 1);
    });

    test("a port in use is an error that says what to do", async () => {
      await using first = await listen(echo);
      await assert.rejects(listen(echo, { port: first.local.port }), (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.equal(error.code, "HP_LISTEN_IN_USE");
        assert.match(error.message, /cannot listen on 127\.0\.0\.1:\d+ \(UDP\): .*; find it with "ss -lpnu/);
        return true;
      });
    });

    test("an address that the machine does not have is an error that says so", async () => {
      await assert.rejects(listen(echo, { address: "192.0.2.1" }), { code: "HP_LISTEN_NOT_LOCAL" });
    });
  });

  suite(`${name} datagram listener: the end`, () => {
    test("questions that had arrived are answered before it closes", async () => {
      const listener = await listen(echo);
      await using client = await openClient(listener);
      const answers = client.collect(20);
      for (let count = 0; count < 20; count++) await client.sent(`${count}`);
      await listener[Symbol.asyncDispose]();
      assert.equal((await answers).length, 20);
    });

    test("after the end nothing is answered, the port is free, and closing again does nothing", async () => {
      const listener = await listen(echo);
      const { port } = listener.local;
      await listener[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
      assert.equal(listener.send(peerAt("127.0.0.1", port), Buffer.from("late")), false);
      await using again = await listen(echo, { port });
      assert.equal(again.local.port, port);
    });
  });
}

/** Waits, turn by turn, for what the event loop is about to bring. */
async function settled(claim: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !claim(); turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(claim(), String(claim));
}

interface Client extends AsyncDisposable {
  readonly port: number;
  ask(text: string): Promise<{ octets: Buffer; from: { address: string; port: number } }>;
  send(text: string): void;
  /** Resolves when the kernel has it. */
  sent(text: string): Promise<void>;
  collect(count: number): Promise<Buffer[]>;
}

async function openClient(listener: DatagramListener): Promise<Client> {
  const { address, port, family } = listener.local;
  const socket: Socket = createSocket(family === 6 ? "udp6" : "udp4");
  socket.bind(0, address);
  await once(socket, "listening");
  const send = (text: string, done?: () => void) => socket.send(text, port, address, done);
  return {
    port: socket.address().port,
    send: (text) => send(text),
    sent: (text) => new Promise((resolve) => send(text, resolve)),
    async ask(text) {
      const answered = once(socket, "message");
      send(text);
      const [octets, from] = await answered;
      return { octets, from };
    },
    collect: (count) =>
      new Promise((resolve) => {
        const answers: Buffer[] = [];
        socket.on("message", (octets) => {
          answers.push(octets);
          if (answers.length === count) resolve(answers);
        });
      }),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}
