/** A primary in this process that others copy zones from: answers SOA, AXFR and IXFR, and counts who asks. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { decodeMessage, encodeMessage, type Message } from "#protocols/dns/message.ts";
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import type { ZoneImage } from "../../src/capabilities/dns/zones/image.ts";

export interface TestPrimary extends AsyncDisposable {
  readonly port: number;
  /** By name in lower case; tests put other images in. */
  readonly zones: Map<Name, ZoneImage>;
  /** Questions for each zone, such as "SOA". */
  readonly asked: { readonly zone: Name; readonly type: number }[];
}

/** UDP and TCP on a port of 127.0.0.1 that the kernel picks. */
export async function startPrimary(images: readonly ZoneImage[]): Promise<TestPrimary> {
  const zones = new Map(images.map((image) => [lowerName(image.origin), image]));
  const asked: { zone: Name; type: number }[] = [];
  const answer = (octets: Uint8Array, overTcp: boolean): Uint8Array => {
    const query = decodeMessage(octets);
    const { name, type } = query.questions[0]!;
    asked.push({ zone: lowerName(name), type });
    return encodeMessage(response(query, zones.get(lowerName(name)), overTcp));
  };
  const connections = new Set<Socket>();
  const tcp = createServer((socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => {});
    let pending = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0);
        const octets = answer(new Uint8Array(pending.subarray(2, end)), true);
        socket.write(Uint8Array.of(octets.length >>> 8, octets.length, ...octets));
        pending = pending.subarray(end);
      }
    });
  });
  tcp.listen(0, "127.0.0.1");
  await once(tcp, "listening");
  const { port } = tcp.address() as { port: number };
  const udp = createSocket("udp4");
  udp.on("message", (octets, { port: from, address }) => udp.send(answer(octets, false), from, address));
  udp.bind(port, "127.0.0.1");
  await once(udp, "listening");
  return {
    port,
    zones,
    asked,
    async [Symbol.asyncDispose]() {
      udp.close();
      for (const socket of connections) socket.destroy();
      await new Promise<void>((resolve) => tcp.close(() => resolve()));
    },
  };
}

/** A whole zone in one message: those of the tests are small. */
function response(query: Message, image: ZoneImage | undefined, overTcp: boolean): Message {
  const { edns: _edns, ...rest } = query;
  const base = { ...rest, isResponse: true, isAuthoritative: true, authorities: [], additionals: [] };
  if (image === undefined) return { ...base, rcode: Rcode.REFUSED };
  const records = [...image.records()].map(({ owner, type, ttl, rdata }) => ({
    name: owner,
    type,
    class: RRClass.IN,
    ttl,
    rdata,
  }));
  const soa = records.filter(({ type }) => type === RRType.SOA);
  const isTransfer = query.questions[0]!.type === RRType.AXFR || query.questions[0]!.type === RRType.IXFR;
  if (!isTransfer || !overTcp) return { ...base, answers: soa };
  return { ...base, answers: [...soa, ...records.filter(({ type }) => type !== RRType.SOA), ...soa] };
}
