/** Sends and receives for the notifier: one UDP socket for each family, opened when it is first needed. */
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";

export interface NotifySocket extends Disposable {
  /** `onFailure` is told why the message did not leave, in words that follow a colon. */
  send(octets: Uint8Array, address: string, port: number, onFailure: (why: string) => void): void;
}

export type OpenNotifySocket = (
  onMessage: (octets: Uint8Array, address: string, port: number) => void,
) => NotifySocket;

/**
 * From ports that the kernel picks at random, which forgers would have to guess. RFC 5452 §9.2. The sockets
 * do not keep the process alive.
 */
export const openNotifySocket: OpenNotifySocket = (onMessage) => {
  const sockets = new Map<"udp4" | "udp6", Socket>();
  const open = (family: "udp4" | "udp6"): Socket => {
    const known = sockets.get(family);
    if (known !== undefined) return known;
    const socket = createSocket({ type: family, ipv6Only: family === "udp6" });
    sockets.set(family, socket);
    socket.on("message", (octets, { address, port }) => onMessage(octets, address, port));
    // It could not be opened: what was to be sent by it is told so, and the next message tries another one.
    socket.on("error", () => {
      sockets.delete(family);
      socket.close();
    });
    socket.unref();
    return socket;
  };
  return {
    send(octets, address, port, onFailure) {
      const family = isIPv6(address.replace(/%.*/, "")) ? "udp6" : "udp4";
      open(family).send(octets, port, address, (error) => {
        if (error !== null) onFailure(reasonOf(error));
      });
    },
    [Symbol.dispose]() {
      for (const socket of sockets.values()) socket.close();
      sockets.clear();
    },
  };
};

function reasonOf(error: NodeJS.ErrnoException): string {
  const unreachable = ["ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"];
  if (unreachable.includes(error.code ?? "")) return "it cannot be reached from here";
  return `it cannot be told: ${error.message}`;
}
