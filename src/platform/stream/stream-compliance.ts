/** What every stream listener must do, as tests: `streamCompliance("node", openStreamListener)`. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ConfigError } from "#contracts/configuration.ts";
import { SteppedClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type {
  OpenStreamListener,
  StreamConnection,
  StreamListenerOptions,
  StreamResponder,
} from "./stream.ts";
import { connectClient, frame, settled } from "./stream-client.ts";

const echo: StreamResponder = (message) => message;
type More = Partial<StreamListenerOptions>;

export function streamCompliance(name: string, open: OpenStreamListener): void {
  const listen = (onMessage: StreamResponder, more: More = {}) =>
    open({ address: "127.0.0.1", port: 0, onMessage, log: collectLog().log, ...more });
  suite(`${name} stream listener: messages`, () => messageTests(listen));
  suite(`${name} stream listener: deadlines`, () => deadlineTests(listen));
  suite(`${name} stream listener: bounds`, () => boundTests(listen));
  suite(`${name} stream listener: trouble`, () => troubleTests(listen));
  suite(`${name} stream listener: the end`, () => endTests(listen));
}

type Listen = (onMessage: StreamResponder, more?: More) => ReturnType<OpenStreamListener>;

function messageTests(listen: Listen): void {
  for (const address of ["127.0.0.1", "::1"]) {
    test(`answers on ${address} and knows both ends`, async () => {
      let seen: StreamConnection | undefined;
      await using listener = await listen(
        (message, connection) => {
          seen = connection;
          return message;
        },
        { address },
      );
      await using client = await connectClient(listener.local);
      client.write(frame("hello"));
      assert.deepEqual(await client.texts(1), ["hello"]);
      assert.partialDeepStrictEqual(seen?.peer, { address, port: client.port });
      assert.deepEqual(seen?.local, listener.local);
      assert.partialDeepStrictEqual(listener.counters, { accepted: 1, received: 1, answered: 1 });
    });
  }

  test("messages that arrive together are all answered", async () => {
    await using listener = await listen(echo);
    await using client = await connectClient(listener.local);
    const texts = Array.from({ length: 500 }, (_, index) => `message ${index}`);
    client.write(Buffer.concat(texts.map(frame)));
    assert.deepEqual(await client.texts(500), texts);
  });

  test("an answer that is ready first leaves first", async () => {
    const first = Promise.withResolvers<Uint8Array>();
    await using listener = await listen((message) => (message[0] === 49 ? first.promise : message));
    await using client = await connectClient(listener.local);
    client.write(Buffer.concat([frame("1"), frame("2")]));
    assert.deepEqual(await client.texts(1), ["2"]);
    first.resolve(Buffer.from("1"));
    assert.deepEqual(await client.texts(2), ["2", "1"]);
  });

  test("a message split at every octet is put together", async () => {
    await using listener = await listen(echo);
    await using client = await connectClient(listener.local);
    const octets = Buffer.concat([frame("split"), frame("me")]);
    for (let at = 0; at < octets.length; at++) {
      await client.written(octets.subarray(at, at + 1));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(await client.texts(2), ["split", "me"]);
  });

  test("messages of 65,535 octets go both ways", async () => {
    await using listener = await listen(echo);
    await using client = await connectClient(listener.local);
    const large = Buffer.alloc(65_535, 7);
    client.write(Buffer.concat([frame(large), frame(large), frame(large)]));
    for (const answer of await client.messages(3)) assert.ok(large.equals(answer));
  });

  test("an answer leaves in one piece with its length", async () => {
    await using listener = await listen(echo);
    await using client = await connectClient(listener.local);
    client.write(frame("whole"));
    await client.texts(1);
    assert.deepEqual(client.pieces, [7]);
  });

  test("a message without an answer does not hold up the next", async () => {
    await using listener = await listen((message) => (message[0] === 45 ? undefined : message));
    await using client = await connectClient(listener.local);
    client.write(Buffer.concat([frame("-"), frame("+")]));
    assert.deepEqual(await client.texts(1), ["+"]);
  });

  test("one question may be answered with many messages, as fast as they are read", async () => {
    const count = 400;
    let sent = 0;
    await using listener = await listen(async (_message, connection) => {
      const octets = Buffer.alloc(16_384, 7);
      while (sent < count && (await connection.send(octets))) sent++;
      return undefined;
    });
    await using client = await connectClient(listener.local);
    client.pause();
    client.write(frame("transfer"));
    await settled(() => sent > 0);
    assert.ok(sent < count, "waits for the reader");
    client.resume();
    assert.equal((await client.messages(count)).length, count);
    assert.equal(sent, count);
  });

  test("the responder may use its answer's memory again", async () => {
    const scratch = Buffer.alloc(1);
    await using listener = await listen((message) => {
      scratch.set(message);
      return scratch;
    });
    await using client = await connectClient(listener.local);
    client.write(Buffer.concat([frame("a"), frame("b"), frame("c")]));
    assert.deepEqual(await client.texts(3), ["a", "b", "c"]);
  });

  test("a peer that has sent its last message still gets its answers", async () => {
    const late = Promise.withResolvers<Uint8Array>();
    await using listener = await listen((message) => (message[0] === 108 ? late.promise : message));
    await using client = await connectClient(listener.local);
    client.end(Buffer.concat([frame("now"), frame("late")]));
    assert.deepEqual(await client.texts(1), ["now"]);
    late.resolve(Buffer.from("late"));
    assert.deepEqual(await client.texts(2), ["now", "late"]);
    await client.closed;
    await settled(() => listener.connections === 0);
  });
}

function deadlineTests(listen: Listen): void {
  test("a connection on which nothing happens is closed after the idle time, not before", async () => {
    const clock = new SteppedClock();
    await using listener = await listen(echo, { clock, limits: { idleMs: 5_000 } });
    await using client = await connectClient(listener.local);
    client.write(frame("a"));
    await client.texts(1);
    clock.advance(4_900);
    assert.equal(listener.counters.idled, 0);
    clock.advance(500);
    assert.equal(listener.counters.idled, 1);
    await client.closed;
  });

  test("a message must be whole in its time, even if its octets keep coming", async () => {
    const clock = new SteppedClock();
    await using listener = await listen(echo, { clock, limits: { idleMs: 5_000, messageMs: 4_000 } });
    await using client = await connectClient(listener.local);
    const received = () => listener.counters.received;
    client.write(Buffer.concat([frame("a"), Buffer.from([0, 200])]));
    await settled(() => received() === 1);
    for (let second = 0; second < 6 && listener.counters.slowMessages === 0; second++) {
      await client.written("x");
      await client.turns();
      clock.advance(1_000);
    }
    assert.partialDeepStrictEqual(listener.counters, { slowMessages: 1, idled: 0 });
    await client.closed;
  });

  test("a message that waits for its answer keeps the connection open", async () => {
    const clock = new SteppedClock();
    const late = Promise.withResolvers<Uint8Array>();
    await using listener = await listen(() => late.promise, { clock, limits: { idleMs: 1_000 } });
    await using client = await connectClient(listener.local);
    client.write(frame("a"));
    await settled(() => listener.counters.received === 1);
    clock.advance(60_000);
    late.resolve(Buffer.from("b"));
    assert.deepEqual(await client.texts(1), ["b"]);
  });

  test("a peer that never reads is not read from, and is closed after the stall time", async () => {
    const clock = new SteppedClock();
    const answer = Buffer.alloc(60_000, 7);
    await using listener = await listen(() => answer, { clock, limits: { outputStallMs: 3_000 } });
    await using client = await connectClient(listener.local);
    client.pause();
    const questions = 100_000; // answers of 6 GB, which nobody may hold
    client.write(Buffer.concat(Array.from({ length: questions }, () => frame("?"))));
    let before = -1;
    while (before !== listener.counters.received || before === 0) {
      before = listener.counters.received;
      await client.turns();
    }
    assert.ok(before < 1_000, `${before} answered, the rest left unread`);
    clock.advance(2_900);
    assert.equal(listener.counters.stalled, 0);
    clock.advance(500);
    assert.equal(listener.counters.stalled, 1);
    await settled(() => listener.connections === 0);
  });

  test("a peer that reads again after a pause gets everything", async () => {
    const answer = Buffer.alloc(60_000, 7);
    await using listener = await listen(() => answer);
    await using client = await connectClient(listener.local);
    client.pause();
    client.write(Buffer.concat(Array.from({ length: 300 }, () => frame("?"))));
    await settled(() => listener.counters.received > 0);
    await client.turns();
    client.resume();
    assert.equal((await client.messages(300)).length, 300);
  });
}

function boundTests(listen: Listen): void {
  test("a full listener closes the connection that is idle longest", async () => {
    const clock = new SteppedClock();
    await using listener = await listen(echo, { clock, limits: { connectionsMax: 2 } });
    await using first = await connectClient(listener.local);
    await settled(() => listener.connections === 1);
    clock.advance(10);
    await using second = await connectClient(listener.local);
    await settled(() => listener.connections === 2);
    clock.advance(10);
    first.write(frame("awake"));
    await first.texts(1);
    await using third = await connectClient(listener.local);
    await second.closed;
    for (const client of [first, third]) client.write(frame("still"));
    assert.equal((await third.texts(1))[0], "still");
    assert.equal((await first.texts(2))[1], "still");
  });

  test("connections that are at work are not closed for a new one", async () => {
    const late = Promise.withResolvers<Uint8Array>();
    await using listener = await listen(() => late.promise, { limits: { connectionsMax: 1 } });
    await using busy = await connectClient(listener.local);
    busy.write(frame("?"));
    await settled(() => listener.counters.received === 1);
    await using refused = await connectClient(listener.local);
    await refused.closed;
    assert.equal(listener.counters.refused, 1);
    late.resolve(Buffer.from("!"));
    assert.deepEqual(await busy.texts(1), ["!"]);
  });

  test("one address cannot take the places of all", async () => {
    const limits = { connectionsMax: 10, connectionsPerAddressMax: 2 };
    await using listener = await listen(echo, { limits });
    await using other = await connectClient(listener.local, "127.0.0.2");
    await using crowd = new AsyncDisposableStack();
    for (let count = 0; count < 5; count++) crowd.use(await connectClient(listener.local, "127.0.0.3"));
    await settled(() => listener.counters.displaced === 3);
    assert.equal(listener.connections, 3);
    other.write(frame("here"));
    assert.deepEqual(await other.texts(1), ["here"]);
  });

  test("only so many messages of one connection are under way", async () => {
    const late = Promise.withResolvers<undefined>();
    let underWay = 0;
    await using listener = await listen(
      async (message) => {
        underWay++;
        await late.promise;
        return message;
      },
      { limits: { unansweredMax: 5 } },
    );
    await using client = await connectClient(listener.local);
    client.write(Buffer.concat(Array.from({ length: 50 }, () => frame("?"))));
    await settled(() => underWay === 5);
    await client.turns();
    assert.equal(underWay, 5);
    late.resolve(undefined);
    assert.equal((await client.texts(50)).length, 50);
  });

  test("when all unsent octets together are too many, the largest holder is closed", async () => {
    const limits = { outputOctetsTotalMax: 200_000, outputOctetsMax: 16_384 };
    const answer = Buffer.alloc(60_000, 7);
    const late = Promise.withResolvers<Uint8Array>();
    await using listener = await listen((message) => (message[0] === 76 ? late.promise : message), {
      limits,
    });
    await using greedy = await connectClient(listener.local);
    await using modest = await connectClient(listener.local);
    greedy.pause();
    greedy.write(Buffer.concat(Array.from({ length: 100 }, () => frame("L"))));
    await settled(() => listener.counters.received === 100);
    late.resolve(answer);
    await settled(() => listener.connections === 1);
    assert.ok(listener.counters.stalled > 0);
    modest.write(frame("ok"));
    assert.deepEqual(await modest.texts(1), ["ok"]);
  });
}

function troubleTests(listen: Listen): void {
  test("a message of length zero closes the connection and is counted", async () => {
    await using listener = await listen(echo);
    await using client = await connectClient(listener.local);
    client.write(Buffer.from([0, 0]));
    await client.closed;
    assert.equal(listener.counters.malformed, 1);
  });

  for (const [why, throwing] of [
    ["throws", () => assert.fail("tripped")],
    ["rejects", () => Promise.reject(new Error("tripped"))],
    ["answers with more than fits", () => Buffer.alloc(65_536)],
    ["answers later with more than fits", () => Promise.resolve(Buffer.alloc(65_536))],
  ] as const satisfies readonly (readonly [string, StreamResponder])[]) {
    test(`a responder that ${why} costs that connection only, and is logged`, async () => {
      const { log, lines } = collectLog();
      await using listener = await listen((message) => (message[0] === 33 ? throwing() : message), { log });
      await using other = await connectClient(listener.local);
      await using client = await connectClient(listener.local);
      client.write(frame("!"));
      await client.closed;
      assert.equal(listener.counters.faults, 1);
      assert.equal(lines.filter(({ level }) => level === "error").length, 1);
      other.write(frame("fine"));
      assert.deepEqual(await other.texts(1), ["fine"]);
    });
  }

  test("a WireError is the peer's fault: counted, never logged", async () => {
    const { log, lines } = collectLog();
    const malformed = () => {
      throw new WireError("short-input", "Header", 1);
    };
    await using listener = await listen(malformed, { log });
    await using client = await connectClient(listener.local);
    client.write(frame("!"));
    await client.closed;
    assert.partialDeepStrictEqual(listener.counters, { malformed: 1, faults: 0 });
    assert.equal(lines.length, 0);
  });

  test("a reset in the middle of a message frees the connection", async () => {
    await using listener = await listen(echo);
    await using client = await connectClient(listener.local);
    await client.written(Buffer.from([0, 200, 1, 2, 3]));
    await settled(() => listener.connections === 1);
    client.reset();
    await settled(() => listener.connections === 0);
  });

  test("whoever works for a connection that is gone hears of it", async () => {
    const gone = Promise.withResolvers<boolean>();
    await using listener = await listen(async (message, connection) => {
      if (!connection.signal.aborted) {
        await new Promise((resolve) => connection.signal.addEventListener("abort", resolve));
      }
      gone.resolve(await connection.send(message));
      return message;
    });
    await using client = await connectClient(listener.local);
    client.write(frame("?"));
    await settled(() => listener.counters.received === 1);
    client.reset();
    assert.equal(await gone.promise, false);
  });

  test("a port in use is an error that says what to do", async () => {
    await using first = await listen(echo);
    await assert.rejects(listen(echo, { port: first.local.port }), (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.code, "HP_LISTEN_IN_USE");
      assert.match(error.message, /cannot listen on 127\.0\.0\.1:\d+ \(TCP\): .*; find it with "ss -lpnt/);
      return true;
    });
  });

  test("an IPv6 socket leaves the IPv4 port to another listener", async () => {
    await using six = await listen(echo, { address: "::1" });
    await using four = await listen(echo, { address: "127.0.0.1", port: six.local.port });
    assert.equal(four.local.port, six.local.port);
  });
}

function endTests(listen: Listen): void {
  test("messages under way are answered before it closes", async () => {
    const late = Promise.withResolvers<Uint8Array>();
    const listener = await listen(() => late.promise);
    await using client = await connectClient(listener.local);
    client.write(frame("?"));
    await settled(() => listener.counters.received === 1);
    const closed = listener[Symbol.asyncDispose]();
    late.resolve(Buffer.from("!"));
    assert.deepEqual(await client.texts(1), ["!"]);
    await closed;
    await client.closed;
  });

  test("it closes although nobody reads, answers or hangs up", async () => {
    const never = Promise.withResolvers<Uint8Array>();
    const listener = await listen((message) => (message[0] === 63 ? never.promise : Buffer.alloc(65_535)));
    await using asking = await connectClient(listener.local);
    await using idle = await connectClient(listener.local);
    await using deaf = await connectClient(listener.local);
    deaf.pause();
    asking.write(frame("?"));
    deaf.write(Buffer.concat(Array.from({ length: 200 }, () => frame("x"))));
    await settled(() => listener.counters.received > 1 && listener.connections === 3);
    await listener[Symbol.asyncDispose]();
    assert.equal(listener.connections, 0);
    await Promise.all([asking.closed, idle.closed]);
  });

  test("the port is free afterwards, and closing again does nothing", async () => {
    const listener = await listen(echo);
    await listener[Symbol.asyncDispose]();
    await listener[Symbol.asyncDispose]();
    await using again = await listen(echo, { port: listener.local.port });
    assert.equal(again.local.port, listener.local.port);
  });
}
