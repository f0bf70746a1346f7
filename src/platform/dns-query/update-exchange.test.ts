import assert from "node:assert/strict";
import test from "node:test";
import type { TsigKey } from "#platform/tsig/key.ts";
import { decodeMessage, encodeMessage } from "#protocols/dns/message.ts";
import { lowerName, parseName } from "#protocols/dns/name.ts";
import { Opcode, Rcode, RRType } from "#protocols/dns/registry.ts";
import { type Ask, NoAnswer } from "./ask.ts";
import { limits } from "./limits.ts";
import { ExchangeFault, exchangeUpdate } from "./update-exchange.ts";

const zone = parseName("lan.example.");
const server = { address: "192.0.2.53", port: 53 };
const key: TsigKey = {
  name: lowerName(parseName("dhcp.")),
  algorithm: "hmac-sha256",
  secret: new Uint8Array(32).fill(7),
};
const update = { prerequisites: [], changes: [] };

interface Call {
  readonly transport: "udp" | "tcp";
  readonly octets: Uint8Array;
  readonly timeoutMs: number;
}

type Answering = (octets: Uint8Array, call: number) => Uint8Array | undefined;

async function exchange(
  answer: Answering,
  signing?: TsigKey,
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
    const outcome = await exchangeUpdate({ zone, server, key: signing }, update, {
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
