/** A client that asks a datagram listener, for tests. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Endpoint } from "#platform/listen/endpoint.ts";

export interface DatagramAnswer {
  readonly octets: Buffer;
  readonly from: { readonly address: string; readonly port: number };
}

export interface DatagramClient extends AsyncDisposable {
  readonly port: number;
  /** The first datagram that comes after asking. */
  ask(text: string): Promise<DatagramAnswer>;
  /** The next datagram. */
  answered(): Promise<DatagramAnswer>;
  send(text: string | Uint8Array): void;
  /** Resolves when the kernel has it. */
  sent(text: string | Uint8Array): Promise<void>;
  /** Sends all at once: the event loop has no turn in between. */
  flood(size: { readonly datagrams: number; readonly octets: number }): Promise<void>;
  collect(count: number): Promise<Buffer[]>;
}

/** @param own the client's address */
export async function openClient(to: Endpoint, own = to.address): Promise<DatagramClient> {
  const { address, port, family } = to;
  const socket = createSocket({
    type: family === 6 ? "udp6" : "udp4",
    lookup: (name, _options, done) => done(null, name, family),
  });
  const listening = once(socket, "listening"); // before bind, which emits it at once
  socket.bind(0, own);
  await listening;
  const send = (octets: string | Uint8Array) =>
    new Promise<void>((resolve) => socket.send(octets, port, address, () => resolve()));
  const answered = async () => {
    const [octets, from] = await once(socket, "message");
    return { octets, from };
  };
  return {
    port: socket.address().port,
    answered,
    send: (text) => void send(text),
    sent: send,
    ask(text) {
      const answer = answered();
      void send(text);
      return answer;
    },
    async flood({ datagrams, octets }) {
      const datagram = new Uint8Array(octets);
      await Promise.all(Array.from({ length: datagrams }, () => send(datagram)));
    },
    collect: (count) =>
      new Promise((resolve) => {
        const answers: Buffer[] = [];
        socket.on("message", (octets) => {
          answers.push(octets);
          if (answers.length === count) resolve(answers);
        });
      }),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}
