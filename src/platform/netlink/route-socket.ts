/** A socket that hears what the Linux kernel tells of links, addresses and routes. netlink(7). */
import { endianness } from "node:os";
import { type Libc, systemError } from "#platform/datagram/libc.ts";
import { errno, family, netlinkAddress, netlinkProtocol, socketType } from "#platform/datagram/linux.ts";
import { isNothing, ReceiveBatch } from "#platform/datagram/receive-batch.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { type RouteMessage, readRouteMessages, routeGroup } from "#protocols/netlink/route-message.ts";
import { limits } from "./limits.ts";

export interface RouteSocketOptions {
  readonly libc: Libc;
  readonly onMessage: (message: RouteMessage) => void;
  /** Messages were lost: there were more than the socket takes, or one that cannot be read. */
  readonly onLoss: () => void;
  /** It hears no more. Told once; close it. */
  readonly onFailure: (error: NodeJS.ErrnoException) => void;
}

/** Throws Error, as the kernel says it. */
export function openRouteSocket(options: RouteSocketOptions): Disposable {
  const { libc } = options;
  const fd = libc.socket(family.netlink, socketType.raw | socketType.closeOnExec, netlinkProtocol.route);
  if (fd < 0) throw systemError("socket", libc.errno());
  const name = new DataView(new ArrayBuffer(netlinkAddress.octets));
  name.setUint16(netlinkAddress.family, family.netlink, isLittleEndian);
  const groups = Object.values(routeGroup).reduce((all, group) => all | group, 0);
  name.setUint32(netlinkAddress.groups, groups, isLittleEndian);
  if (libc.bind(fd, libc.addressOf(name.buffer as ArrayBuffer), netlinkAddress.octets) < 0) {
    const error = systemError("bind", libc.errno());
    libc.close(fd);
    throw error;
  }
  return new RouteSocket(fd, options);
}

const isLittleEndian = endianness() === "LE";

class RouteSocket implements Disposable {
  readonly #fd: number;
  readonly #options: RouteSocketOptions;
  readonly #arrived: ReceiveBatch;
  readonly #watch: ReturnType<Libc["whenReadable"]>;
  /** What comes is of no use until all is read. */
  #hasLost = false;
  #isClosed = false;

  constructor(fd: number, options: RouteSocketOptions) {
    const { libc } = options;
    const { datagramOctetsMax: octetsMax, batchMessages: messages } = limits;
    this.#fd = fd;
    this.#options = options;
    this.#arrived = new ReceiveBatch({ libc, fd, octetsMax, messages });
    this.#watch = libc.whenReadable(fd, () => this.#hear());
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#watch.close();
    this.#options.libc.close(this.#fd);
  }

  #hear(): void {
    const arrived = this.#arrived;
    for (let batch = 0; batch < limits.batchesPerEventMax && !this.#isClosed; batch++) {
      const messages = arrived.receive();
      for (let message = 0; message < messages && !this.#isClosed; message++) this.#take(message);
      if (messages > 0) continue;
      if (arrived.failure === errno.ENOBUFS) this.#lose();
      else {
        if (isNothing(arrived.failure)) this.#tellLoss();
        else this.#fail(arrived.failure);
        break;
      }
    }
  }

  #lose(): void {
    this.#hasLost = true;
    // The event loop takes the error of a socket for its end, and no longer looks at it
    this.#watch.stop();
    this.#watch.start();
  }

  /** Once all is read: till then the kernel drops more, and does not say so again. */
  #tellLoss(): void {
    if (!this.#hasLost) return;
    this.#hasLost = false;
    this.#options.onLoss();
  }

  #fail(why: number): void {
    this.#watch.stop();
    this.#options.onFailure(systemError("recvmmsg", why));
  }

  #take(message: number): void {
    const arrived = this.#arrived;
    // Any process may send to the socket; what is not of the kernel is not about the kernel's addresses
    if (arrived.names[message]!.getUint32(netlinkAddress.port, isLittleEndian) !== 0) return;
    const octets = arrived.octets[message]!.subarray(0, arrived.lengthOf(message));
    const read = arrived.isTruncated(message) ? undefined : messagesIn(octets);
    if (read === undefined) this.#hasLost = true;
    for (const one of read ?? []) if (!this.#hasLost) this.#options.onMessage(one);
  }
}

/** Undefined: they cannot be read. */
function messagesIn(octets: Uint8Array): readonly RouteMessage[] | undefined {
  try {
    return readRouteMessages(octets, isLittleEndian);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
