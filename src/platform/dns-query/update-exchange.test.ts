import assert from "node:assert/strict";
import test from "node:test";
import type { TsigKey } from "#platform/tsig/key.ts";
import { decodeMessage, encodeMessage } from "#protocols/dns/message.ts";
import { lowerName, parseName } from "#protocols/dns/name.ts";
import { Opcode, Rcode, RRType } from "#protocols/dns/registry.ts";
import { type Ask, NoAnswer } from "./ask.ts";
import { limits } from "./limits.ts";
import { ExchangeFault, exchangeUpdate } from "./update-exchange.ts";
import type { Update } from "./update-message.ts";

const zone = parseName("lan.example.");
const server = { address: "192.0.2.53", port: 53 };
const key: TsigKey = {
  name: lowerName(parseName("dhcp.")),
  algorithm: "hmac-sha256",
  secret: new Uint8Array(32).fill(7),
};
const update: Update = { prerequisites: [], changes: [] };

interface Call {
  readonly transport: "udp" | "tcp";
  readonly octets: Uint8Array;
  readonly timeoutMs: number;
}

type Answering = (octets: Uint8Array, call: number) => Uint8Array | undefined;

async function exchange(
  answer: Answering,
  signing?: TsigKey,
  sent: Update = update,
): Promise<{ calls: Call[]; outcome: number | string }> {
  const calls: Call[] = [];
  const ask =
    (transport: Call["transport"]): Ask =>
    async (octets, _server, timeoutMs) => {
      calls.push({ transport, octets, timeoutMs });
      const answered = answer(octets, calls.length);
      if (answered === undefined) throw new NoAnswer("did not answer");
      return answered;
    };
  const { signal } = new AbortController();
  try {
    const outcome = await exchangeUpdate({ zone, server, key: signing }, sent, {
      askUdp: ask("udp"),
      askTcp: ask("tcp"),
      nowMs: () => 1_700_000_000_000,
      randomId: () => 0x1234,
      signal,
    });
    return { calls, outcome };
  } catch (error) {
    if (!(error instanceof ExchangeFault)) throw error;
    return { calls, outcome: error.message };
  }
}

function reply(
  octets: Uint8Array,
  rest: { rcode?: number; isTruncated?: boolean; opcode?: number } = {},
): Uint8Array {
  const message = decodeMessage(octets);
  return encodeMessage({ ...message, isResponse: true, additionals: [], ...rest });
}

test("an update is a message about the zone's SOA, RFC 2136 §2.3", async () => {
  const { calls, outcome } = await exchange((octets) => reply(octets));
  assert.equal(outcome, Rcode.NOERROR);
  const { id, opcode, questions } = decodeMessage(calls[0]!.octets);
  assert.deepEqual(
    [id, opcode, questions],
    [0x1234, Opcode.UPDATE, [{ name: zone, type: RRType.SOA, class: 1 }]],
  );
});

test("with a key it is signed, and only what the key signs is believed", async () => {
  const { calls, outcome } = await exchange((octets) => reply(octets), key);
  assert.equal(decodeMessage(calls[0]!.octets).additionals[0]?.type, RRType.TSIG);
  assert.equal(outcome, "cannot be believed: the server's answer is not signed");
});

test("a lost datagram is sent again as it was, with more patience each time", async () => {
  const { calls, outcome } = await exchange((octets, call) => (call < 3 ? undefined : reply(octets)));
  assert.equal(outcome, Rcode.NOERROR);
  assert.deepEqual(
    calls.map(({ timeoutMs }) => timeoutMs),
    limits.updateUdpTimeoutsMs,
  );
  assert.equal(new Set(calls.map(({ octets }) => octets.toHex())).size, 1);
});

test("who never answers is given up", async () => {
  const { calls, outcome } = await exchange(() => undefined);
  assert.equal(outcome, "did not answer");
  assert.equal(calls.length, limits.updateUdpTimeoutsMs.length);
});

test("an answer that does not fit is asked for by TCP", async () => {
  const { calls, outcome } = await exchange((octets, call) =>
    reply(octets, { isTruncated: call === 1, rcode: call }),
  );
  assert.deepEqual([outcome, calls.map(({ transport }) => transport)], [2, ["udp", "tcp"]]);
});

test("an update that is too long for a datagram goes by TCP at once", async () => {
  const name = parseName(`${"x".repeat(63)}.lan.example.`);
  const rdata = new Uint8Array(4);
  const changes = Array.from({ length: 80 }, () => ({ name, type: RRType.A, class: 1, ttl: 60, rdata }));
  const { calls, outcome } = await exchange((octets) => reply(octets, { rcode: Rcode.REFUSED }), undefined, {
    prerequisites: [],
    changes,
  });
  assert.deepEqual([outcome, calls.map(({ transport }) => transport)], [Rcode.REFUSED, ["tcp"]]);
});

for (const [why, refusals, wasSent] of [
  ["whose port is closed has not read it", [false, false, false], false],
  ["that was silent once may have read it", [true, false, false], true],
] as const) {
  test(`a server ${why}`, async () => {
    const { signal } = new AbortController();
    let call = 0;
    const askUdp: Ask = async () => {
      throw new NoAnswer("did not answer", refusals[call++]);
    };
    const ports = { askUdp, askTcp: askUdp, nowMs: () => 0, randomId: () => 1, signal };
    await assert.rejects(exchangeUpdate({ zone, server, key: undefined }, update, ports), {
      name: "ExchangeFault",
      wasSent,
    });
  });
}

for (const [why, answer, want] of [
  ["octets that are no message", () => new Uint8Array(5), /^answered what is no message/],
  [
    "an answer to something else",
    (octets) => reply(octets, { opcode: Opcode.QUERY }),
    /^answered something else$/,
  ],
  ["its own question", (octets) => octets, /^answered something else$/],
] as readonly (readonly [string, Answering, RegExp])[]) {
  test(`${why} is a fault of the server`, async () => {
    const { outcome } = await exchange(answer);
    assert.match(String(outcome), want);
  });
}

for (const rcode of [Rcode.REFUSED, Rcode.YXDOMAIN, Rcode.NOTZONE]) {
  test(`rcode ${rcode} is the answer`, async () => {
    const { outcome } = await exchange((octets) => reply(octets, { rcode }));
    assert.equal(outcome, rcode);
  });
}
