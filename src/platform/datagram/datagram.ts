/**
 * A UDP socket that answers: the contract that the portable and the batched listener share.
 *
 * The responder is called once for each datagram and writes the answer where it will be sent from. It must
 * not keep
 * `request`, `reply` or `peer` beyond the call: the listener uses them again for the next datagram.
 */
import type { Log } from "#contracts/log.ts";
import type { AddressFamily, Endpoint } from "#platform/listen/endpoint.ts";

export interface DatagramPeer {
  readonly address: string;
  readonly port: number;
  readonly family: AddressFamily;
}

/**
 * @param request its first `length` octets are the datagram
 * @param reply room for the answer, `replyOctetsMax` long
 * @returns octets of the answer, 0 for none (now)
 */
export type DatagramResponder = (
  request: Uint8Array,
  length: number,
  peer: DatagramPeer,
  reply: Uint8Array,
) => number;

export interface DatagramListenerOptions {
  /** One address of one family; an IPv6 socket takes no IPv4. Wildcards: see `expandListen`. */
  readonly address: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
  readonly onDatagram: DatagramResponder;
  readonly log: Log;
  readonly replyOctetsMax?: number;
}

/** Throws ConfigError when the address cannot be used. */
export type OpenDatagramListener = (options: DatagramListenerOptions) => Promise<DatagramListener>;

export interface DatagramListener extends AsyncDisposable {
  readonly local: Endpoint;
  readonly counters: Readonly<DatagramCounters>;
  /**
   * Answers later, or unasked. The octets are copied. False: dropped, since too much waits to be sent
   * already.
   */
  send(peer: DatagramPeer, octets: Uint8Array): boolean;
}

export interface DatagramCounters {
  received: number;
  /** Answers given to the kernel, at once or by `send`. */
  answered: number;
  /** Answers for which there was no room, or which came after the end. */
  dropped: number;
  /** Answers that the kernel refused, such as to a peer without a route. */
  sendErrors: number;
  /** The responder threw a WireError: the peer's fault. */
  malformed: number;
  /** The responder threw anything else: our fault. */
  faults: number;
}

/** A copy that may be kept, for an answer by `send`. */
export function copyPeer(peer: DatagramPeer): DatagramPeer {
  return { address: peer.address, port: peer.port, family: peer.family };
}
