/**
 * A UDP socket that answers: the contract that the portable and the batched listener share.
 *
 * The responder is called once for each datagram and writes the answer where it will be sent from. It must
 * not keep `request`, `reply` or `peer` beyond the call: the listener uses them again for the next datagram.
 */
import type { Log } from "#contracts/log.ts";
import { addressOctets, scopeOf } from "#platform/listen/address-octets.ts";
import type { AddressFamily, Endpoint } from "#platform/listen/endpoint.ts";

export interface DatagramPeer {
  readonly family: AddressFamily;
  /** The 4 or 16 octets of the address, in network order. */
  readonly octets: Uint8Array;
  readonly port: number;
  /** Number of the interface that a link-local address belongs to, else 0. */
  readonly scope: number;
  /** As text, a link-local one with its interface: `fe80::1%eth0`. Made when it is asked for. */
  readonly address: string;
  /** The octets of our own address that was asked, on a wildcard socket that tells it; else undefined. */
  readonly asked: Uint8Array | undefined;
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
  /** The responder threw a WireError, or the datagram was longer than any: the peer's fault. */
  malformed: number;
  /** The responder threw anything else: our fault. */
  faults: number;
  /** Datagrams that the kernel threw away since the receive buffer was full; 0 where it does not tell. */
  overflowed: number;
}

export function noDatagramsYet(): DatagramCounters {
  return { received: 0, answered: 0, dropped: 0, sendErrors: 0, malformed: 0, faults: 0, overflowed: 0 };
}

/** A plain copy that may be kept, or given to another thread, for an answer by `send`. */
export function copyPeer(peer: DatagramPeer): DatagramPeer {
  const { family, octets, port, scope, address, asked } = peer;
  return { family, octets: octets.slice(), port, scope, address, asked: asked?.slice() };
}

/** A peer that is known by the text of its address; the rest is worked out when it is asked for. */
export class TextPeer implements DatagramPeer {
  readonly address: string;
  readonly port: number;
  readonly asked = undefined;

  constructor(address: string, port: number) {
    this.address = address;
    this.port = port;
  }

  get family(): AddressFamily {
    return this.address.includes(":") ? 6 : 4;
  }

  get octets(): Uint8Array {
    return addressOctets(this.address);
  }

  get scope(): number {
    return scopeOf(this.address);
  }
}

/** The peer at an address in text. Throws TypeError when it is no address. */
export function peerAt(address: string, port: number): DatagramPeer {
  return copyPeer(new TextPeer(address, port));
}
