/** A primary that answers a request for a zone with whatever a test wants, over TCP on loopback. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { ServerAddress } from "../../src/capabilities/dns/server-address.ts";
import { MessageFramer } from "../../src/platform/stream/framer.ts";
import { frame } from "../../src/platform/stream/stream-client.ts";

/** What the primary does, one after the other. */
export type Move =
  /** Sends a message. */
  | Uint8Array
  /** Sends octets as they are. */
  | { readonly raw: Uint8Array }
  /** Closes the connection. */
  | "close"
  /** Breaks it off. */
  | "reset"
  /** Says nothing more. */
  | "hold";

export interface HostilePrimary extends AsyncDisposable {
  readonly server: ServerAddress;
  /** Requests that have come. */
  readonly requests: readonly Uint8Array[];
}

/** `answer` is asked for each request: its moves may be endless. */
export async function startHostilePrimary(
  answer: (request: Uint8Array) => Iterable<Move>,
): Promise<HostilePrimary> {
  const requests: Uint8Array[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const framer = new MessageFramer();
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      framer.push(new Uint8Array(chunk));
      for (let next = framer.next(); next !== undefined; next = framer.next()) {
        requests.push(next.slice());
        void play(socket, answer(next.slice()));
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    server: { address: "127.0.0.1", port, transport: "plain", certificateName: undefined, key: undefined },
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

async function play(socket: Socket, moves: Iterable<Move>): Promise<void> {
  for (const move of moves) {
    if (socket.destroyed) return;
    if (move === "hold") return;
    if (move === "close") socket.end();
    else if (move === "reset") socket.resetAndDestroy();
    else if (!socket.write("raw" in move ? move.raw : frame(move))) {
      await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => {});
    }
  }
}
