/** Clients that add one name after the other by signed updates, and remember which were acknowledged. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { decodeMessage, encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { type Name, nameOctets, parseName } from "#protocols/dns/name.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { ClientSignature } from "../../src/platform/tsig/client-signature.ts";
import type { TsigKey } from "../../src/platform/tsig/key.ts";

const retryMs = 1_000;

export interface UpdateTarget {
  readonly port: number;
  readonly zone: Name;
  readonly key: TsigKey;
}

/** RFC 2136 §2: add one address to a name. */
function signedUpdate({ zone, key }: UpdateTarget, id: number, owner: Name): Uint8Array {
  const header = Buffer.from("000028000001000000010000", "hex");
  header.writeUInt16BE(id, 0);
  const record = [nameOctets(owner), Buffer.from("000100010000003c0004c0000209", "hex")];
  const message = Buffer.concat([header, nameOctets(zone), Buffer.from("00060001", "hex"), ...record]);
  return new ClientSignature(key).sign(message, Math.floor(Date.now() / 1000));
}

export class UpdateClients {
  /** In lower case. */
  readonly acknowledged = new Set<Name>();
  /** Of responses other than NOERROR. */
  readonly refusals: number[] = [];
  private readonly target: UpdateTarget;
  private sockets: Socket[] = [];
  private ended = false;
  private onAcknowledged: () => void = () => undefined;

  constructor(target: UpdateTarget) {
    this.target = target;
  }

  /** Resolves when `end` was called. Each client has one update under way at a time. */
  async run(clients: number, prefix: string): Promise<void> {
    await Promise.all(Array.from({ length: clients }, (_, client) => this.runOne(`${prefix}-${client}`)));
  }

  /** Resolves when so many updates were acknowledged. */
  async reached(count: number): Promise<void> {
    while (this.acknowledged.size < count && !this.ended)
      await new Promise<void>((resolve) => {
        this.onAcknowledged = resolve;
      });
  }

  end(): void {
    this.ended = true;
    for (const socket of this.sockets) socket.close();
    this.sockets = [];
  }

  /** One client, with so many updates one after the other. */
  async runSome(prefix: string, count: number): Promise<void> {
    await this.runOne(prefix, count);
    this.end();
  }

  private async runOne(prefix: string, count = Number.POSITIVE_INFINITY): Promise<void> {
    const { target } = this;
    const socket = await socketTo(target.port);
    this.sockets.push(socket);
    for (let number = 0; !this.ended && number < count; number++) {
      const owner = parseName(`${prefix}-${number}`, target.zone);
      const response = await ask(socket, signedUpdate(target, number & 0xffff, owner));
      if (response === undefined) return;
      const rcode = response[3]! & 15;
      if (rcode === 0) this.acknowledged.add(owner);
      else this.refusals.push(rcode);
      this.onAcknowledged();
    }
  }
}

/** As a query says it. */
export async function serialOf(port: number, zone: Name): Promise<number> {
  const socket = await socketTo(port);
  const question = { name: zone, type: RRType.SOA, class: RRClass.IN };
  const response = await ask(socket, encodeMessage(queryMessage({ id: 7, question })));
  socket.close();
  const [soa] = decodeMessage(response!).answers;
  return Buffer.from(soa!.rdata).readUInt32BE(soa!.rdata.length - 20);
}

async function socketTo(port: number): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("error", () => undefined); // the server is gone
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/** A datagram may be lost when the machine is busy: it is sent again, and counts once. Undefined: the end. */
async function ask(socket: Socket, update: Uint8Array): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  const onMessage = (message: Buffer): void => {
    if (message[0] === update[0] && message[1] === update[1]) resolve(message);
  };
  const onClose = (): void => resolve(undefined);
  socket.on("message", onMessage);
  socket.on("close", onClose);
  socket.send(update);
  const again = setInterval(() => socket.send(update), retryMs);
  try {
    return await promise;
  } finally {
    clearInterval(again);
    socket.off("message", onMessage);
    socket.off("close", onClose);
  }
}
