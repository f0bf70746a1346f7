/** Questions by UDP to one server, and searches among many, with sockets of this machine. */
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Server } from "#platform/dns-query/ask.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { CouldNotTell } from "./bounded-witness.ts";
import { methodLimits } from "./limits.ts";
import type { OpenUdp, SearchUdp, UdpConversation } from "./witness-ports.ts";

/** A connected socket: it hears that server alone, and when its port is closed. */
export const openUdp: OpenUdp = async (server) => {
  const socket = socketFor(server);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.on("error", (error) => reject(new CouldNotTell(reasonOf(error))));
  socket.connect(server.port, server.address, (unreachable?: Error) => {
    if (unreachable === undefined) resolve();
    else reject(new CouldNotTell(reasonOf(unreachable)));
  });
  try {
    await promise;
    return new Conversation(socket);
  } catch (error) {
    socket.close();
    throw error;
  }
};

class Conversation implements UdpConversation {
  readonly local: Server;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    const { address, port } = socket.address();
    this.local = { address, port };
    this.#socket = socket;
  }

  async exchange<Answer>(
    request: Uint8Array,
    read: (octets: Uint8Array) => Answer,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    let strays = 0;
    const take = (octets: Uint8Array): void => {
      try {
        resolve(read(new Uint8Array(octets)));
      } catch (error) {
        if (!(error instanceof WireError)) reject(error as Error);
        else if (++strays >= methodLimits.straysMax)
          reject(new CouldNotTell("sends what is no answer, again and again"));
      }
    };
    const fail = (error: Error): void => reject(new CouldNotTell(reasonOf(error)));
    const breakOff = (): void => reject(new CouldNotTell("is not waited for any longer"));
    const done = new AbortController();
    this.#socket.on("message", take).on("error", fail);
    signal.addEventListener("abort", breakOff);
    if (signal.aborted) breakOff();
    void this.#sendAgain(request, fail, done.signal);
    try {
      return await promise;
    } finally {
      done.abort();
      signal.removeEventListener("abort", breakOff);
      this.#socket.off("message", take).off("error", fail);
    }
  }

  send(octets: Uint8Array): void {
    this.#socket.send(octets, () => {}); // nobody waits for it
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  /** Until it is told to end. */
  async #sendAgain(request: Uint8Array, fail: (error: Error) => void, done: AbortSignal): Promise<void> {
    for (const waitMs of methodLimits.resendWaitsMs) {
      await wait(waitMs, undefined, { signal: done, ref: false }).catch(() => undefined);
      if (done.aborted) return;
      this.#socket.send(request, (error) => {
        if (error !== null && !done.aborted) fail(error);
      });
    }
  }
}

/** Sends each datagram twice: one alone may be lost. UPnP Device Architecture 1.1 §1.3.2. */
export const searchUdp: SearchUdp = async ({ datagrams, to, from, take }, signal) => {
  const socket = socketFor(to);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let answers = 0;
  socket.on("error", (error) => reject(new CouldNotTell(reasonOf(error))));
  socket.on("message", (octets, { address }) => {
    if (take(new Uint8Array(octets), address) || ++answers >= methodLimits.searchAnswersMax) resolve();
  });
  const end = (): void => resolve();
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  const timer = setTimeout(end, methodLimits.searchMs);
  socket.bind(0, () => {
    try {
      if (from !== undefined) socket.setMulticastInterface(from);
    } catch (error) {
      reject(new CouldNotTell(reasonOf(error as Error)));
    }
    for (const datagram of [...datagrams, ...datagrams]) {
      socket.send(datagram, to.port, to.address, (error) => {
        if (error !== null) reject(new CouldNotTell(reasonOf(error)));
      });
    }
  });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    socket.close();
  }
};

function socketFor({ address }: Server): Socket {
  return createSocket(isIPv6(address.replace(/%.*/, "")) ? "udp6" : "udp4");
}

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED") return "refused: nothing listens on that port";
  if (code === "ENETUNREACH" || code === "EHOSTUNREACH" || code === "EADDRNOTAVAIL")
    return "cannot be reached from here";
  return `cannot be asked: ${error.message}`;
}
