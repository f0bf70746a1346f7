/** A secondary that copies `example.` from a real primary, with a plain host that keeps the images. */
import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { matchNone } from "../../src/capabilities/dns/address-match.ts";
import type { ChangeSet } from "../../src/capabilities/dns/journal/change-set.ts";
import { parseServer } from "../../src/capabilities/dns/server-address.ts";
import { NotifyReceiver } from "../../src/capabilities/dns/transfer/in/notify-receiver.ts";
import { Secondaries, type SecondaryHost } from "../../src/capabilities/dns/transfer/in/secondaries.ts";
import { askSerial } from "../../src/capabilities/dns/transfer/in/serial-query.ts";
import { ThreadedTransfers } from "../../src/capabilities/dns/transfer/in/threaded-transfers.ts";
import type { ZoneImage } from "../../src/capabilities/dns/zones/image.ts";
import { ZoneModel } from "../../src/capabilities/dns/zones/zone-model.ts";
import { systemClock } from "../../src/platform/clock/clock.ts";
import { collectLog } from "../../src/platform/log/collected-log.ts";
import { openMemoryStore } from "../../src/platform/store/memory-store.ts";
import { MessageFramer } from "../../src/platform/stream/framer.ts";
import { frame } from "../../src/platform/stream/stream-client.ts";
import type { Keyring, TsigAlgorithm } from "../../src/platform/tsig/key.ts";
import { lowerName, parseName } from "../../src/protocols/dns/name.ts";
import type { KeyText } from "./transfer-in-primaries.ts";

export const zone = parseName("example.");

/** Keeps images, and does change sets the obvious way. */
export class PlainHost implements SecondaryHost {
  present: ZoneImage | undefined;
  readonly sets: ChangeSet[] = [];
  replaced = 0;
  expired = 0;

  image(): ZoneImage | undefined {
    return this.present;
  }

  async takeChangeSets(_zone: unknown, _author: unknown, sets: readonly ChangeSet[]): Promise<void> {
    const model = new ZoneModel(this.present!);
    for (const { removed, added } of sets) {
      model.apply(removed.map(({ owner, type, rdata }) => ({ do: "remove", owner, type, rdata })));
      model.apply(added.map((record) => ({ ...record, do: "add" })));
    }
    this.present = model.image();
    this.sets.push(...sets);
  }

  async replace(_zone: unknown, _author: unknown, image: ZoneImage): Promise<void> {
    this.replaced++;
    this.present = image;
  }

  expire(): void {
    this.expired++;
    this.present = undefined;
  }
}

interface Sockets {
  readonly udp: Socket;
  readonly tcp: Server;
}

export class SecondaryRig implements AsyncDisposable {
  readonly host = new PlainHost();
  readonly store = openMemoryStore();
  readonly logged = collectLog();
  readonly secondaries: Secondaries;
  readonly receiver: NotifyReceiver;
  private readonly threads: ThreadedTransfers;
  private readonly sockets: Sockets;
  readonly notifyPort: number;

  private constructor(sockets: Sockets, keys: readonly KeyText[], authorities: () => readonly string[]) {
    const { udp, tcp } = sockets;
    this.sockets = sockets;
    this.notifyPort = udp.address().port;
    const { store, host } = this;
    let threads: ThreadedTransfers | undefined;
    const keyring = keyringOf(keys);
    this.threads = {
      transfer: (request) => {
        threads ??= new ThreadedTransfers(authorities());
        return threads.transfer(request);
      },
      [Symbol.asyncDispose]: async () => threads?.[Symbol.asyncDispose](),
    } as ThreadedTransfers;
    this.secondaries = new Secondaries({
      host,
      store,
      clock: systemClock,
      random: Math.random,
      log: this.logged.log,
      keyring: () => keyring,
      transfers: {
        askSerial: (query) => askSerial(query, { clock: systemClock, authorities: authorities() }),
        transfer: (request) => this.threads.transfer(request),
      },
    });
    this.receiver = new NotifyReceiver({
      secondaries: this.secondaries,
      isServed: () => false,
      clock: systemClock,
      log: this.logged.log,
    });
    udp.on("message", (message, { address, port }) => {
      const response = this.receive(new Uint8Array(message), address);
      if (response !== undefined) udp.send(response, port, address);
    });
    // knotd sends NOTIFY by TCP
    tcp.on("connection", (connection) => {
      const framer = new MessageFramer();
      connection.on("error", () => {});
      connection.on("data", (chunk: Buffer) => {
        framer.push(new Uint8Array(chunk));
        for (let next = framer.next(); next !== undefined; next = framer.next()) {
          const response = this.receive(next, connection.remoteAddress!);
          if (response !== undefined) connection.write(frame(response));
        }
      });
    });
  }

  /** Listens for NOTIFY at once; copies when `follow` says from where. */
  static async open(
    keys: readonly KeyText[] = [],
    authorities: () => readonly string[] = () => [],
  ): Promise<SecondaryRig> {
    const tcp = createServer().listen(0, "127.0.0.1");
    await once(tcp, "listening");
    const udp = createSocket("udp4");
    udp.bind((tcp.address() as { port: number }).port, "127.0.0.1");
    await once(udp, "listening");
    return new SecondaryRig({ udp, tcp }, keys, authorities);
  }

  private receive(message: Uint8Array, address: string): Uint8Array | undefined {
    const octets = Uint8Array.from(address.split(".").map(Number));
    const client = {
      address: octets,
      text: address,
      transport: 0,
      encrypted: false,
      key: undefined,
    } as const;
    return this.receiver.receive(message, client);
  }

  async follow(...primaries: readonly string[]): Promise<void> {
    await this.secondaries.configure([
      {
        name: zone,
        primaries: primaries.map(parseServer),
        allowNotify: matchNone,
        bounds: { recordsPerTypeMax: 2000, typesPerNameMax: 100 },
      },
    ]);
  }

  get serial(): number | undefined {
    return this.host.present?.serial();
  }

  /** Resolves with how long it took, in milliseconds. */
  async until(claim: () => boolean, withinMs = 10_000): Promise<number> {
    const startMs = performance.now();
    while (!claim()) {
      const elapsedMs = performance.now() - startMs;
      const status = JSON.stringify(this.secondaries.status(zone));
      assert.ok(elapsedMs < withinMs, `${String(claim)}: ${status} ${JSON.stringify(this.logged.lines)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return performance.now() - startMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.secondaries[Symbol.asyncDispose]();
    await this.threads[Symbol.asyncDispose]();
    await this.store[Symbol.asyncDispose]();
    this.sockets.udp.close();
    this.sockets.tcp.close();
  }
}

function keyringOf(keys: readonly KeyText[]): Keyring {
  return new Map(
    keys.map(({ name, algorithm, secret }) => {
      const key = {
        name: lowerName(parseName(`${name}.`)),
        algorithm: algorithm as TsigAlgorithm,
        secret: Uint8Array.fromBase64(secret),
      };
      return [key.name, key];
    }),
  );
}

export const algorithms: readonly TsigAlgorithm[] = [
  "hmac-md5",
  "hmac-sha1",
  "hmac-sha224",
  "hmac-sha256",
  "hmac-sha384",
  "hmac-sha512",
];

export function keyOf(algorithm: string): KeyText {
  return { name: `key-${algorithm}`, algorithm, secret: Buffer.alloc(32, algorithm).toString("base64") };
}

/** A zone with so many names. */
export function zoneText(names: number): string {
  const lines = Array.from({ length: names }, (_, i) => `h${i} 300 A 10.0.${i >> 8}.${i & 255}`);
  return `$TTL 3600\n@ SOA ns.example. host.example. 100 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n${lines.join("\n")}\n`;
}

/** Fails unless both say the same: ours as an image, the primary's as fetched anew. */
export function textOf(image: ZoneImage): readonly string[] {
  return [...image.records()]
    .map(({ owner, type, ttl, rdata }) => `${lowerName(owner)} ${type} ${ttl} ${rdata.toHex()}`)
    .sort();
}
