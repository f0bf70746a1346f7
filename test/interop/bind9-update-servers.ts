/** Servers whose zones a test changes: any that listens, or Homeport's updates without a socket. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { matchAny, parseAddressMatch } from "../../src/capabilities/dns/address-match.ts";
import { dns } from "../../src/capabilities/dns/capability.ts";
import { DnsConfig } from "../../src/capabilities/dns/config.ts";
import { Transport } from "../../src/capabilities/dns/engine/transport.ts";
import { MemoryWriter } from "../../src/capabilities/dns/update/memory-writer.testing.ts";
import { updatePolicy } from "../../src/capabilities/dns/update/update-policy.ts";
import { type UpdatedZone, Updates } from "../../src/capabilities/dns/update/updates.ts";
import type { UpdateRule } from "../../src/capabilities/dns/zone-config.ts";
import type { ZoneImage } from "../../src/capabilities/dns/zones/image.ts";
import { ZoneImageBuilder } from "../../src/capabilities/dns/zones/image-builder.ts";
import type { Ports } from "../../src/contracts/capability.ts";
import type { Log } from "../../src/contracts/log.ts";
import { openMemoryStore } from "../../src/platform/store/memory-store.ts";
import { MessageFramer } from "../../src/platform/stream/framer.ts";
import { ClientSignature } from "../../src/platform/tsig/client-signature.ts";
import type { TsigKey } from "../../src/platform/tsig/key.ts";
import { decodeMessage, encodeMessage, queryMessage } from "../../src/protocols/dns/message.ts";
import { lowerName, type Name, nameToText, parseName } from "../../src/protocols/dns/name.ts";
import { rdataToText } from "../../src/protocols/dns/records/index.ts";
import { mnemonicOfType, RRType } from "../../src/protocols/dns/registry.ts";
import { parseZone } from "../../src/protocols/zonefile/zone-file.ts";
import type { RunningPeer, ZoneFile } from "./named.ts";

export interface UpdatedServer extends AsyncDisposable {
  /** The response to an update, which is signed by the key. */
  update(message: Uint8Array, key?: TsigKey): Promise<Uint8Array>;
  /** All records of a zone as lines, sorted. */
  content(origin: Name): Promise<readonly string[]>;
}

/** A server that allows updates and transfers to everybody. */
export async function listeningServer({
  address,
  port,
}: Pick<RunningPeer, "address" | "port">): Promise<UpdatedServer> {
  const socket = connect({ host: address, port, noDelay: true });
  await once(socket, "connect");
  const framer = new MessageFramer();
  let take: (message: Uint8Array) => void = () => {};
  let fail: (error: Error) => void = () => {};
  socket.on("error", (error) => fail(error));
  socket.on("close", () => fail(new Error("the server closed the connection")));
  socket.on("data", (chunk: Buffer) => {
    framer.push(chunk);
    for (let next = framer.next(); next !== undefined; next = framer.next()) take(new Uint8Array(next));
  });
  /** Sends a message, and collects responses until `isLast`. */
  const ask = (message: Uint8Array, isLast: (response: Uint8Array) => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      fail = reject;
      const timer = setTimeout(() => reject(new Error(`no response to ${message.toHex()}`)), 10_000);
      take = (response) => {
        if (!isLast(response)) return;
        clearTimeout(timer);
        resolve();
      };
      socket.write(Uint8Array.of(message.length >>> 8, message.length, ...message));
    });
  return {
    async update(message, key) {
      let answer = message;
      const signed =
        key === undefined ? message : new ClientSignature(key).sign(message, Math.floor(Date.now() / 1000));
      await ask(signed, (response) => {
        answer = response;
        return true;
      });
      return answer;
    },
    async content(origin) {
      const lines: string[] = [];
      let soas = 0;
      const query = queryMessage({ id: 1, question: { name: origin, type: RRType.AXFR, class: 1 } });
      await ask(encodeMessage(query), (response) => {
        const { rcode, answers } = decodeMessage(response);
        if (rcode !== 0) throw new Error(`AXFR of ${nameToText(origin)}: rcode ${rcode}`);
        for (const { name, type, ttl, rdata } of answers) {
          if (type === RRType.SOA && ++soas === 2) return true;
          lines.push(recordLine(name, type, ttl, rdata));
        }
        return false;
      });
      return lines.sort();
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
}

export interface MemoryZone {
  readonly name: string;
  readonly text: string;
  /** Default: everybody may change everything. */
  readonly grant?: readonly UpdateRule[];
}

/** Homeport's updates over zones in memory. */
export function memoryServer(zones: readonly MemoryZone[]): UpdatedServer {
  const writer = new MemoryWriter(zones.map(({ name, text }) => imageOf(name, text)));
  const updatedZones = new Map<Name, UpdatedZone>(
    zones.map(({ name, grant }) => {
      const origin = lowerName(parseName(`${name}.`));
      const policy = updatePolicy({ origin, allowUpdate: parseAddressMatch(["any"]), grant });
      const sizes = { recordsPerTypeMax: 100, typesPerNameMax: 100 };
      return [origin, { kind: "primary", allowQuery: matchAny, policy, requireHostNames: false, ...sizes }];
    }),
  );
  const updates = new Updates({
    quota: () => 100,
    zoneOf: (zone) => updatedZones.get(zone),
    writer,
    forward: async (update) => update,
    log: quietLog,
    monotonicMs: () => 0,
    udpPayloadOctets: () => 1232,
  });
  const client = {
    address: Uint8Array.of(127, 0, 0, 1),
    text: "127.0.0.1",
    transport: Transport.tcp,
    encrypted: false,
  };
  return {
    update: async (body, key) =>
      (await updates.answer({ body, original: body, client: { ...client, key: key?.name } })).octets,
    content: async (origin) =>
      [...writer.image(origin).records()]
        .map(({ owner, type, ttl, rdata }) => recordLine(owner, type, ttl, rdata))
        .sort(),
    async [Symbol.asyncDispose]() {},
  };
}

function imageOf(name: string, text: string): ZoneImage {
  const origin = parseName(`${name}.`);
  const builder = new ZoneImageBuilder(origin);
  parseZone(
    { file: "update.zone", octets: Buffer.from(text) },
    {
      origin,
      include: () => "no $INCLUDE here",
      sink: {
        record: (owner, ownerLength, type, ttl, rdata, rdataLength) => {
          builder.add(owner, ownerLength, type, ttl, rdata, rdataLength);
        },
      },
      onProblem: ({ line, what }) => {
        throw new Error(`line ${line}: ${what}`);
      },
    },
  );
  return builder.finish();
}

/** Homeport as a whole, with zones that everybody may change and copy, and a store in memory. */
export async function runningServer(zones: readonly ZoneFile[]): Promise<UpdatedServer> {
  const open = zones.map((zone) => ({ ...zone, allowUpdate: ["any"], allowTransfer: ["any"] }));
  const config = DnsConfig.parse({ listen: ["127.0.0.1:0"], zones: open, checkNames: "ignore" });
  const store = openMemoryStore();
  const folder = tmpdir();
  const ports = { siteFolder: folder, dataFolder: folder, nowMs: Date.now, log: quietLog, store };
  const running = await dns.start(config, ports as unknown as Ports);
  const port = Number(running.status().listening[0]!.split(":").at(-1));
  const server = await listeningServer({ address: "127.0.0.1", port });
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await running[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

const quiet = (): void => {};
const quietLog: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => quietLog };

/** Lets programs send updates to a server over TCP. */
export async function listenFor(updated: Pick<UpdatedServer, "update">): Promise<RunningPeer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    const framer = new MessageFramer();
    socket.on("data", (chunk: Buffer) => {
      framer.push(chunk);
      for (let next = framer.next(); next !== undefined; next = framer.next()) {
        void updated.update(new Uint8Array(next)).then((answer) => {
          socket.write(Uint8Array.of(answer.length >>> 8, answer.length, ...answer));
        });
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    address: "127.0.0.1",
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** named.conf's statement of a zone that everybody may change and copy. */
export function openZone({ name, file }: ZoneFile): string {
  return `zone "${name}" { type primary; file "${file}"; allow-update { any; }; allow-transfer { any; }; };`;
}

/** Owners in lower case: whose case a name keeps is each server's own affair. */
function recordLine(owner: Name, type: number, ttl: number, rdata: Uint8Array): string {
  return `${nameToText(lowerName(owner))} ${ttl} ${mnemonicOfType(type)} ${rdataToText(type, rdata)}`;
}
