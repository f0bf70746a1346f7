/**
 * A TCP server of messages that carry their length in two octets (RFC 1035 §4.2.2, RFC 7766), or as `framing`
 * says.
 *
 * Many messages may be under way on a connection, and each is answered when its answer is ready (RFC 7766
 * §6.2.1.1).
 * Octets handed in are copied before the call returns; a received message belongs to the handler.
 */
import type { Log } from "#contracts/log.ts";
import type { Clock } from "#platform/clock/clock.ts";
import type { AddressFamily, Endpoint } from "#platform/listen/endpoint.ts";
import type { Framing } from "./framer.ts";
import type { StreamLimits } from "./limits.ts";

/**
 * Gives the answer, or undefined when there is none or `connection.send` brings it. A promise must settle:
 * until then
 * the message counts as unanswered. Throwing a WireError closes the connection as the peer's fault, anything
 * else as ours.
 */
export type StreamResponder = (
  message: Uint8Array,
  connection: StreamConnection,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

export interface StreamConnection {
  readonly peer: { readonly address: string; readonly port: number; readonly family: AddressFamily };
  readonly local: Endpoint;
  /** Aborted when the connection is gone: whoever works for it may stop. */
  readonly signal: AbortSignal;
  /**
   * Sends one message. Resolves when there is room for the next, so that a long transfer goes as fast as its
   * reader:
   * true, or false when the connection is gone.
   */
  send(message: Uint8Array): Promise<boolean>;
  /** Reads nothing more, sends what waits, closes. */
  close(): void;
}

export interface StreamListenerOptions {
  readonly address: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
  readonly onMessage: StreamResponder;
  /** Whether this address may connect at all; asked before anything is read. Default: every address. */
  readonly admits?: (address: string) => boolean;
  /** Default: that of DNS. */
  readonly framing?: Framing;
  /** Over TLS, with this certificate. RFC 7858 §3.1. */
  readonly tls?: TlsIdentity;
  readonly log: Log;
  readonly limits?: Partial<StreamLimits>;
  readonly clock?: Clock;
}

/** A certificate chain and its private key, in PEM. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** Throws ConfigError when the address cannot be used. */
export type OpenStreamListener = (options: StreamListenerOptions) => Promise<StreamListener>;

export interface StreamListener extends AsyncDisposable {
  readonly local: Endpoint;
  readonly counters: Readonly<StreamCounters>;
  /** Open now. */
  readonly connections: number;
  /** The most that were open at once. */
  readonly connectionsHighest: number;
  /** For a listener over TLS: connections from now on get this. */
  setIdentity(tls: TlsIdentity): void;
}

export interface StreamCounters {
  accepted: number;
  received: number;
  answered: number;
  /** Closed to make room for a new one. */
  displaced: number;
  /** New ones closed at once, since every other was at work. */
  refused: number;
  idled: number;
  /** Closed in the middle of a message that took too long. */
  slowMessages: number;
  /** Closed since the peer read nothing, or too little. */
  stalled: number;
  /** Closed for a length of zero, or a message that the responder called malformed. */
  malformed: number;
  /** The responder threw anything but a WireError: our fault. */
  faults: number;
}
