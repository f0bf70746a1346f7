/** A server that answers everything that is signed well, as short as can be: for clients that sign. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { checkRequest } from "../../src/capabilities/dns/tsig/check-request.ts";
import { MessageFramer } from "../../src/platform/stream/framer.ts";
import type { Keyring } from "../../src/platform/tsig/key.ts";
import {
  decodeMessage,
  encodeMessage,
  type Message,
  type MessageRecord,
} from "../../src/protocols/dns/message.ts";
import { parseName } from "../../src/protocols/dns/name.ts";
import { RRType } from "../../src/protocols/dns/registry.ts";

export interface TsigServer extends AsyncDisposable {
  readonly udpPort: string;
  readonly tcpPort: string;
  /** What was found of the requests: `good`, or why not. */
  readonly found: string[];
}

export const transferredRecords = 5000;
const recordsPerMessage = 900;
const soa: MessageRecord = {
  name: parseName("example.net."),
  type: RRType.SOA,
  class: 1,
  ttl: 60,
  rdata: Uint8Array.fromHex(`026e730001680000000001${"0000003c".repeat(4)}`),
};

/** @param clockSeconds how far its clock is ahead of the true one */
export async function startTsigServer(keyring: Keyring, clockSeconds = 0): Promise<TsigServer> {
  const found: string[] = [];
  const answer = (octets: Uint8Array): readonly Uint8Array[] => {
    const nowSeconds = Math.floor(Date.now() / 1000) + clockSeconds;
    const checked = checkRequest(octets, keyring, nowSeconds);
    found.push(checked.state === "bad" ? checked.why : checked.state);
    if (checked.state === "bad") return [checked.response];
    const responses = responsesTo(decodeMessage(checked.state === "good" ? checked.body : octets));
    if (checked.state === "unsigned") return responses.map((one) => encodeMessage(one));
    return responses.map((one) => checked.signer.sign(encodeMessage(one), nowSeconds));
  };
  const datagrams = createSocket("udp4").on("message", (message, from) => {
    for (const response of answer(new Uint8Array(message))) datagrams.send(response, from.port, from.address);
  });
  datagrams.bind(0, "127.0.0.1");
  const streams = createServer((socket) => {
    const framer = new MessageFramer();
    socket.on("error", () => {}); // the client was quick to leave
    socket.on("data", (chunk) => {
      framer.push(chunk as Buffer);
      for (let next = framer.next(); next !== undefined; next = framer.next()) {
        for (const response of answer(new Uint8Array(next))) {
          socket.write(Uint8Array.of(response.length >>> 8, response.length));
          socket.write(response);
        }
      }
    });
  }).listen(0, "127.0.0.1");
  await Promise.all([once(datagrams, "listening"), once(streams, "listening")]);
  return {
    udpPort: String(datagrams.address().port),
    tcpPort: String((streams.address() as AddressInfo).port),
    found,
    async [Symbol.asyncDispose]() {
      datagrams.close();
      await new Promise((resolve) => streams.close(resolve));
    },
  };
}

function responsesTo(request: Message): Message[] {
  const answerWith = (answers: readonly MessageRecord[]): Message => ({
    ...request,
    isResponse: true,
    isAuthoritative: true,
    answers,
    authorities: [],
    additionals: [],
  });
  const type = request.questions[0]?.type;
  if (request.opcode !== 0) return [answerWith([])];
  if (type !== RRType.AXFR) return [answerWith([soa])];
  const records = Array.from({ length: transferredRecords }, (_, number) => ({
    name: parseName(`host-${number}.example.net.`),
    type: RRType.A,
    class: 1,
    ttl: 60,
    rdata: Uint8Array.of(192, 0, number >>> 8, number),
  }));
  const all: MessageRecord[] = [soa, ...records, soa];
  const messages: Message[] = [];
  for (let from = 0; from < all.length; from += recordsPerMessage) {
    messages.push(answerWith(all.slice(from, from + recordsPerMessage)));
  }
  return messages;
}
