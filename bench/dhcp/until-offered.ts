/**
 * Asks a DHCP server for an address until it offers one; says in JSON how long that took from the beginning.
 *
 *     until-offered.ts '{"relay":"10.64.0.2","server":"10.64.0.1","patienceMs":60000}'
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { runAsLoad } from "../load-process.ts";
import { messageType, readServerMessage, writeClientMessage } from "./client-message.ts";

export interface UntilOfferedOrder {
  readonly relay: string;
  readonly server: string;
  readonly patienceMs: number;
}

export interface UntilOfferedReport {
  readonly offered: boolean;
  readonly ms: number;
}

/** Not more often: slow servers would still be at these questions when they are measured. */
const everyMs = 50;
const port = 67;
/** None of those that are measured. */
const client = 0xffffffff;

const order = JSON.parse(process.argv[2]!) as UntilOfferedOrder;

await runAsLoad<UntilOfferedReport>(async () => {
  const socket = createSocket("udp4");
  socket.bind(port, order.relay);
  await once(socket, "listening");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.on("error", () => {}); // nobody listens yet
  socket.on("message", (octets) => {
    const message = readServerMessage(octets);
    if (message?.client === client && message.type === messageType.offer) resolve(true);
  });
  const relay = parseIpv4(order.relay);
  const question = writeClientMessage({ type: messageType.discover, transaction: 1, client, relay });
  const run = async (): Promise<UntilOfferedReport> => {
    const beganMs = performance.now();
    const asking = setInterval(() => socket.send(question, port, order.server, () => {}), everyMs);
    const patience = setTimeout(() => resolve(false), order.patienceMs);
    const offered = await promise;
    clearInterval(asking);
    clearTimeout(patience);
    socket.close();
    return { offered, ms: performance.now() - beganMs };
  };
  return { run, finish: () => resolve(false) };
});
