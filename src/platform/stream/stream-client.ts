/** A TCP client of length-prefixed messages, for tests of stream listeners. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { MessageFramer } from "./framer.ts";

/** A message with its length before it. */
export function frame(message: string | Uint8Array): Buffer {
  const octets = Buffer.from(message as string);
  return Buffer.concat([Buffer.from([octets.length >> 8, octets.length & 255]), octets]);
}

/** Waits, turn by turn, for what the event loop is about to bring. */
export async function settled(claim: () => boolean): Promise<void> {
  for (let turn = 0; turn < 20_000 && !claim(); turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(claim(), String(claim));
}

export interface StreamClient extends AsyncDisposable {
  readonly port: number;
  /** Octets of each piece that arrived. */
  readonly pieces: readonly number[];
  /** Resolves when the connection is gone, in whichever way. */
  readonly closed: Promise<void>;
  write(octets: Uint8Array | string): void;
  /** Resolves when the kernel has it. */
  written(octets: Uint8Array | string): Promise<void>;
  end(octets: Uint8Array): void;
  reset(): void;
  pause(): void;
  resume(): void;
  /** All messages so far, when there are at least so many. Rejects when the connection ends before. */
  messages(count: number): Promise<readonly Uint8Array[]>;
  texts(count: number): Promise<readonly string[]>;
  /** Lets both ends do what they can do now. */
  turns(): Promise<void>;
}

export async function connectClient(
  to: { readonly address: string; readonly port: number },
  from?: string,
): Promise<StreamClient> {
  const local = from === undefined ? {} : { localAddress: from };
  const socket = connect({ host: to.address, port: to.port, ...local });
  await once(socket, "connect");
  const framer = new MessageFramer();
  const arrived: Uint8Array[] = [];
  const pieces: number[] = [];
  let onArrival = () => {};
  let gone = false;
  socket.on("data", (chunk) => {
    pieces.push(chunk.length);
    framer.push(Buffer.from(chunk));
    for (let next = framer.next(); next !== undefined; next = framer.next()) arrived.push(next);
    onArrival();
  });
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) =>
    socket.on("close", () => {
      gone = true;
      onArrival();
      resolve();
    }),
  );
  const messages = (count: number) =>
    new Promise<readonly Uint8Array[]>((resolve, reject) => {
      onArrival = () => {
        if (arrived.length >= count) resolve(arrived);
        else if (gone) reject(new Error(`closed after ${arrived.length} of ${count} messages`));
      };
      onArrival();
    });
  const written = (octets: Uint8Array | string) =>
    new Promise<void>((resolve) => socket.write(octets, () => resolve()));
  return {
    port: socket.localPort ?? 0,
    pieces,
    closed,
    messages,
    written,
    write: (octets) => void socket.write(octets),
    end: (octets) => void socket.end(octets),
    reset: () => void socket.resetAndDestroy(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    texts: async (count) => (await messages(count)).map((octets) => Buffer.from(octets).toString()),
    async turns() {
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await closed;
    },
  };
}
