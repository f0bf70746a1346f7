/**
 * Clients of an update server: each sends one small signed update, waits for its response, and sends the
 * next. All updates are signed beforehand, so that what is measured is the server. Says in JSON what came of
 * it.
 *
 *     update-load.ts '{"port":…,"zone":"…","key":"…","algorithm":"…","secret":"…","clients":64,"seconds":8}'
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { nameOctets, parseName } from "#protocols/dns/name.ts";
import { ClientSignature } from "../../src/platform/tsig/client-signature.ts";
import type { TsigAlgorithm, TsigKey } from "../../src/platform/tsig/key.ts";
import { runAsLoad } from "../load-process.ts";
import { percentile } from "../statistics.ts";
import { updatedName } from "./updated-name.ts";

export interface UpdateOrder {
  readonly port: number;
  readonly zone: string;
  readonly key: string;
  readonly algorithm: TsigAlgorithm;
  /** In base64. */
  readonly secret: string;
  readonly clients: number;
  readonly seconds: number;
  /** Signed updates that each client has. */
  readonly updatesEach: number;
  /** Names begin so: another round adds others. */
  readonly prefix: string;
}

export interface UpdateReport {
  readonly acknowledged: number;
  /** Responses other than NOERROR. */
  readonly refused: number;
  /** Updates without a response in time. */
  readonly lost: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Numbers of the updates of each client that were acknowledged: all below. */
  readonly acknowledgedBy: readonly number[];
}

/** After which an update counts as lost. */
const patienceMs = 2_000;
/** How often it is looked whether it is. */
const lookMs = 100;
/** For responses that are there but not read yet when this is to end at once. */
const lastResponsesMs = 50;

class UpdateClient {
  acknowledged = 0;
  refused = 0;
  lost = 0;
  private readonly socket: Socket;
  private readonly updates: readonly Uint8Array[];
  private readonly latencies: number[];
  private next = 0;
  private sentMs = 0;
  private endMs = 0;
  private readonly done = Promise.withResolvers<void>();

  constructor(socket: Socket, updates: readonly Uint8Array[], latencies: number[]) {
    this.socket = socket;
    this.updates = updates;
    this.latencies = latencies;
    socket.on("message", (message) => this.take(message));
    socket.on("error", () => {}); // the server is gone; what is under way counts as lost
  }

  /** Resolves when the time is over, or the updates are, and nothing is under way. */
  run(endMs: number): Promise<void> {
    this.endMs = endMs;
    this.send();
    return this.done.promise;
  }

  /** What is under way and was sent before has had no response for too long. */
  giveUp(beforeMs: number): void {
    if (this.sentMs === 0 || this.sentMs >= beforeMs) return;
    this.lost++;
    this.end();
  }

  private send(): void {
    const update = this.updates[this.next];
    this.sentMs = performance.now();
    if (update === undefined || this.sentMs >= this.endMs) this.end();
    else this.socket.send(update);
  }

  private take(message: Buffer): void {
    const update = this.updates[this.next];
    if (this.sentMs === 0 || update === undefined) return;
    if (message[0] !== update[0] || message[1] !== update[1]) return;
    this.latencies.push(performance.now() - this.sentMs);
    this.next++;
    if ((message[3]! & 15) === 0) this.acknowledged++;
    else this.refused++;
    this.send();
  }

  private end(): void {
    this.sentMs = 0;
    this.socket.close();
    this.done.resolve();
  }
}

const order = JSON.parse(process.argv[2]!) as UpdateOrder;
const zone = parseName(`${order.zone}.`);
const key: TsigKey = {
  name: parseName(`${order.key}.`),
  algorithm: order.algorithm,
  secret: Buffer.from(order.secret, "base64"),
};

/** One update: add the address of a new name. RFC 2136 §2. */
function signedUpdate(client: number, number: number, nowSeconds: number): Uint8Array {
  const owner = parseName(updatedName(order.prefix, client, number), zone);
  const record = Buffer.concat([
    nameOctets(owner),
    Buffer.from("000100010000003c0004", "hex"),
    Buffer.of(10, client, number >> 8, number & 255),
  ]);
  const header = Buffer.from("000028000001000000010000", "hex");
  header.writeUInt16BE((client * 7919 + number) & 0xffff, 0);
  const question = Buffer.concat([nameOctets(zone), Buffer.from("00060001", "hex")]);
  return new ClientSignature(key).sign(Buffer.concat([header, question, record]), nowSeconds);
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.connect(order.port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

await runAsLoad<UpdateReport>(async () => {
  const latencies: number[] = [];
  const nowSeconds = Math.floor(Date.now() / 1000);
  const clients = await Promise.all(
    Array.from({ length: order.clients }, async (_, client) => {
      const updates = Array.from({ length: order.updatesEach }, (__, number) =>
        signedUpdate(client, number, nowSeconds),
      );
      return new UpdateClient(await openSocket(), updates, latencies);
    }),
  );
  const giveUp = (beforeMs: number): void => {
    for (const client of clients) client.giveUp(beforeMs);
  };
  const run = async (): Promise<UpdateReport> => {
    const startMs = performance.now();
    const looking = setInterval(() => giveUp(performance.now() - patienceMs), lookMs);
    await Promise.all(clients.map((client) => client.run(startMs + order.seconds * 1000)));
    clearInterval(looking);
    const seconds = (performance.now() - startMs) / 1000;
    latencies.sort((one, other) => one - other);
    const sum = (of: (client: UpdateClient) => number): number =>
      clients.reduce((total, client) => total + of(client), 0);
    return {
      acknowledged: sum(({ acknowledged }) => acknowledged),
      refused: sum(({ refused }) => refused),
      lost: sum(({ lost }) => lost),
      seconds,
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
      acknowledgedBy: clients.map(({ acknowledged }) => acknowledged),
    };
  };
  const finish = (): void => void delay(lastResponsesMs).then(() => giveUp(Number.POSITIVE_INFINITY));
  return { run, finish };
});
