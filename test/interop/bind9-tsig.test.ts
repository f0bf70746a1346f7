/** What named refuses of signed requests we refuse in the same words; what it signs we verify. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, type TestContext } from "node:test";
import { checkRequest } from "../../src/capabilities/dns/tsig/check-request.ts";
import { MessageFramer } from "../../src/platform/stream/framer.ts";
import { ClientSignature, TsigError } from "../../src/platform/tsig/client-signature.ts";
import type { TsigKey } from "../../src/platform/tsig/key.ts";
import { decodeMessage, encodeMessage, queryMessage } from "../../src/protocols/dns/message.ts";
import { parseName } from "../../src/protocols/dns/name.ts";
import { RRType } from "../../src/protocols/dns/registry.ts";
import { WireError } from "../../src/protocols/dns/wire.ts";
import { requirePeer } from "../peers.ts";
import { draftSecret, type SignedDraft, signedRequest } from "./bind9-tsig-message.ts";
import { askOdd } from "./exchange.ts";
import { type RunningPeer, startNamed } from "./named.ts";

const algorithms = [
  "hmac-md5",
  "hmac-sha1",
  "hmac-sha224",
  "hmac-sha256",
  "hmac-sha384",
  "hmac-sha512",
] as const;
const records = 20_000;
const secret = new Uint8Array(draftSecret);

const keys: readonly TsigKey[] = [
  { name: parseName("k."), algorithm: "hmac-sha256", secret },
  { name: parseName("cut."), algorithm: "hmac-sha256", secret, macOctetsMin: 24 },
  ...algorithms.map((algorithm) => ({ name: parseName(`${algorithm}.`), algorithm, secret })),
];
const keyring = new Map(keys.map((key) => [key.name, key]));

/** One for all tests of this file. */
let running: Promise<RunningPeer> | undefined;
after(async () => {
  if (running !== undefined) await (await running)[Symbol.asyncDispose]();
});

function named(t: TestContext): Promise<RunningPeer> | undefined {
  if (!requirePeer(t, "named", "bind9")) return undefined;
  running ??= startWithKeys();
  return running;
}

async function startWithKeys(): Promise<RunningPeer> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-tsig-"));
  const file = join(folder, "example.db");
  const hosts = Array.from({ length: records }, (_, i) => `h${i} A 192.0.${i >>> 8}.${i & 255}\n`);
  writeFileSync(file, `$TTL 60\n@ SOA ns h 1 60 60 60 60\n@ NS ns\nns A 192.0.2.1\n${hosts.join("")}`);
  const statement = ({ name, algorithm, macOctetsMin }: TsigKey): string => {
    const bits = macOctetsMin === undefined ? "" : `-${macOctetsMin * 8}`;
    return `key "${name.slice(1, -1)}" { algorithm ${algorithm}${bits}; secret "${secret.toBase64()}"; };`;
  };
  const signers = keys.map(({ name }) => `key "${name.slice(1, -1)}";`).join(" ");
  const zone = `zone example { type primary; file "${file}"; allow-transfer { ${signers} }; };`;
  const peer = await startNamed({ zones: [], statements: [...keys.map(statement), zone].join("\n") });
  rmSync(folder, { recursive: true });
  return peer;
}

/** Requests that both refuse in the same way. */
const refused: readonly (readonly [what: string, draft: SignedDraft, why: string])[] = [
  ["an unknown key", { keyName: "other." }, "BADKEY"],
  ["an unknown key of an update", { keyName: "other.", opcode: 5 }, "BADKEY"],
  ["an unknown key of a notification", { keyName: "other.", opcode: 4 }, "BADKEY"],
  ["an unknown key, with EDNS", { keyName: "other.", edns: true }, "BADKEY"],
  ["an unknown key, with RD, AD and CD", { keyName: "other.", flags: 0x0130 }, "BADKEY"],
  ["an unknown key and an old time", { keyName: "other.", clockSeconds: -9999 }, "BADKEY"],
  ["an unknown key and a short MAC", { keyName: "other.", macOctets: 9 }, "BADKEY"],
  ["an unknown algorithm", { algorithm: "hmac-other." }, "BADKEY"],
  ["an algorithm that is not the key's", { algorithm: "hmac-sha512.", hash: "sha512" }, "BADKEY"],
  ["a wrong MAC", { wrongMac: true }, "BADSIG"],
  ["a wrong MAC of an update with EDNS", { wrongMac: true, opcode: 5, edns: true }, "BADSIG"],
  ["a wrong MAC and an old time", { wrongMac: true, clockSeconds: -9999 }, "BADSIG"],
  ["a wrong MAC and none of the wanted length", { wrongMac: true, keyName: "cut.", macOctets: 16 }, "BADSIG"],
  ["no MAC", { macOctets: 0 }, "BADSIG"],
  ["no MAC of an update", { macOctets: 0, opcode: 5 }, "BADSIG"],
  ["an old time", { clockSeconds: -1000 }, "BADTIME"],
  ["an old time, with EDNS", { clockSeconds: -1000, edns: true }, "BADTIME"],
  ["a time to come", { clockSeconds: 1000 }, "BADTIME"],
  ["a time just outside its own fudge", { clockSeconds: -60, fudgeSeconds: 10 }, "BADTIME"],
  [
    "an old time and a MAC cut too short for the key",
    { keyName: "cut.", macOctets: 16, clockSeconds: -999 },
    "BADTIME",
  ],
  ["a MAC cut too short for the key", { keyName: "cut.", macOctets: 16 }, "BADTRUNC"],
  ["the same of an update with EDNS", { keyName: "cut.", macOctets: 23, opcode: 5, edns: true }, "BADTRUNC"],
  ["a MAC that is too long", { macOctets: 33 }, "FORMERR"],
  ["a MAC of less than half", { macOctets: 15 }, "FORMERR"],
  ["a MAC of less than half, and wrong", { macOctets: 10, wrongMac: true }, "FORMERR"],
  ["a MAC of one octet, with EDNS", { macOctets: 1, edns: true }, "FORMERR"],
  ["class IN", { class: 1 }, "FORMERR"],
  ["class NONE of an update", { class: 254, opcode: 5 }, "FORMERR"],
  ["octets behind its data", { dataTail: "000000" }, "FORMERR"],
  ["a MAC size beyond the record", { macSizeSaid: 6000 }, "FORMERR"],
  ["a MAC size that leaves too little", { macSizeSaid: 34 }, "FORMERR"],
  ["two of it", { copies: 2 }, "FORMERR"],
  ["another record behind it", { followed: true }, "FORMERR"],
  ["another record behind it in an update", { followed: true, opcode: 5 }, "FORMERR"],
  ["a place in the answer section", { countAt: 6 }, "FORMERR"],
  ["a place in the authority section", { countAt: 8 }, "FORMERR"],
  ["two questions", { questions: 2 }, "FORMERR"],
  ["no question", { questions: 0 }, "FORMERR"],
];

for (const [what, draft, want] of refused) {
  test(`a request signed with ${what} is ${want}, as named says`, async (t) => {
    const peer = await named(t);
    if (peer === undefined) return;
    const request = signedRequest(draft);
    const nowSeconds = Math.floor(Date.now() / 1000);
    const theirs = await askOdd(peer, "udp", request);
    assert(theirs instanceof Uint8Array, `named: ${String(theirs)}`);
    const ours = checkRequest(request, keyring, nowSeconds);
    assert(ours.state === "bad", ours.state);
    assert.equal(ours.why, want);
    assert.deepEqual(described(ours.response, nowSeconds), described(theirs, nowSeconds));
  });
}

/** Requests that both take. */
const taken: readonly (readonly [what: string, draft: SignedDraft])[] = [
  ["nothing odd", {}],
  ["EDNS", { edns: true }],
  ["names in upper case", { keyName: "K.", algorithm: "HMAC-SHA256." }],
  ["another id than the original", { originalId: 0x9999 }],
  ["other data", { other: "0102030405" }],
  ["octets behind the message", { tail: "000000" }],
  ["a MAC that is just long enough for the key", { keyName: "cut.", macOctets: 24 }],
  ["a clock at the edge of its fudge", { clockSeconds: -290 }],
];

for (const [what, draft] of taken) {
  test(`a request signed with ${what} is good, as named says`, async (t) => {
    const peer = await named(t);
    if (peer === undefined) return;
    const request = signedRequest(draft);
    const theirs = await askOdd(peer, "udp", request);
    assert(theirs instanceof Uint8Array);
    assert.equal(theirs[3]! & 15, 0);
    assert.equal(checkRequest(request, keyring, Math.floor(Date.now() / 1000)).state, "good");
  });
}

test("where we differ from named: any key's MACs may be cut, and a TTL is 0", async (t) => {
  const peer = await named(t);
  if (peer === undefined) return;
  const nowSeconds = Math.floor(Date.now() / 1000);
  const cut = signedRequest({ macOctets: 16 });
  const theirs = await askOdd(peer, "udp", cut);
  assert(theirs instanceof Uint8Array);
  assert.match(described(theirs, nowSeconds).tsig, / error 22 /); // local policy, RFC 8945 §5.2.4
  assert.equal(checkRequest(cut, keyring, nowSeconds).state, "good"); // RFC 8945 §5.2.2.1
  const aged = signedRequest({ ttl: 1 });
  assert.equal(checkRequest(aged, keyring, nowSeconds).state, "bad"); // RFC 8945 §4.2: TTL is 0
});

for (const { name, algorithm } of keys) {
  test(`a transfer signed by key ${name.slice(1, -1)} of ${algorithm} is verified to its end`, async (t) => {
    const peer = await named(t);
    if (peer === undefined) return;
    const signature = new ClientSignature(keyring.get(name)!);
    const nowSeconds = Math.floor(Date.now() / 1000);
    const messages = await transfer(peer, signature.sign(transferRequest, nowSeconds));
    assert.ok(messages.length > 3, `${messages.length} messages`);
    const bodies = messages.map((message) => signature.verify(message, nowSeconds));
    signature.finish();
    const answers = bodies.flatMap((body) => decodeMessage(body).answers);
    assert.equal(answers.length, records + 4);
  });
}

test("a transfer from named of which one octet is changed is not verified", async (t) => {
  const peer = await named(t);
  if (peer === undefined) return;
  const signature = new ClientSignature(keys[0]!);
  const nowSeconds = Math.floor(Date.now() / 1000);
  const messages = await transfer(peer, signature.sign(transferRequest, nowSeconds));
  messages[2]![messages[2]!.length >>> 1]! ^= 1;
  const verifyAll = (): void => {
    for (const message of messages) signature.verify(message, nowSeconds);
  };
  assert.throws(verifyAll, (error: unknown) => error instanceof TsigError || error instanceof WireError);
});

for (const [what, change, clockSeconds, why] of [
  ["an unknown key", { name: parseName("other.") }, 0, "BADKEY"],
  ["another secret", { secret: new Uint8Array(32) }, 0, "BADSIG"],
  ["a clock that is late", {}, -1000, "BADTIME"],
] as const) {
  test(`named's refusal of ${what} is told as ${why}`, async (t) => {
    const peer = await named(t);
    if (peer === undefined) return;
    const nowSeconds = Math.floor(Date.now() / 1000);
    const signature = new ClientSignature({ ...keys[0]!, ...change });
    const response = await askOdd(peer, "tcp", signature.sign(plainQuery, nowSeconds + clockSeconds));
    assert(response instanceof Uint8Array);
    assert.throws(
      () => signature.verify(new Uint8Array(response), nowSeconds),
      (error: unknown) => {
        assert(error instanceof TsigError);
        assert.deepEqual([error.why, error.rcode], [why, 9]);
        if (why === "BADTIME")
          assert.ok(Math.abs(error.peerSeconds! - nowSeconds) < 5, String(error.peerSeconds));
        return true;
      },
    );
  });
}

const question = { name: parseName("example."), type: RRType.SOA, class: 1 };
const plainQuery = encodeMessage(queryMessage({ id: 77, question }));
const transferRequest = encodeMessage(queryMessage({ id: 78, question: { ...question, type: RRType.AXFR } }));

/** All messages of a transfer, until the second SOA. */
async function transfer({ address, port }: RunningPeer, request: Uint8Array): Promise<Uint8Array[]> {
  const socket = connect({ host: address, port });
  await once(socket, "connect");
  socket.write(Uint8Array.of(request.length >>> 8, request.length, ...request));
  const framer = new MessageFramer();
  const messages: Uint8Array[] = [];
  let seen = 0;
  try {
    for await (const chunk of socket) {
      framer.push(chunk as Buffer);
      for (let next = framer.next(); next !== undefined; next = framer.next()) {
        messages.push(new Uint8Array(next));
        seen += decodeMessage(next).answers.length;
      }
      if (seen >= records + 4) break;
    }
  } finally {
    socket.destroy();
  }
  return messages;
}

/** The header, what there is in each section, and the TSIG record with its time in relation to now. */
function described(
  octets: Uint8Array,
  nowSeconds: number,
): { header: string; records: string; tsig: string } {
  const message = decodeMessage(octets);
  const { additionals, answers, authorities, edns, questions } = message;
  const record = additionals.at(-1);
  const counts = [questions.length, answers.length, authorities.length, additionals.length].join(" ");
  const about = `${counts}${edns === undefined ? "" : ` OPT ${edns.udpSize} ${edns.version}`}`;
  const header = octets.subarray(0, 4).toHex();
  if (record?.type !== RRType.TSIG) return { header, records: about, tsig: "none" };
  const { rdata } = record;
  const view = new DataView(rdata.buffer, rdata.byteOffset, rdata.length);
  let at = rdata.indexOf(0) + 1;
  const time = view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2);
  const macOctets = view.getUint16(at + 8);
  const algorithm = rdata.subarray(0, at).toHex();
  const fudge = view.getUint16(at + 6);
  at += 10 + macOctets;
  const [originalId, error, other] = [view.getUint16(at), view.getUint16(at + 2), view.getUint16(at + 4)];
  const age = Math.round((time - nowSeconds) / 10); // named's clock may have gone on
  const key = `${record.name.slice(1, -1)} ${algorithm} class ${record.class} ttl ${record.ttl}`;
  const rest = `mac ${macOctets} id ${originalId} error ${error} other ${other}`;
  return { header, records: about, tsig: `${key} time ${age} fudge ${fudge} ${rest}` };
}
