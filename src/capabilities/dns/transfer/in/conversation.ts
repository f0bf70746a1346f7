/**
 * One request to a primary over TCP or TLS, and all messages that answer it. Ends with the answer, or with a
 * fault: nothing that a primary does, or leaves, keeps a connection for longer than the limits say.
 */
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, getCACertificates, type TLSSocket } from "node:tls";
import type { Clock } from "#platform/clock/clock.ts";
import { MessageFramer } from "#platform/stream/framer.ts";
import type { ServerAddress } from "../../server-address.ts";
import { limits } from "./limits.ts";
import { TransferFault, type TransferFaultCode } from "./transfer-fault.ts";

export interface Conversation {
  readonly server: ServerAddress;
  readonly request: Uint8Array;
  /**
   * Takes each message as it comes; it may lie in a buffer that is used again. True when the answer is
   * complete. What it throws ends the conversation.
   */
  readonly onMessage: (message: Uint8Array) => boolean;
}

export interface ConversationPorts {
  readonly clock: Clock;
  /** Breaks it off. */
  readonly signal?: AbortSignal;
  /** Certificates in PEM of authorities besides the machine's. */
  readonly authorities?: readonly string[];
}

/** Rejects with TransferFault, or with what `onMessage` throws. */
export async function converse(
  { server, request, onMessage }: Conversation,
  { clock, signal, authorities = [] }: ConversationPorts,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = server.transport === "plain" ? tcpSocket(server) : tlsSocket(server, authorities);
  const framer = new MessageFramer();
  const pace = new Pace(clock.monotonicMs());
  const fail = (code: TransferFaultCode, sentence: string): void => reject(new TransferFault(code, sentence));
  const ready = server.transport === "plain" ? "connect" : "secureConnect";
  socket.once(ready, () => {
    pace.hear(0);
    socket.write(framed(request));
  });
  socket.on("data", (chunk: Buffer) => {
    pace.hear(chunk.length);
    framer.push(chunk);
    try {
      for (let next = framer.next(); next !== undefined; next = framer.next()) {
        if (!onMessage(next)) continue;
        resolve();
        socket.destroy();
        return;
      }
    } catch (error) {
      reject(error as Error);
      socket.destroy();
    }
  });
  socket.on("error", (error) => reject(connectFault(error, pace.octets > 0)));
  socket.on("close", () => {
    if (pace.octets > 0) fail("cut", "closed the connection before the zone was complete");
    // So do some that do not know IXFR
    else
      reject(new TransferFault("cut", "closed the connection without an answer", { incrementalOnly: true }));
  });
  const breakOff = (): void => fail("cut", "is not waited for any longer");
  if (signal?.aborted === true) breakOff();
  signal?.addEventListener("abort", breakOff);
  const look = clock.every(limits.lookMs, () => {
    const why = pace.look(clock.monotonicMs());
    if (why !== undefined) reject(why);
  });
  try {
    await promise;
  } finally {
    look[Symbol.dispose]();
    signal?.removeEventListener("abort", breakOff);
    socket.destroy();
  }
}

/**
 * Whether octets come as they should. Counts looks, not time alone: after heavy work a timer comes before
 * what had arrived.
 */
class Pace {
  octets = 0;
  private heard = true;
  private quietLooks = 0;
  private readonly startMs: number;
  private windowMs: number;
  private windowOctets = 0;

  constructor(nowMs: number) {
    this.startMs = nowMs;
    this.windowMs = nowMs;
  }

  hear(octets: number): void {
    this.octets += octets;
    this.heard = true;
  }

  /** Called every `lookMs`. */
  look(nowMs: number): TransferFault | undefined {
    this.quietLooks = this.heard ? 0 : this.quietLooks + 1;
    this.heard = false;
    if (this.quietLooks * limits.lookMs >= limits.idleMsMax)
      return new TransferFault("silent", `said nothing for ${limits.idleMsMax / 1000} s`);
    if (nowMs - this.startMs >= limits.transferMsMax)
      return new TransferFault("slow", `was not done after ${limits.transferMsMax / 60_000} minutes`);
    if (nowMs - this.windowMs < limits.slowWindowMs) return undefined;
    const octets = this.octets - this.windowOctets;
    this.windowMs = nowMs;
    this.windowOctets = this.octets;
    if (octets >= limits.slowOctetsMin) return undefined;
    return new TransferFault("slow", `sent ${octets} octets in ${limits.slowWindowMs / 60_000} minutes`);
  }
}

function tcpSocket({ address, port }: ServerAddress): Socket {
  return connectTcp({ host: address, port, noDelay: true });
}

/**
 * RFC 9103 §7: TLS 1.3 and the ALPN token of DNS over TLS. A server that chooses no token is taken, which
 * §7.1 does not want: nsd 4.6 is one, and does well.
 */
function tlsSocket(
  { address, port, certificateName }: ServerAddress,
  authorities: readonly string[],
): TLSSocket {
  const pinned =
    certificateName === undefined
      ? { rejectUnauthorized: false } // RFC 9103 §9.3.1: opportunistic, against those who only listen
      : { servername: certificateName, ca: [...machineAuthorities(), ...authorities] };
  return connectTls({ host: address, port, ALPNProtocols: ["dot"], minVersion: "TLSv1.3", ...pinned });
}

function machineAuthorities(): readonly string[] {
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}

function connectFault(error: Error, begun: boolean): TransferFault {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (begun) return new TransferFault("cut", "broke the connection off before the zone was complete");
  if (/CERT|ALTNAME|SIGNATURE|ISSUER/.test(code))
    return new TransferFault("certificate", `has a certificate that is not accepted: ${error.message}`);
  if (code === "ECONNREFUSED")
    return new TransferFault("unreachable", "refused: nothing listens on that port");
  if (code === "ENETUNREACH" || code === "EHOSTUNREACH")
    return new TransferFault("unreachable", "cannot be reached from here");
  if (code === "ECONNRESET") return new TransferFault("cut", "broke the connection off");
  return new TransferFault("unreachable", `cannot be asked: ${error.message}`);
}

/** With its length in front. RFC 1035 §4.2.2. */
function framed(message: Uint8Array): Uint8Array {
  const octets = new Uint8Array(message.length + 2);
  octets.set([message.length >>> 8, message.length & 0xff]);
  octets.set(message, 2);
  return octets;
}
