/** How a primary is asked for a serial number: by UDP first, and when it is worth asking by TCP after. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { systemClock } from "#platform/clock/clock.ts";
import { frame } from "#platform/stream/stream-client.ts";
import { decodeMessage, encodeMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { parseServer } from "../../server-address.ts";
import { askSerial } from "./serial-query.ts";

const zone = parseName("catalog.example.");
/** Root as primary and mailbox, serial 7, then timers that do not matter. */
const soa = Uint8Array.of(0, 0, 0, 0, 0, 7, ...new Uint8Array(16));

function answer(query: Uint8Array, rcode: number): Uint8Array {
  const record = { name: zone, type: RRType.SOA, class: RRClass.IN, ttl: 0, rdata: soa };
  const answers = rcode === Rcode.NOERROR ? [record] : [];
  const message = decodeMessage(query);
  return encodeMessage({ ...message, isResponse: true, isAuthoritative: true, rcode, answers });
}

interface Rcodes {
  readonly udp: number;
  readonly tcp: number;
}

/** A primary that answers each transport with a response code of its own. */
async function startPrimary({ udp, tcp }: Rcodes) {
  const server = createServer((connection) => {
    connection.on("error", () => {});
    connection.once("data", (octets: Buffer) => connection.write(frame(answer(octets.subarray(2), tcp))));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const socket = createSocket("udp4").bind(port, "127.0.0.1");
  await once(socket, "listening");
  socket.on("message", (octets, from) => socket.send(answer(octets, udp), from.port, from.address));
  return {
    server: parseServer(`127.0.0.1:${port}`),
    [Symbol.dispose]: () => {
      server.close();
      socket.close();
    },
  };
}

const { NOERROR, REFUSED, SERVFAIL } = Rcode;

for (const [why, rcodes, want] of [
  ["is taken as it is answered by UDP", { udp: NOERROR, tcp: REFUSED }, 7],
  ["is asked for by TCP when it is refused by UDP", { udp: REFUSED, tcp: NOERROR }, 7],
  ["is not known when it is refused by both", { udp: REFUSED, tcp: REFUSED }, /answered REFUSED/],
  ["is not known when the server fails", { udp: SERVFAIL, tcp: NOERROR }, /answered SERVFAIL/],
] as const) {
  test(`a serial number ${why}`, async () => {
    using primary = await startPrimary(rcodes);
    const asked = askSerial({ zone, server: primary.server, key: undefined }, { clock: systemClock });
    if (typeof want === "number") assert.equal(await asked, want);
    else await assert.rejects(asked, want);
  });
}
