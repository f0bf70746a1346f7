/**
 * A secondary that keeps nothing: asks for a zone, or for what has changed since a serial, and counts what
 * comes. Says in JSON how long it took; what it needs of a processor itself is in it too.
 *
 *     transfer-reader.ts '{"port":…,"zone":"…","from":1}'
 */
import { once } from "node:events";
import { Socket } from "node:net";
import { runAsLoad } from "../load-process.ts";
import { splitFrames } from "./frames.ts";
import { TransferEnd } from "./transfer-end.ts";
import { transferQuery } from "./transfer-query.ts";

export interface TransferOrder {
  readonly port: number;
  readonly zone: string;
  /** Serial of what the secondary has; without it, the whole zone is asked for. */
  readonly from?: number;
}

export interface ReadTransfer {
  /** From the request to the first message, and to the last octet. */
  readonly firstMs: number;
  readonly totalMs: number;
  readonly messages: number;
  readonly octets: number;
  readonly records: number;
  readonly isDifferences: boolean;
  readonly rcode: number;
  /** The last record has come. */
  readonly isWhole: boolean;
}

const order = JSON.parse(process.argv[2]!) as TransferOrder;

await runAsLoad<ReadTransfer>(async () => {
  const query = transferQuery(order.zone, order.from);
  const socket = new Socket();
  const run = async (): Promise<ReadTransfer> => {
    // Not before: a server does not keep a connection that nothing comes by.
    socket.setNoDelay(true).connect(order.port, "127.0.0.1");
    await once(socket, "connect");
    const end = new TransferEnd();
    const startMs = performance.now();
    let firstMs = Number.NaN;
    let isWhole = false;
    socket.write(query);
    for await (const message of splitFrames(socket)) {
      end.take(message);
      if (end.messages === 1) firstMs = performance.now() - startMs;
      isWhole = end.isReached(order.from !== undefined);
      if (isWhole) break;
    }
    const totalMs = performance.now() - startMs;
    socket.destroy();
    const { messages, octets, records, isDifferences, rcode } = end;
    return { firstMs, totalMs, messages, octets, records, isDifferences, rcode, isWhole };
  };
  return { run, finish: () => socket.destroy() };
});
