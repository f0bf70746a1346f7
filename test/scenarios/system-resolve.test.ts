/** What a name server on the loopback answers, as the system's resolver understands it. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import test, { type TestContext } from "node:test";
import { decodeMessage, encodeMessage, type Message, type MessageRecord } from "#protocols/dns/message.ts";
import { nameOctets, parseName } from "#protocols/dns/name.ts";
import { Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { ResolveFault, resolveBy } from "../../src/capabilities/ddns/publish/system-resolve.ts";

/** Answers every question by `say`; undefined is silence. */
async function nameServer(t: TestContext, say: (query: Message) => Partial<Message> | undefined) {
  const socket = createSocket("udp4");
  socket.on("message", (octets, { port, address }) => {
    const query = decodeMessage(new Uint8Array(octets));
    const said = say(query);
    if (said !== undefined)
      socket.send(encodeMessage({ ...query, isResponse: true, ...said }), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  t.after(() => socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

function record(type: "NS" | "A" | "CNAME", rdata: Uint8Array): MessageRecord {
  return { name: parseName("example.net."), type: RRType[type], class: RRClass.IN, ttl: 60, rdata };
}

const answers: readonly (readonly [
  why: string,
  type: "NS" | "A" | "CNAME",
  said: Partial<Message>,
  want: readonly string[],
])[] = [
  [
    "the servers of a zone",
    "NS",
    { answers: [record("NS", nameOctets(parseName("ns.example.net.")))] },
    ["ns.example.net"],
  ],
  ["an address", "A", { answers: [record("A", new Uint8Array([192, 0, 2, 1]))] }, ["192.0.2.1"]],
  ["an alias", "CNAME", { answers: [record("CNAME", nameOctets(parseName("a.example.")))] }, ["a.example"]],
  ["a name without such records", "NS", {}, []],
  ["a name that is not there", "NS", { rcode: Rcode.NXDOMAIN }, []],
];
for (const [why, type, said, want] of answers) {
  test(`the resolver of the system tells ${why}`, async (t) => {
    const resolve = resolveBy([await nameServer(t, () => said)]);
    assert.deepEqual(await resolve("example.net", type), want);
  });
}

test("a server that fails does not tell", async (t) => {
  const resolve = resolveBy([await nameServer(t, () => ({ rcode: Rcode.SERVFAIL }))]);
  const want = new ResolveFault("the name servers of this machine do not tell (ESERVFAIL)");
  await assert.rejects(resolve("example.net", "NS"), want);
});

test("a signal ends the wait for a silent server", async (t) => {
  const controller = new AbortController();
  const server = await nameServer(t, () => {
    controller.abort();
    return undefined;
  });
  const want = new ResolveFault("it is not waited for any longer");
  await assert.rejects(resolveBy([server])("example.net", "NS", controller.signal), want);
  await assert.rejects(resolveBy([server])("example.net", "NS", controller.signal), want);
});
