/**
 * Clients of a DHCP server, behind a relay agent that is this program. Says in JSON what came of it.
 *
 *     dhcp-load.ts '{"relay":"10.64.0.2","server":"10.64.0.1","first":0,"clients":60000,"inFlight":64}'
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { runAsLoad } from "../load-process.ts";
import { percentile } from "../statistics.ts";
import { readServerMessage } from "./client-message.ts";
import { LeaseClients } from "./lease-clients.ts";

export interface DhcpLoadOrder {
  readonly relay: string;
  readonly server: string;
  /** Number of the first client. */
  readonly first: number;
  readonly clients: number;
  readonly inFlight: number;
  /** Of all that ask, so many are clients below `first`, which have asked before: 0 to 1. */
  readonly earlierShare?: number;
}

export interface DhcpLoadReport {
  readonly seconds: number;
  /** Each client that was acknowledged an address, and the address, in the order of their coming. */
  readonly clients: readonly number[];
  readonly addresses: readonly number[];
  /** Seconds from the beginning to each tenth of `clients`. */
  readonly tenths: readonly number[];
  readonly unserved: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** RFC 2131 §4.1: relay agents send from the port of servers, and are answered there. */
const port = 67;
const lookMs = 50;
/** For answers that are there but not read yet when this is to end at once. */
const lastAnswersMs = 50;
/** What waits in the socket while this program is not on a core. */
const receiveOctets = 4 * 1024 * 1024;

const order = JSON.parse(process.argv[2]!) as DhcpLoadOrder;

/** New clients one after the other, and between them some that have asked before. */
function clientNumbers(): () => number | undefined {
  let next = order.first;
  const end = order.first + order.clients;
  return () => {
    if (next >= end) return undefined;
    const isEarlier = order.first > 0 && Math.random() < (order.earlierShare ?? 0);
    return isEarlier ? Math.floor(Math.random() * order.first) : next++;
  };
}

await runAsLoad<DhcpLoadReport>(async () => {
  const socket = createSocket({ type: "udp4", recvBufferSize: receiveOctets });
  socket.bind(port, order.relay);
  await once(socket, "listening");
  socket.on("error", () => {}); // the server is gone; who waits for it asks again
  let beganMs = 0;
  const elapsedMs = (): number => performance.now() - beganMs;
  const clients = new LeaseClients({
    relay: parseIpv4(order.relay),
    inFlight: order.inFlight,
    nextClient: clientNumbers(),
    send: (octets) => socket.send(octets, port, order.server, () => {}),
    nowMs: () => performance.now(),
  });
  const step = Math.ceil(order.clients / 10);
  const tenths: number[] = [];
  socket.on("message", (octets) => {
    const message = readServerMessage(octets);
    if (message === undefined) return;
    clients.take(message);
    if (clients.told.length >= step * (tenths.length + 1)) tenths.push(elapsedMs() / 1000);
  });
  const run = async (): Promise<DhcpLoadReport> => {
    beganMs = performance.now();
    const looking = setInterval(() => clients.look(), lookMs);
    clients.start();
    await clients.done;
    clearInterval(looking);
    const seconds = elapsedMs() / 1000;
    socket.close();
    const latencies = clients.latenciesMs.toSorted((one, other) => one - other);
    const { told, unserved, refused, unanswered } = clients;
    return {
      seconds,
      clients: told.map(({ client }) => client),
      addresses: told.map(({ address }) => address),
      tenths,
      unserved,
      refused,
      unanswered,
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
    };
  };
  const finish = (): void => void delay(lastAnswersMs).then(() => clients.finish());
  return { run, finish };
});
