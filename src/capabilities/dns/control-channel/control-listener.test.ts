/** What a control channel takes, refuses and remembers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { settled } from "#platform/stream/stream-client.ts";
import { matchAny, matchNone, parseAddressMatch } from "../address-match.ts";
import {
  type Answer,
  ControlClient,
  framed,
  type PlainTable,
  request,
  sampleKey,
  signed,
  tableOctets,
} from "./control-client.testing.ts";
import { type ControlAccess, ControlListener } from "./control-listener.ts";
import { limits } from "./limits.ts";
import type { CommandAnswer } from "./rndc-commands.ts";

class Rig implements AsyncDisposable {
  readonly clock = new SteppedClock();
  readonly collected = collectLog();
  readonly commands: string[] = [];
  readonly listener: ControlListener;
  /** What the next commands come to. */
  execute: (command: string) => Promise<CommandAnswer> = async () => ({ result: "done", text: "well" });

  static async open(access: Partial<ControlAccess> = {}): Promise<Rig> {
    let rig: Rig | undefined;
    const clock = new SteppedClock();
    const collected = collectLog();
    const listener = await ControlListener.open(
      { address: "127.0.0.1", port: 0, family: 4 },
      { allow: matchAny, keys: [sampleKey()], readOnly: false, ...access },
      {
        execute: (command) => {
          rig!.commands.push(command);
          return rig!.execute(command);
        },
        log: collected.log,
        clock,
      },
    );
    rig = new Rig(listener, clock, collected);
    return rig;
  }

  private constructor(
    listener: ControlListener,
    clock: SteppedClock,
    collected: ReturnType<typeof collectLog>,
  ) {
    this.listener = listener;
    this.clock = clock;
    this.collected = collected;
  }

  connect(): Promise<ControlClient> {
    return ControlClient.connect(this.listener.local.port);
  }

  /** A message of this moment, with other parts of `_ctrl` where given. */
  say(command: string, control: PlainTable = {}): PlainTable {
    return request(command, this.clock.nowMs(), control);
  }

  /** The first message; its answer has the nonce. */
  async greet(client: ControlClient, control: PlainTable = {}): Promise<Answer | undefined> {
    return client.ask(this.say("null", control));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.listener[Symbol.asyncDispose]();
  }
}

test("the first message brings a nonce and does nothing, the second does what it says", async () => {
  await using rig = await Rig.open();
  await using client = await rig.connect();
  const greeting = await client.ask(rig.say("stop"));
  assert.deepEqual(rig.commands, []);
  const seconds = rig.clock.nowMs() / 1000;
  assert.deepEqual(
    { ...greeting, _ser: "", _nonce: "" },
    {
      algorithm: "hmac-sha256",
      _ser: "",
      _nonce: "",
      _tim: String(seconds),
      _exp: String(seconds + 60),
      _rpl: "1",
      type: "stop",
      result: "0",
    },
  );
  const nonce = greeting!["_nonce"]!;
  assert.match(nonce, /^[1-9]\d*$/);
  const answer = await client.ask(rig.say("reload a.example", { _nonce: nonce }));
  assert.deepEqual([answer!["result"], answer!["text"]], ["0", "well"]);
  assert.deepEqual(rig.commands, ["reload a.example"]);
});

test("each connection has a nonce of its own", async () => {
  await using rig = await Rig.open();
  await using one = await rig.connect();
  await using other = await rig.connect();
  const nonces = [await rig.greet(one), await rig.greet(other)].map((answer) => answer!["_nonce"]!);
  assert.notEqual(nonces[0], nonces[1]);
  assert.equal(await one.ask(rig.say("reload", { _nonce: nonces[1] })), undefined);
  assert.deepEqual(rig.commands, []);
});

const skewed: readonly (readonly [why: string, offBySeconds: number, taken: boolean])[] = [
  ["300 s ahead is taken", 300, true],
  ["301 s ahead is refused", 301, false],
  ["60 s behind is taken", -60, true],
  ["61 s behind has expired", -61, false],
  ["301 s behind is refused", -301, false],
];
for (const [why, offBySeconds, taken] of skewed) {
  test(`a message from a clock ${why}`, async () => {
    await using rig = await Rig.open();
    await using client = await rig.connect();
    const atMs = rig.clock.nowMs() + offBySeconds * 1000;
    const answer = await client.ask(request("null", atMs));
    assert.equal(answer !== undefined, taken);
  });
}

const noExpiry: readonly (readonly [seconds: number, taken: boolean])[] = [
  [-300, true],
  [-301, false],
];
for (const [offBySeconds, taken] of noExpiry) {
  test(`a message without _exp, ${-offBySeconds} s old, is ${taken ? "taken" : "refused"}`, async () => {
    await using rig = await Rig.open();
    await using client = await rig.connect();
    const atMs = rig.clock.nowMs() + offBySeconds * 1000;
    assert.equal((await client.ask(request("null", atMs, { _exp: undefined }))) !== undefined, taken);
  });
}

const copies: readonly (readonly [why: string, control: (nonce: string) => PlainTable])[] = [
  ["the nonce of nobody", () => ({ _nonce: 1 })],
  ["no nonce", () => ({})],
  ["a nonce in letters", () => ({ _nonce: "abc" })],
];
for (const [why, control] of copies) {
  test(`a command with ${why} is not carried out`, async () => {
    await using rig = await Rig.open();
    await using client = await rig.connect();
    const nonce = (await rig.greet(client))!["_nonce"]!;
    assert.equal(await client.ask(rig.say("reload", control(nonce))), undefined);
    assert.deepEqual(rig.commands, []);
  });
}

test("a copy of a message is refused, on the same connection and on another", async () => {
  await using rig = await Rig.open();
  await using client = await rig.connect();
  const greeting = rig.say("null");
  const nonce = (await client.ask(greeting))!["_nonce"]!;
  const command = rig.say("reload", { _nonce: nonce });
  await client.ask(command);
  assert.equal(await client.ask(command), undefined);
  await using other = await rig.connect();
  assert.equal(await other.ask(greeting), undefined);
  assert.equal(rig.commands.length, 1);
  assert.equal(rig.listener.counters.refused, 2);
  rig.clock.advance(1000 * limits.clockSkewSecondsMax * 2);
  await using later = await rig.connect();
  assert.equal(await later.ask(greeting), undefined, "it is too old by then");
});

test("of several keys, the one that signed answers", async () => {
  const keys = [sampleKey("hmac-sha256", "one"), sampleKey("hmac-md5"), sampleKey("hmac-sha256", "other")];
  await using rig = await Rig.open({ keys });
  for (const key of keys) {
    await using client = await rig.connect();
    const answer = await client.ask(rig.say("null"), key);
    assert.deepEqual([answer?.["result"], answer?.["algorithm"]], ["0", key.algorithm]);
  }
  await using client = await rig.connect();
  assert.equal(await client.ask(rig.say("null"), sampleKey("hmac-sha256", "third")), undefined);
});

test("a message whose octets were changed on the way is refused", async () => {
  await using rig = await Rig.open();
  await using client = await rig.connect();
  const message = signed(rig.say("null"));
  message[message.length - 1]! ^= 1;
  client.write(framed(message));
  assert.equal(await client.answer(), undefined);
  assert.equal(rig.listener.counters.refused, 1);
});

test("an address that the list does not have is closed before it is read", async () => {
  await using rig = await Rig.open({ allow: parseAddressMatch(["!127.0.0.1", "any"]) });
  await using client = await rig.connect();
  assert.equal(await rig.greet(client), undefined);
  assert.equal(rig.listener.counters.notAllowed, 1);
  assert.equal(rig.listener.stream.counters.received, 0);
});

test("an address that a new list does not have is not listened to any longer", async () => {
  await using rig = await Rig.open();
  await using client = await rig.connect();
  const nonce = (await rig.greet(client))!["_nonce"]!;
  rig.listener.access = { ...rig.listener.access, allow: matchNone };
  assert.equal(await client.ask(rig.say("reload", { _nonce: nonce })), undefined);
  assert.deepEqual(rig.commands, []);
});

const malformed: readonly (readonly [why: string, octets: Uint8Array])[] = [
  ["a length of 32,769", Uint8Array.of(0, 0, 0x80, 1)],
  ["a length of 4 GB", Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 1)],
  ["a length of zero", Uint8Array.of(0, 0, 0, 0)],
  ["another version", framed(Uint8Array.of(0, 0, 0, 2))],
  ["a query over HTTP", new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
  [
    "tables without a signature",
    framed(Uint8Array.of(0, 0, 0, 1, ...tableOctets({ _data: { type: "null" } }))),
  ],
  ["a signed message without _ctrl", framed(signed({ _data: { type: "null" } }))],
];
for (const [why, octets] of malformed) {
  test(`${why} closes the connection, is counted and not logged`, async () => {
    await using rig = await Rig.open();
    await using client = await rig.connect();
    client.write(octets);
    assert.equal(await client.answer(), undefined);
    assert.equal(rig.listener.stream.counters.malformed, 1);
    assert.deepEqual(rig.collected.lines, []);
  });
}

test("a command of 32,768 octets is carried out", async () => {
  await using rig = await Rig.open();
  await using client = await rig.connect();
  const nonce = (await rig.greet(client))!["_nonce"]!;
  const bare = signed(rig.say("", { _nonce: nonce })).length;
  const command = "x".repeat(32_768 - bare);
  assert.equal((await client.ask(rig.say(command, { _nonce: nonce })))!["result"], "0");
  assert.equal(await client.ask(rig.say(`${command}x`, { _nonce: nonce })), undefined);
});

test("commands of one connection are carried out one after the other", async () => {
  await using rig = await Rig.open();
  await using client = await rig.connect();
  const nonce = (await rig.greet(client))!["_nonce"]!;
  const finish: (() => void)[] = [];
  rig.execute = (text) =>
    new Promise((resolve) => {
      finish.push(() => resolve({ result: "done", text }));
    });
  const both = ["one", "two"].map((command) => framed(signed(rig.say(command, { _nonce: nonce }))));
  client.write(Buffer.concat(both));
  await settled(() => finish.length > 0);
  assert.equal(finish.length, 1);
  finish[0]!();
  assert.equal((await client.answer())!["text"], "one");
  await settled(() => finish.length === 2);
  finish[1]!();
  assert.equal((await client.answer())!["text"], "two");
});

test("what follows an answer is done when the answer has left", async () => {
  await using rig = await Rig.open();
  await using client = await rig.connect();
  const nonce = (await rig.greet(client))!["_nonce"]!;
  let stopped = false;
  rig.execute = async () => ({
    result: "done",
    text: "pid: 7",
    afterwards: () => {
      stopped = true;
      void rig.listener[Symbol.asyncDispose]();
    },
  });
  assert.equal((await client.ask(rig.say("stop -p", { _nonce: nonce })))!["text"], "pid: 7");
  await settled(() => stopped);
});

test("a fault of ours is answered, and logged with what was asked", async () => {
  await using rig = await Rig.open();
  await using client = await rig.connect();
  const nonce = (await rig.greet(client))!["_nonce"]!;
  rig.execute = () => Promise.reject(new TypeError("cannot read properties of undefined"));
  const answer = await client.ask(rig.say("reload", { _nonce: nonce }));
  assert.deepEqual(
    [answer!["result"], answer!["err"], answer!["text"]],
    ["25", "failure", "Homeport made a mistake; its log says which"],
  );
  const [line] = rig.collected.lines;
  assert.deepEqual([line!.level, line!.facts["command"]], ["error", "reload"]);
  assert.equal(rig.listener.counters.commands, 1);
});

test("an answer that is too long becomes one that says so", async () => {
  await using rig = await Rig.open();
  await using client = await rig.connect();
  const nonce = (await rig.greet(client))!["_nonce"]!;
  rig.execute = async () => ({ result: "done", text: "x".repeat(2_000_000) });
  const answer = await client.ask(rig.say("tsig-list", { _nonce: nonce }));
  assert.deepEqual([answer!["result"], answer!["err"]], ["19", "ran out of space"]);
});

test("the log tells each command and from where, and nothing of keys or a zone's settings", async () => {
  await using rig = await Rig.open();
  await using client = await rig.connect();
  const nonce = (await rig.greet(client))!["_nonce"]!;
  await client.ask(rig.say(`addzone a.example { primaries { 192.0.2.1 key "k"; }; };`, { _nonce: nonce }));
  const [line] = rig.collected.lines;
  assert.equal(rig.collected.lines.length, 1);
  assert.equal(line!.facts["command"], "addzone a.example");
  assert.match(String(line!.facts["from"]), /^127\.0\.0\.1:\d+$/);
  assert.doesNotMatch(JSON.stringify(rig.collected.lines), /hmac-sha256|192\.0\.2\.1/);
});

test("of refused messages the log has ten a minute", async () => {
  await using rig = await Rig.open();
  const wrong = sampleKey("hmac-sha256", "guess");
  const guess = async (): Promise<void> => {
    await using client = await rig.connect();
    assert.equal(await client.ask(rig.say("null"), wrong), undefined);
  };
  for (let count = 0; count < 15; count++) await guess();
  assert.equal(rig.collected.lines.length, limits.refusalLinesPerMinute);
  assert.deepEqual(
    [rig.collected.lines[0]!.level, rig.collected.lines[0]!.facts["why"]],
    ["warn", "bad auth"],
  );
  rig.clock.advance(60_000);
  await guess();
  assert.equal(rig.collected.lines.length, limits.refusalLinesPerMinute + 1);
  assert.equal(rig.listener.counters.refused, 16);
});

test("a connection on which nothing happens is closed after 30 s", async () => {
  await using rig = await Rig.open();
  await using client = await rig.connect();
  await rig.greet(client);
  rig.clock.advance(limits.idleMs);
  await using other = await rig.connect();
  assert.notEqual(await rig.greet(other), undefined);
  assert.equal(rig.listener.stream.connections, 2);
  rig.clock.advance(1_000);
  assert.equal(await client.answer(), undefined);
});

test("1,000 connections, half of them with garbage, leave room for one that knows the key", async () => {
  await using rig = await Rig.open();
  await using flood = new AsyncDisposableStack();
  let most = 0;
  for (let count = 0; count < 1_000; count += 50) {
    const some = await Promise.all(Array.from({ length: 50 }, () => rig.connect()));
    for (const [index, client] of some.entries()) {
      flood.use(client);
      if (index % 2 === 0) client.write(new Uint8Array(1_000).fill(index));
    }
    most = Math.max(most, rig.listener.stream.connections);
  }
  assert.ok(most <= limits.connectionsPerAddressMax, String(most));
  await using client = await rig.connect();
  assert.notEqual(await rig.greet(client), undefined);
});
