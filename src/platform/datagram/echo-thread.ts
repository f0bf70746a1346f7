/** A thread that serves descriptors as an echo, for tests. */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { BatchedSocket, messageRoom } from "./batched-socket.ts";
import { copyPeer, type DatagramPeer } from "./datagram.ts";
import type { Descriptor } from "./descriptor.ts";
import { loadLibc } from "./libc.ts";
import { serveDatagrams } from "./serve-datagrams.ts";

/** What control tells it: what to serve from now on, or to end. */
export type EchoOrder = readonly Descriptor[] | "end";

/** What it tells control. */
export type EchoReport =
  | { readonly serves: readonly number[] }
  /** A question that begins with `!` is control's to answer. */
  | { readonly asks: DatagramPeer; readonly descriptor: Descriptor }
  | { readonly answered: number; readonly tookMs: number };

const port = parentPort!;
const { libc } = loadLibc();
const { orders, waitMs } = workerData as { readonly orders: Int32Array; readonly waitMs: number };
const room = messageRoom();
let heard = 0;
let serving: readonly BatchedSocket[] = [];
let answered = 0;
let tookMs = 0;

/** False when it is to end. `orders` counts those that were posted: looking at it costs nothing. */
function obeys(): boolean {
  if (Atomics.load(orders, 0) === heard) return true;
  const received = receiveMessageOnPort(port);
  if (received === undefined) return true;
  heard++;
  const order = received.message as EchoOrder;
  if (order === "end") return false;
  serving = order.map(
    (descriptor) =>
      new BatchedSocket({ libc: libc!, descriptor, room, onFault: (error) => port.postMessage(error) }),
  );
  port.postMessage({ serves: order.map(({ fd }) => fd) } satisfies EchoReport);
  return true;
}

serveDatagrams({
  libc: libc!,
  sockets: () => serving,
  waitMs,
  between: obeys,
  onDatagram(request, length, peer, reply, { descriptor }) {
    if (request[0] === 0x21) {
      port.postMessage({ asks: copyPeer(peer), descriptor } satisfies EchoReport);
      return 0;
    }
    reply.set(request.subarray(0, length));
    return length;
  },
  onBatch(messages, batchMs) {
    answered += messages;
    tookMs += batchMs;
  },
});
port.postMessage({ answered, tookMs } satisfies EchoReport);
