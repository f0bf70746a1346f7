/** For tests of changing zones under attack: messages as they go over the wire, and who sends them. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as later } from "node:timers/promises";
import { decodeMessage } from "#protocols/dns/message.ts";
import { nameOctets, parseName } from "#protocols/dns/name.ts";
import { WireWriter } from "#protocols/dns/wire.ts";
import { MessageFramer } from "../../src/platform/stream/framer.ts";
import { ClientSignature } from "../../src/platform/tsig/client-signature.ts";
import type { TsigKey } from "../../src/platform/tsig/key.ts";

export const labKey: TsigKey = {
  name: parseName("lab-key."),
  algorithm: "hmac-sha256",
  secret: new TextEncoder().encode("a secret of thirty-two octets!!!"),
};
/** The same name with another secret. */
export const wrongKey: TsigKey = {
  ...labKey,
  secret: new TextEncoder().encode("another one of thirty-two octets"),
};
export const labSecret = Buffer.from(labKey.secret).toString("base64");

/** Lines of the `dns` section: a zone that takes updates by key, with further settings of it. */
export function labLines(more: readonly string[] = [], zoneMore = ""): readonly string[] {
  return [
    'listen: ["127.0.0.1:0"]',
    `keys: [{ name: lab-key, secret: "${labSecret}" }]`,
    ...more,
    "zones:",
    `  - { name: lab.example, file: zone.db, allowUpdate: ["key lab-key"]${zoneMore} }`,
  ];
}

export interface AddedRecord {
  readonly owner: string;
  readonly type?: number;
  readonly rdata: Uint8Array;
}

/** An UPDATE that adds records. RFC 2136 §2. */
export function updateMessage(id: number, zone: string, added: readonly AddedRecord[]): Uint8Array {
  const writer = new WireWriter({ size: 512 });
  for (const word of [id, 5 << 11, 1, 0, added.length, 0]) writer.u16(word);
  writer.bytes(nameOctets(parseName(zone)));
  for (const word of [6, 1]) writer.u16(word);
  for (const { owner, type = 1, rdata } of added) {
    writer.bytes(nameOctets(parseName(owner)));
    for (const word of [type, 1, 0, 60, rdata.length]) writer.u16(word);
    writer.bytes(rdata);
  }
  return writer.finish();
}

/** A NOTIFY. RFC 1996 §3.7. */
export function notifyOf(id: number, zone: string): Uint8Array {
  return questionOf(id, zone, 6, 4 << 11);
}

/** A message with one question. */
export function questionOf(id: number, name: string, type: number, flags = 0): Uint8Array {
  const writer = new WireWriter({ size: 64 });
  for (const word of [id, flags, 1, 0, 0, 0]) writer.u16(word);
  writer.bytes(nameOctets(parseName(name)));
  for (const word of [type, 1]) writer.u16(word);
  return writer.finish();
}

export function signedBy(key: TsigKey, message: Uint8Array): Uint8Array {
  return new ClientSignature(key).sign(message, Math.floor(Date.now() / 1000));
}

export function framed(message: Uint8Array): Uint8Array {
  const octets = new Uint8Array(message.length + 2);
  octets.set([message.length >>> 8, message.length & 0xff]);
  octets.set(message, 2);
  return octets;
}

/** A connection that asks one thing after another. */
export class Asker {
  private readonly socket: Socket;
  private readonly framer = new MessageFramer();
  private readonly waiting: ((message: Uint8Array | undefined) => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      this.framer.push(new Uint8Array(chunk));
      for (let next = this.framer.next(); next !== undefined; next = this.framer.next())
        this.waiting.shift()?.(next.slice());
    });
    socket.on("close", () => {
      for (const resolve of this.waiting.splice(0)) resolve(undefined);
    });
  }

  static async to(port: number): Promise<Asker> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    await once(socket, "connect");
    return new Asker(socket);
  }

  /** Undefined: the connection was closed instead. */
  ask(message: Uint8Array): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      if (this.socket.destroyed) {
        resolve(undefined);
        return;
      }
      this.waiting.push(resolve);
      this.socket.write(framed(message));
    });
  }

  end(): void {
    this.socket.destroy();
  }
}

/** One signed update by a connection of its own. Returns the rcode; undefined: there was no answer. */
export async function updateByTcp(port: number, id: number, owner: string): Promise<number | undefined> {
  const asker = await Asker.to(port);
  const rdata = Uint8Array.of(192, 0, 2, id & 0xff);
  const answer = await asker.ask(signedBy(labKey, updateMessage(id, "lab.example.", [{ owner, rdata }])));
  asker.end();
  return answer === undefined ? undefined : decodeMessage(answer).rcode;
}

/** Resolves when `isSo` says so; throws when it does not within `patienceMs`. */
export async function until(isSo: () => boolean, what: string, patienceMs = 10_000): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`waited in vain until ${what}`);
    await later(20);
  }
}
