/**
 * The sockets below TLS, from their first octet on: those that have not shaken hands are nobody's connection
 * yet, and still take room, and would keep a listener from closing.
 */
import type { Server, Socket } from "node:net";
import { addressGroup } from "./address-group.ts";

export class RawSockets {
  readonly #sockets = new Map<Socket, string>();
  readonly #byAddress = new Map<string, number>();

  /** `perAddressMax`: of one IPv4 address or IPv6 /64; more are closed at once. */
  constructor(server: Server, { perAddressMax }: { readonly perAddressMax: number }) {
    server.on("connection", (socket: Socket) => {
      const group = addressGroup(socket.remoteAddress ?? "");
      const count = (this.#byAddress.get(group) ?? 0) + 1;
      if (count > perAddressMax) {
        socket.destroy();
        return;
      }
      this.#sockets.set(socket, group);
      this.#byAddress.set(group, count);
      socket.once("close", () => this.#forget(socket, group));
    });
  }

  destroyAll(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  #forget(socket: Socket, group: string): void {
    if (!this.#sockets.delete(socket)) return;
    const left = this.#byAddress.get(group)! - 1;
    if (left === 0) this.#byAddress.delete(group);
    else this.#byAddress.set(group, left);
  }
}
