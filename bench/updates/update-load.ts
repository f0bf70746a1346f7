/**
 * Clients of an update server: each sends one small signed update, waits for its response, and sends the next.
 * All updates are signed beforehand, so that what is measured is the server. Says in JSON what came of it.
 *
 *     update-load.ts '{"port":…,"zone":"…","key":"…","algorithm":"…","secret":"…","clients":64,"seconds":8}'
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Name, nameOctets, parseName } from "#protocols/dns/name.ts";
import { ClientSignature } from "../../src/capabilities/dns/tsig/client-signature.ts";
import type { TsigAlgorithm, TsigKey } from "../../src/capabilities/dns/tsig/key.ts";
import { percentile } from "../statistics.ts";

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
  /** Of each client, how many of its updates are acknowledged; all before are, too. */
  readonly acknowledgedBy: readonly number[];
}

/** After which an update counts as lost. */
const patienceMs = 2_000;

const order = JSON.parse(process.argv[2]!) as UpdateOrder;
const key: TsigKey = {
  name: parseName(`${order.key}.`),
  algorithm: order.algorithm,
  secret: Buffer.from(order.secret, "base64"),
};
const zone = parseName(`${order.zone}.`);
const nowSeconds = Math.floor(Date.now() / 1000);
const latencies: number[] = [];
let refused = 0;
let lost = 0;

/** One update: add the address of a new name. RFC 2136 §2. */
function signedUpdate(client: number, number: number): Buffer {
  const owner = parseName(`${order.prefix}${client}-${number}`, zone);
  const record = Buffer.concat([
    nameOctets(owner as Name),
    Buffer.from("000100010000003c0004", "hex"),
    Buffer.of(10, client, number >> 8, number & 255),
  ]);
  const header = Buffer.from("000028000001000000010000", "hex");
  header.writeUInt16BE((client * 7919 + number) & 0xffff, 0);
  const question = Buffer.concat([nameOctets(zone), Buffer.from("00060001", "hex")]);
  return Buffer.from(new ClientSignature(key).sign(Buffer.concat([header, question, record]), nowSeconds));
}

/** Returns how many updates were acknowledged, of the first without a gap. */
async function runClient(socket: Socket, updates: readonly Buffer[], endMs: number): Promise<number> {
  let done = 0;
  for (const update of updates) {
    if (performance.now() >= endMs) break;
    const sentMs = performance.now();
    socket.send(update);
    const response = await answerTo(socket, update);
    if (response === undefined) {
      lost++;
      break;
    }
    latencies.push(performance.now() - sentMs);
    if ((response[3]! & 15) !== 0) {
      refused++;
      continue;
    }
    done++;
  }
  return done;
}

function answerTo(socket: Socket, update: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const finish = (answer: Buffer | undefined): void => {
      clearTimeout(timer);
      socket.off("message", onMessage);
      resolve(answer);
    };
    const onMessage = (message: Buffer): void => {
      if (message.readUInt16BE(0) === update.readUInt16BE(0)) finish(message);
    };
    const timer = setTimeout(() => finish(undefined), patienceMs);
    socket.on("message", onMessage);
  });
}

const batches = Array.from({ length: order.clients }, (_, client) =>
  Array.from({ length: order.updatesEach }, (__, number) => signedUpdate(client, number)),
);
const sockets = await Promise.all(
  batches.map(async () => {
    const socket = createSocket("udp4");
    socket.connect(order.port, "127.0.0.1");
    await once(socket, "connect");
    socket.on("error", () => undefined); // the server is gone; what is under way counts as lost
    return socket;
  }),
);
process.stdout.write("ready\n");
await once(process.stdin, "data");
const startMs = performance.now();
const endMs = startMs + order.seconds * 1000;
const acknowledgedBy = await Promise.all(
  sockets.map((socket, client) => runClient(socket, batches[client]!, endMs)),
);
const seconds = (performance.now() - startMs) / 1000;
for (const socket of sockets) socket.close();
const acknowledged = acknowledgedBy.reduce((sum, one) => sum + one, 0);
latencies.sort((one, other) => one - other);
const report: UpdateReport = {
  acknowledged,
  refused,
  lost,
  seconds,
  p50Ms: percentile(latencies, 0.5),
  p99Ms: percentile(latencies, 0.99),
  acknowledgedBy,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.stdin.unref();
