import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, test } from "node:test";
import { type CommandCall, ExitCode, NotRunning } from "#contracts/command.ts";
import { askTcp, askUdp, isAnswerTo } from "#platform/dns-query/ask.ts";
import { decodeMessage, encodeMessage, type Message } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { parseRdata } from "#protocols/dns/records/index.ts";
import { Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { textReader } from "#protocols/dns/text-reader.ts";
import { queryCommand } from "./command.ts";
import { machinePorts, type QueryPorts, runQuery } from "./run.ts";

/** What the scripted server sends back, one after the other. */
type Script = (query: Uint8Array) => readonly Uint8Array[];

interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /** How many queries came by each transport. */
  readonly asked: { udp: number; tcp: number };
}

/** UDP and TCP on one port of the loopback address. */
async function serve(scripts: { udp?: Script; tcp?: Script }): Promise<ScriptedServer> {
  const asked = { udp: 0, tcp: 0 };
  const connections = new Set<Socket>();
  const stream = createServer((connection) => {
    connections.add(connection);
    connection.on("error", () => {});
    connection.on("data", (chunk: Buffer) => {
      asked.tcp++;
      const answers = scripts.tcp?.(chunk.subarray(2)) ?? [];
      for (const answer of answers)
        connection.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length]), answer]));
      if (answers.length === 0) connection.destroy();
    });
  });
  stream.listen(0, "127.0.0.1");
  await once(stream, "listening");
  const { port } = stream.address() as AddressInfo;
  const datagrams = createSocket("udp4");
  datagrams.on("message", (query, { port: from, address }) => {
    asked.udp++;
    for (const answer of scripts.udp?.(query) ?? []) datagrams.send(answer, from, address);
  });
  datagrams.bind(port, "127.0.0.1");
  await once(datagrams, "listening");
  return {
    port,
    asked,
    async [Symbol.asyncDispose]() {
      datagrams.close();
      for (const connection of connections) connection.destroy();
      stream.close();
      await once(stream, "close");
    },
  };
}

function answerTo(query: Uint8Array, changes: Partial<Message> = {}): Uint8Array {
  const asked = decodeMessage(query);
  const { name } = asked.questions[0]!;
  const rdata = parseRdata(RRType.A, textReader("192.0.2.1"));
  const answers = [{ name, type: RRType.A, class: RRClass.IN, ttl: 60, rdata }];
  return encodeMessage({ ...asked, isResponse: true, isAuthoritative: true, answers, ...changes });
}

const honest: Script = (query) => [answerTo(query)];
const silent: Script = () => [];
const truncated: Script = (query) => [answerTo(query, { isTruncated: true, answers: [] })];

interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as the CLI would; `status` is what the running program's API says. */
async function run(
  words: string[],
  options: CommandCall["options"] = {},
  {
    ports = {},
    status,
    json = false,
  }: { ports?: Partial<QueryPorts>; status?: unknown; json?: boolean } = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const call: CommandCall = {
    arguments: { words },
    options,
    json,
    terminal: {
      columns: 80,
      interactive: false,
      print: (text) => void out.push(text),
      printError: (text) => void err.push(text),
    },
    api: {
      request: async (method, path) => {
        assert.deepEqual([method, path], ["GET", "/api/dns/status"]);
        if (status === undefined) throw new NotRunning("nothing runs");
        return await Promise.resolve(status);
      },
    },
  };
  const fixed = { randomId: () => 4711, readResolvConf: async () => await Promise.resolve(undefined) };
  const code = await runQuery(call, { ...machinePorts, ...fixed, ...ports });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

describe("a query that is answered", () => {
  test("shows the message, the server, the transport, the time and the size", async () => {
    await using server = await serve({ udp: honest });
    let now = 0;
    const ports = { nowMs: () => (now += 1.25) };
    const { code, out, err } = await run(["www.example.com", `@127.0.0.1:${server.port}`], {}, { ports });
    assert.equal(
      out,
      `;; NOERROR, opcode QUERY, id 4711, flags qr aa rd
;; EDNS version 0, UDP up to 1232 octets

;; question
;www.example.com. IN A

;; answer
www.example.com. 60 IN A 192.0.2.1

;; 127.0.0.1:${server.port} by UDP, 1.3 ms, 60 octets`,
    );
    assert.deepEqual([code, err, server.asked], [ExitCode.ok, "", { udp: 1, tcp: 0 }]);
  });

  test("is one JSON document with --json", async () => {
    await using server = await serve({ udp: honest });
    const { out } = await run(["www.example.com", `@127.0.0.1:${server.port}`], {}, { json: true });
    const answer = JSON.parse(out) as {
      server: string;
      transport: string;
      message: { answers: { data: string }[] };
    };
    assert.deepEqual([answer.server, answer.transport], [`127.0.0.1:${server.port}`, "udp"]);
    assert.equal(answer.message.answers[0]!.data, "192.0.2.1");
  });

  test("is only the data with --short", async () => {
    await using server = await serve({ udp: honest });
    assert.equal(
      (await run(["www.example.com", `@127.0.0.1:${server.port}`], { short: true })).out,
      "192.0.2.1",
    );
  });

  test("is asked again by TCP when it was truncated", async () => {
    await using server = await serve({ udp: truncated, tcp: honest });
    const { code, out, err } = await run(["x", `@127.0.0.1:${server.port}`]);
    assert.match(out, /by TCP/);
    assert.match(err, /truncated; asked again by TCP/);
    assert.deepEqual([code, server.asked], [ExitCode.ok, { udp: 1, tcp: 1 }]);
  });

  test("stays truncated with --udp", async () => {
    await using server = await serve({ udp: truncated, tcp: honest });
    const { out } = await run(["x", `@127.0.0.1:${server.port}`], { udp: true });
    assert.match(out, /flags qr aa tc rd/);
    assert.deepEqual(server.asked, { udp: 1, tcp: 0 });
  });

  test("goes by TCP alone with --tcp", async () => {
    await using server = await serve({ udp: silent, tcp: honest });
    assert.equal((await run(["x", `@127.0.0.1:${server.port}`], { tcp: true })).code, ExitCode.ok);
    assert.deepEqual(server.asked, { udp: 0, tcp: 1 });
  });

  test("is asked again when the first try had no answer", async () => {
    let tries = 0;
    await using server = await serve({ udp: (query) => (++tries === 1 ? [] : honest(query)) });
    const { code, err } = await run(["x", `@127.0.0.1:${server.port}`], { timeout: "0.05" });
    assert.equal(err, "try 1: the server did not answer within 0.05 s");
    assert.deepEqual([code, server.asked.udp], [ExitCode.ok, 2]);
  });

  for (const [rcode, want] of [
    ["NXDOMAIN", ExitCode.notFound],
    ["REFUSED", ExitCode.failed],
    ["NOERROR", ExitCode.ok],
  ] as const) {
    test(`ends with ${want} for ${rcode}`, async () => {
      await using server = await serve({
        udp: (query) => [answerTo(query, { rcode: Rcode[rcode], answers: [] })],
      });
      const { code, out } = await run(["x", `@127.0.0.1:${server.port}`]);
      assert.equal(code, want);
      assert.match(out, new RegExp(`^;; ${rcode},`));
    });
  }
});

describe("datagrams that are no answer are passed over, and the answer behind them is found", () => {
  const lies: readonly (readonly [why: string, lie: Script])[] = [
    ["another id", (query) => [answerTo(query, { id: decodeMessage(query).id ^ 1 })]],
    [
      "another name",
      (query) => [answerTo(query, { questions: [{ name: parseName("y."), type: 1, class: 1 }] })],
    ],
    [
      "another type",
      (query) => [answerTo(query, { questions: [{ name: parseName("x."), type: 2, class: 1 }] })],
    ],
    [
      "another class",
      (query) => [answerTo(query, { questions: [{ name: parseName("x."), type: 1, class: 3 }] })],
    ],
    ["another opcode", (query) => [answerTo(query, { opcode: 4 })]],
    ["no question, and success", (query) => [answerTo(query, { questions: [] })]],
    ["the query itself", (query) => [query]],
    ["nothing but an id", (query) => [query.subarray(0, 2)]],
    ["no octets", () => [new Uint8Array()]],
    [
      "a question whose name points at itself",
      (query) => [Uint8Array.of(query[0]!, query[1]!, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1)],
    ],
  ];
  for (const [why, lie] of lies) {
    test(why, async () => {
      const truth: Script = (query) => [answerTo(query, { rcode: Rcode.REFUSED, answers: [] })];
      await using server = await serve({ udp: (query) => [...lie(query), ...truth(query)] });
      const { out } = await run(["x", `@127.0.0.1:${server.port}`], { tries: "1" });
      assert.match(out, /^;; REFUSED,/);
    });
  }

  test("an answer from another port is not heard", async () => {
    const stranger = createSocket("udp4");
    const server = createSocket("udp4");
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    server.on("message", (query, client) => {
      // The right answer from the wrong port, then by the right one an answer that says something else
      stranger.send(answerTo(query), client.port, client.address, () => {
        server.send(answerTo(query, { rcode: Rcode.REFUSED }), client.port, client.address);
      });
    });
    const answer = await askUdp(fixedQuery, { address: "127.0.0.1", port: server.address().port }, 5000);
    assert.equal(decodeMessage(answer).rcode, Rcode.REFUSED);
    stranger.close();
    server.close();
  });
});

const fixedQuery = Uint8Array.fromHex("123400000001000000000000" + "017800" + "00010001");

describe("a query without an answer says why and ends with 1", () => {
  const cases: readonly (readonly [
    why: string,
    scripts: { udp?: Script; tcp?: Script },
    options: CommandCall["options"],
    says: RegExp,
  ])[] = [
    ["silence", { udp: silent }, {}, /did not answer within 0\.05 s$/],
    [
      "only lies",
      { udp: () => [new Uint8Array(3), new Uint8Array(4)] },
      {},
      /0\.05 s; 2 datagrams came that did not fit/,
    ],
    [
      "garbage behind the question",
      { udp: (query) => [answerTo(query).subarray(0, -2)] },
      {},
      /malformed message/,
    ],
    [
      "a connection that is closed",
      { tcp: silent },
      { tcp: true },
      /closed the connection without an answer/,
    ],
    [
      "a lie by TCP",
      { tcp: (query) => [answerTo(query, { id: 1 })] },
      { tcp: true },
      /something else than what was asked/,
    ],
    ["truncation, and no TCP", { udp: truncated, tcp: silent }, {}, /closed the connection/],
  ];
  for (const [why, scripts, options, says] of cases) {
    test(why, async () => {
      await using server = await serve(scripts);
      const { code, out, err } = await run(["x", `@127.0.0.1:${server.port}`], {
        timeout: "0.05",
        tries: "1",
        ...options,
      });
      assert.match(err, says);
      assert.match(err, new RegExp(`127.0.0.1:${server.port} `));
      assert.deepEqual([code, out], [ExitCode.failed, ""]);
    });
  }

  test("a port on which nothing listens, by UDP and by TCP", async () => {
    const { port } = await (async () => {
      await using gone = await serve({});
      return { port: gone.port };
    })();
    for (const options of [{ udp: true }, { tcp: true }]) {
      const { code, err } = await run(["x", `@127.0.0.1:${port}`], { ...options, tries: "1" });
      assert.match(err, /refused: nothing listens on that port/);
      assert.equal(code, ExitCode.failed);
    }
  });

  test("with --json the reason is JSON too", async () => {
    await using server = await serve({ udp: silent });
    const { out, err } = await run(
      ["x", `@127.0.0.1:${server.port}`],
      { timeout: "0.02", tries: "1" },
      { json: true },
    );
    const message = `127.0.0.1:${server.port} did not answer within 0.02 s`;
    assert.deepEqual([JSON.parse(out), err], [{ error: { code: "HP_NO_ANSWER", message } }, ""]);
  });
});

describe("the server, when none is named", () => {
  test("is the running Homeport", async () => {
    await using server = await serve({ udp: honest });
    const { code, err } = await run(["x"], {}, { status: { listening: [`0.0.0.0:${server.port}`] } });
    assert.deepEqual([code, err], [ExitCode.ok, ""]);
  });

  test("is the first nameserver of resolv.conf, and that is said, when Homeport does not run", async () => {
    await using server = await serve({ udp: honest });
    const ports = {
      readResolvConf: async () => await Promise.resolve("# x\nnameserver 127.0.0.1\nnameserver 192.0.2.9\n"),
    };
    const { code, err } = await run(["x"], { port: String(server.port) }, { ports });
    assert.deepEqual(
      [code, err],
      [ExitCode.ok, "Homeport does not serve DNS here; asking 127.0.0.1 of /etc/resolv.conf instead"],
    );
  });

  test("is missing when there is neither", async () => {
    const { code, err } = await run(["x"]);
    assert.match(err, /write @ADDRESS$/);
    assert.equal(code, ExitCode.failed);
  });

  test("is looked up when it is named by a name", async () => {
    await using server = await serve({ udp: honest });
    const lookUp = async (host: string): Promise<string> =>
      await Promise.resolve(host === "ns1.example" ? "127.0.0.1" : "192.0.2.1");
    assert.equal(
      (await run(["x", `@ns1.example:${server.port}`], {}, { ports: { lookUp } })).code,
      ExitCode.ok,
    );
  });
});

describe("words and options become a query", () => {
  const cases: readonly (readonly [words: string, options: CommandCall["options"], question: string])[] = [
    ["www.example.com", {}, "www.example.com. IN A"],
    ["example.com MX", {}, "example.com. IN MX"],
    ["mx example.com", {}, "example.com. IN MX"],
    ["mx", {}, "mx. IN A"],
    ["mx a", {}, "mx. IN A"],
    ["in mx", {}, "in. IN MX"],
    ["version.bind TXT CH", {}, "version.bind. CH TXT"],
    ["ch txt version.bind", {}, "version.bind. CH TXT"],
    ["example.com TYPE65", {}, "example.com. IN HTTPS"],
    ["example.com ANY", {}, "example.com. IN ANY"],
    ["example.com", { class: "CLASS77" }, "example.com. CLASS77 A"],
    ["", { reverse: "192.0.2.10" }, "10.2.0.192.in-addr.arpa. IN PTR"],
    [
      "",
      { reverse: "2001:db8::1" },
      "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. IN PTR",
    ],
    ["TXT", { reverse: "192.0.2.10" }, "10.2.0.192.in-addr.arpa. IN TXT"],
    [".", {}, ". IN A"],
    ["bücher.example", {}, "xn--bcher-kva.example. IN A"],
  ];
  for (const [words, options, question] of cases) {
    test(`${words} ${JSON.stringify(options)} asks for ${question}`, async () => {
      await using server = await serve({ udp: honest });
      const { out } = await run([...words.split(" ").filter(Boolean), `@127.0.0.1:${server.port}`], options);
      assert.ok(out.includes(`\n;${question}\n`), out);
    });
  }

  test("flags and EDNS go into the message", async () => {
    const seen: Message[] = [];
    await using server = await serve({
      udp: (query) => {
        seen.push(decodeMessage(query));
        return honest(query);
      },
    });
    const at = `@127.0.0.1:${server.port}`;
    await run(["x", at], { "no-recurse": true, dnssec: true, nsid: true, "buffer-size": "4096" });
    await run(["x", at], { "no-edns": true });
    const edns = {
      udpSize: 4096,
      version: 0,
      dnssecOk: true,
      options: [{ code: 3, value: new Uint8Array() }],
    };
    assert.deepEqual(
      seen.map((query) => [query.recursionDesired, query.edns]),
      [
        [false, edns],
        [true, undefined],
      ],
    );
  });

  const mistakes: readonly (readonly [words: string, options: CommandCall["options"], says: RegExp])[] = [
    ["", {}, /a name is missing/],
    ["a..b", {}, /empty label.*write a name/],
    ["x FOO", {}, /"FOO" is neither a record type nor a class/],
    ["x @a @b", {}, /one server at a time/],
    ["x @1.2.3.4:0", {}, /no port from 1 to 65535/],
    ["x @[::1", {}, /is not a server/],
    ["x AXFR", {}, /zone transfer/],
    ["x", { tcp: true, udp: true }, /exclude each other/],
    ["x", { port: "65536" }, /--port 65536: write a number from 1 to 65535/],
    ["x", { tries: "0" }, /--tries 0/],
    ["x", { timeout: "0" }, /--timeout 0: write seconds above 0/],
    ["x", { "buffer-size": "511" }, /from 512 to 65535/],
    ["x", { "no-edns": true, dnssec: true }, /--dnssec needs EDNS/],
    ["x", { class: "FOO" }, /"FOO" is not a class/],
    ["", { reverse: "host" }, /"host" is not an address/],
  ];
  for (const [words, options, says] of mistakes) {
    test(`${words} ${JSON.stringify(options)} is refused with exit code 2`, async () => {
      const { code, err } = await run(words.split(" ").filter(Boolean), options);
      assert.match(err, says);
      assert.equal(code, ExitCode.usage);
    });
  }
});

test("a server that could not read the query may answer with an error and no question", () => {
  assert.equal(isAnswerTo(fixedQuery, Uint8Array.fromHex("123480010000000000000000")), true);
  assert.equal(isAnswerTo(fixedQuery, Uint8Array.fromHex("123580010000000000000000")), false);
});

test("an update that went well may be answered without its zone, RFC 2136 §3.8", () => {
  const update = Uint8Array.from(fixedQuery);
  update[2] = 0x28;
  assert.equal(isAnswerTo(update, Uint8Array.fromHex("1234a8000000000000000000")), true);
  assert.equal(isAnswerTo(update, Uint8Array.fromHex("123480000000000000000000")), false);
});

test("an answer that TCP delivers octet by octet is put together", async () => {
  const stream = createServer((connection) => {
    connection.setNoDelay();
    connection.once("data", (chunk: Buffer) => {
      const answer = answerTo(chunk.subarray(2));
      for (const octet of [answer.length >> 8, answer.length & 255, ...answer])
        connection.write(Uint8Array.of(octet));
    });
  });
  stream.listen(0, "127.0.0.1");
  await once(stream, "listening");
  const { port } = stream.address() as AddressInfo;
  const answer = await askTcp(fixedQuery, { address: "127.0.0.1", port }, 5000);
  assert.equal(decodeMessage(answer).answers.length, 1);
  stream.close();
});

test("every option that the help names is one that is read", () => {
  const names = queryCommand.options!.map(({ name }) => name).sort();
  assert.deepEqual(names, [
    "buffer-size",
    "class",
    "dnssec",
    "no-edns",
    "no-recurse",
    "nsid",
    "port",
    "reverse",
    "short",
    "tcp",
    "timeout",
    "tries",
    "udp",
  ]);
});
