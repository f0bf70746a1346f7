/**
 * Sends raw DNS messages and collects the raw responses: many at once, matched by ID, or one odd message of
 * which nobody knows whether it will be answered.
 */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket as TcpSocket } from "node:net";
import type { RunningPeer } from "./named.ts";

export type Transport = "udp" | "tcp";
export const transports: readonly Transport[] = ["udp", "tcp"];

/** Unanswered at once: below the servers' receive buffers and named's limit of pipelined queries. */
const windowMax = 50;
/** A datagram may be lost when the machine is busy; it is sent again after this. */
const retryMs = 1000;
const retriesMax = 10;

/** Asks all queries, each with an ID of its own, and returns the responses in the same order. */
export async function askAll(
  peer: RunningPeer,
  transport: Transport,
  queries: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  const channel = await openChannel(peer, transport);
  try {
    const responses: Uint8Array[] = [];
    for (let from = 0; from < queries.length; from += 50_000)
      responses.push(...(await askBatch(channel, queries.slice(from, from + 50_000))));
    return responses;
  } finally {
    channel.close();
  }
}

async function askBatch(channel: Channel, queries: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const responses: Uint8Array[] = [];
  const waiting = new Set<number>();
  let next = 0;
  let retries = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const send = (index: number): void => {
    const query = queries[index]!;
    query[0] = index >>> 8;
    query[1] = index;
    channel.send(query);
  };
  const fill = (): void => {
    while (next < queries.length && waiting.size < windowMax) {
      waiting.add(next);
      send(next++);
    }
    if (waiting.size === 0) resolve();
  };
  channel.onMessage = (message) => {
    const index = (message[0]! << 8) | message[1]!;
    if (!waiting.delete(index)) return; // the answer to what was sent twice
    responses[index] = message.slice();
    retries = 0;
    timer.refresh();
    fill();
  };
  const timer = setTimeout(
    () => {
      const left = [...waiting];
      if (!channel.lossy || ++retries > retriesMax) {
        const first = queries[left[0]!]!.toHex();
        reject(new Error(`no response to ${left.length} queries, of which the first is ${first}`));
        return;
      }
      for (const index of left) send(index);
      timer.refresh();
    },
    channel.lossy ? retryMs : retryMs * retriesMax,
  );
  channel.onClose = () => reject(new Error(`closed by the server, ${waiting.size} queries unanswered`));
  fill();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    channel.onMessage = channel.onClose = () => {};
  }
  return responses;
}

/** What became of one message: the response, or that there was none, or that the connection was closed. */
export type Outcome = Uint8Array | "no response" | "closed";

/**
 * An ordinary query for what every server answers somehow; its response shows that nothing more will come
 * before it.
 */
const ordinary = Uint8Array.fromHex("fffe000000010000000000000000060001");

/**
 * What is signed, NOTIFY, UPDATE and transfers may be answered by another thread than queries are, and later:
 * one for each.
 */
function sentinelsBehind(message: Uint8Array): Uint8Array[] {
  const later = ordinary.slice();
  const opcode = (message[2] ?? 0) & 0xf8;
  later[1] = 0xfd;
  if (opcode === 0x20 || opcode === 0x28) later[2] = opcode;
  else later[later.length - 3] = 252; // AXFR, and of no zone that anybody has
  return [ordinary, later];
}

/**
 * Sends one message, and behind it ordinary ones that tell when to stop waiting. `onlyQueries`: the peer
 * answers nothing else.
 */
export async function askOdd(
  peer: RunningPeer,
  transport: Transport,
  message: Uint8Array,
  { onlyQueries = false } = {},
): Promise<Outcome> {
  const channel = await openChannel(peer, transport);
  const sentinels = onlyQueries ? [ordinary] : sentinelsBehind(message);
  const awaited = new Set(sentinels.map((sentinel) => sentinel[1]));
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  let outcome: Outcome = "no response";
  channel.onMessage = (response) => {
    const isSentinel = response[0] === 0xff && sentinels.some((sentinel) => sentinel[1] === response[1]);
    if (!isSentinel) outcome = response.slice();
    else if (awaited.delete(response[1]) && awaited.size === 0) resolve(outcome);
  };
  channel.onClose = () => resolve(outcome === "no response" ? "closed" : outcome);
  const sendSentinels = (): void => {
    for (const sentinel of sentinels) channel.send(sentinel);
  };
  const again = setInterval(() => channel.lossy && sendSentinels(), retryMs);
  try {
    channel.send(message);
    sendSentinels();
    return await promise;
  } finally {
    clearInterval(again);
    channel.close();
  }
}

interface Channel {
  readonly lossy: boolean;
  onMessage: (message: Uint8Array) => void;
  onClose: () => void;
  send(message: Uint8Array): void;
  close(): void;
}

async function openChannel(peer: RunningPeer, transport: Transport): Promise<Channel> {
  return transport === "udp" ? openUdp(peer) : openTcp(peer);
}

async function openUdp({ address, port }: RunningPeer): Promise<Channel> {
  const socket: UdpSocket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  socket.connect(port, address);
  await once(socket, "connect");
  const channel: Channel = {
    lossy: true,
    onMessage: () => {},
    onClose: () => {},
    send: (message) => socket.send(message.slice()),
    close: () => socket.close(),
  };
  socket.on("message", (message) => channel.onMessage(message));
  socket.on("error", () => channel.onClose());
  return channel;
}

async function openTcp({ address, port }: RunningPeer): Promise<Channel> {
  const socket: TcpSocket = connect({ host: address, port, noDelay: true });
  await once(socket, "connect");
  let pending: Buffer = Buffer.alloc(0);
  const channel: Channel = {
    lossy: false,
    onMessage: () => {},
    onClose: () => {},
    send: (message) => {
      socket.write(Uint8Array.of(message.length >>> 8, message.length, ...message));
    },
    close: () => socket.destroy(),
  };
  socket.on("data", (octets: Buffer) => {
    pending = pending.length === 0 ? octets : Buffer.concat([pending, octets]);
    while (pending.length >= 2) {
      const end = 2 + pending.readUInt16BE(0);
      if (pending.length < end) break;
      channel.onMessage(pending.subarray(2, end));
      pending = pending.subarray(end);
    }
  });
  socket.on("error", () => {}); // "close" follows
  socket.on("close", () => channel.onClose());
  return channel;
}
