/** What every datagram listener must do, as tests: `datagramCompliance(name, open, can)`. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { suite, test } from "node:test";
import { ConfigError } from "#contracts/configuration.ts";
import { localAddresses } from "#platform/listen/local-addresses.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { WireError } from "#protocols/dns/wire.ts";
import {
  copyPeer,
  type DatagramPeer,
  type DatagramResponder,
  type OpenDatagramListener,
  peerAt,
} from "./datagram.ts";
import { openClient } from "./datagram-client.ts";

/** Sends the request back. */
const echo: DatagramResponder = (request, length, _peer, reply) => {
  reply.set(request.subarray(0, length));
  return length;
};

/** What only some listeners can; the others are held to what they do instead. */
export interface Abilities {
  /** Where another process finds the listener: a file, and its export. */
  readonly from: { readonly file: string; readonly name: string };
  /** On a wildcard address, answers come from the address that was asked. */
  readonly tellsAsked: boolean;
  /** Datagrams that did not fit into the receive buffer are counted. */
  readonly countsOverflow: boolean;
}

export function datagramCompliance(name: string, open: OpenDatagramListener, can: Abilities): void {
  const listen = (onDatagram: DatagramResponder, more: Partial<Parameters<OpenDatagramListener>[0]> = {}) =>
    open({ address: "127.0.0.1", port: 0, onDatagram, log: collectLog().log, ...more });

  suite(`${name} datagram listener: answering`, () => {
    for (const address of ["127.0.0.1", "::1"]) {
      test(`answers on ${address}, from the address and port that was asked`, async () => {
        await using listener = await listen(echo, { address });
        assert.equal(listener.local.address, address);
        assert.equal(listener.local.family, address.includes(":") ? 6 : 4);
        assert.ok(listener.local.port > 0);
        await using client = await openClient(listener.local);
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
      await using client = await openClient(listener.local);
      await client.ask("abc");
      assert.deepEqual(seen, [{ peer: peerAt("127.0.0.1", client.port), room: 1_500, length: 3 }]);
    });

    for (const [what, local] of localAddresses().map((local) => [local.address, local] as const)) {
      test(`${what} as a peer: its octets, its text and its interface are those of the client`, async () => {
        const seen: DatagramPeer[] = [];
        const keep: DatagramResponder = (_request, _length, peer) => {
          seen.push(copyPeer(peer));
          return 0;
        };
        await using listener = await listen(keep, { address: local.address });
        await using client = await openClient(listener.local);
        const answer = client.collect(1);
        client.send("?");
        await settled(() => seen.length === 1);
        assert.deepEqual(seen[0], peerAt(local.address, client.port));
        assert.equal(seen[0]?.octets.length, local.family === 6 ? 16 : 4);
        assert.equal(seen[0]?.scope !== 0, local.address.includes("%"));
        listener.send(structuredClone(seen[0]!), Buffer.from("late"));
        assert.deepEqual((await answer).map(String), ["late"]);
      });
    }

    test("an answer by send while a batch is answered is sent too", async () => {
      await using listener = await listen((request, length, peer, reply) => {
        listener.send(peer, Buffer.concat([Buffer.from("before "), request.subarray(0, length)]));
        return echo(request, length, peer, reply);
      });
      await using client = await openClient(listener.local);
      const answers = client.collect(20);
      for (let count = 0; count < 10; count++) client.send(`${count}`);
      const expected = Array.from({ length: 10 }, (_, count) => [`${count}`, `before ${count}`]);
      assert.deepEqual((await answers).map(String).sort(), expected.flat().sort());
    });

    test("a listener may be closed by its own responder, whose answer still leaves", async () => {
      const listener = await listen((request, length, peer, reply) => {
        ended = listener[Symbol.asyncDispose]();
        return echo(request, length, peer, reply);
      });
      let ended: PromiseLike<void> | undefined;
      await using client = await openClient(listener.local);
      assert.equal((await client.ask("last")).octets.toString(), "last");
      await ended;
    });

    test("an empty datagram is a datagram", async () => {
      await using listener = await listen((_request, length, _peer, reply) => {
        reply[0] = 65 + length;
        return 1;
      });
      await using client = await openClient(listener.local);
      assert.equal((await client.ask("")).octets.toString(), "A");
    });

    test("many questions at once each get their own answer", async () => {
      await using listener = await listen(echo);
      await using client = await openClient(listener.local);
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
      await using client = await openClient(listener.local);
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
      await using client = await openClient(listener.local);
      const answer = client.collect(1);
      client.send("wait");
      await settled(() => counters.asked === 1);
      assert.equal(listener.counters.answered, 0);
      const octets = Buffer.from("later");
      assert.equal(listener.send(waiting!, octets), true);
      octets.fill(0); // the listener has its own copy
      assert.deepEqual((await answer).map(String), ["later"]);
    });

    for (const { wildcard, asked, own } of can.tellsAsked ? wildcards() : []) {
      test(`on ${wildcard}, an answer comes from ${asked} when that was asked by ${own}`, async () => {
        const seen: DatagramPeer[] = [];
        await using listener = await listen(
          (request, length, peer, reply) => {
            seen.push(copyPeer(peer));
            return request[0] === 33 ? 0 : echo(request, length, peer, reply);
          },
          { address: wildcard },
        );
        await using client = await openClient({ ...listener.local, address: asked }, own);
        assert.equal((await client.ask("?")).from.address, asked);
        const late = client.answered();
        client.send("!");
        await settled(() => seen.length === 2);
        assert.deepEqual(seen[1]!.asked, peerAt(asked, 0).octets);
        listener.send(structuredClone(seen[1]!), Buffer.from("late"));
        const { octets, from } = await late;
        assert.deepEqual([octets.toString(), from.address], ["late", asked]);
      });
    }

    test("an IPv6 socket leaves the IPv4 port to another listener", async () => {
      await using six = await listen(echo, { address: "::" });
      await using four = await listen(echo, { address: "0.0.0.0", port: six.local.port });
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
      await using client = await openClient(listener.local);
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
      await using client = await openClient(listener.local);
      client.send("!");
      await client.ask("fine");
      assert.partialDeepStrictEqual(listener.counters, { malformed: 1, faults: 0 });
      assert.equal(lines.filter(({ level }) => level === "error" || level === "warn").length, 0);
    });

    test("an answer that the kernel refuses is counted, and the next one is sent", async () => {
      await using listener = await listen(echo);
      await using client = await openClient(listener.local);
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

    test("a full receive buffer loses datagrams, each of them counted where the kernel tells", async () => {
      await using listener = await listen((request, length, peer, reply) =>
        length > 100 ? 0 : echo(request, length, peer, reply),
      );
      await using client = await openClient(listener.local);
      const sent = 400; // together more than the buffer, and none is read before the last is sent
      await client.flood({ datagrams: sent, octets: 60_000 });
      assert.equal((await client.ask("still here")).octets.toString(), "still here");
      const { received, overflowed } = listener.counters;
      assert.ok(received < sent, `${received} of ${sent} were received: no overflow`);
      assert.equal(overflowed, can.countsOverflow ? sent + 1 - received : 0);
    });

    test("a process that may open no more files says so, and what to do", () => {
      const script = `
        const { ${can.from.name}: open } = await import(${JSON.stringify(can.from.file)});
        const log = { debug() {}, info() {} };
        const opened = [];
        try {
          for (;;) opened.push(await open({ address: "127.0.0.1", port: 0, onDatagram: () => 0, log }));
        } catch (error) {
          console.log(opened.length, error.code, error.message);
          process.exit();
        }`;
      const { stdout, stderr } = spawnSync(
        "sh",
        ["-c", 'ulimit -n 64 && exec "$0" --input-type=module -e "$1"', process.execPath, script],
        { encoding: "utf8", timeout: 30_000 },
      );
      assert.match(
        stdout,
        /^[1-9]\d* HP_LISTEN_NO_FILES cannot listen on .* too many open files; raise the bound \("ulimit -n"/,
        stderr,
      );
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
      await using client = await openClient(listener.local);
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

/** Own addresses, of which the kernel would by itself choose the wrong one for an answer to `own`. */
function wildcards(): readonly { readonly wildcard: string; readonly asked: string; readonly own: string }[] {
  const six = localAddresses().filter(({ family }) => family === 6);
  const addresses = six.map(({ address }) => address);
  const own = addresses.find((address) => !address.includes("%") && address !== "::1") ?? "::1";
  return [
    { wildcard: "0.0.0.0", asked: "127.0.0.2", own: "127.0.0.1" },
    ...addresses
      .filter((address) => address !== own)
      .map((asked) => ({ wildcard: "::", asked, own: asked === "::1" ? asked : own })),
  ];
}

/** Waits, turn by turn, for what the event loop is about to bring. */
async function settled(claim: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !claim(); turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(claim(), String(claim));
}
