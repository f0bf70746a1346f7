/**
 * Passes updates of a copy on to its primary, octet for octet: their signature covers the id and stays valid,
 * and so does the answer's. Each has a connection of its own, so that ids of different clients cannot be
 * mixed up. RFC 2136 §6.
 */
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { MessageFramer } from "#platform/stream/framer.ts";
import { messageId } from "#protocols/dns/message.ts";
import { Opcode } from "#protocols/dns/registry.ts";
import { type ServerAddress, serverText } from "../server-address.ts";
import { limits } from "./limits.ts";

/** Why no primary has answered, in words. */
export class ForwardError extends Error {
  override readonly name = "ForwardError";
}

export interface ForwardOptions {
  readonly timeoutMs?: number;
  readonly forwardsMax?: number;
}

export class UpdateForwarder implements Disposable {
  private readonly timeoutMs: number;
  private readonly forwardsMax: number;
  private readonly open = new Set<Socket>();
  private underWay = 0;
  private closed = false;

  constructor({
    timeoutMs = limits.forwardTimeoutMs,
    forwardsMax = limits.forwardsMax,
  }: ForwardOptions = {}) {
    this.timeoutMs = timeoutMs;
    this.forwardsMax = forwardsMax;
  }

  /**
   * The answer of the first primary that gives one, as it is.
   * Rejects with ForwardError.
   */
  async forward(update: Uint8Array, primaries: readonly ServerAddress[]): Promise<Uint8Array> {
    if (this.underWay >= this.forwardsMax)
      throw new ForwardError(`${this.underWay} updates are on their way`);
    this.underWay++;
    try {
      return await this.tryEach(update, primaries);
    } finally {
      this.underWay--;
    }
  }

  /** Breaks off what is under way. */
  [Symbol.dispose](): void {
    this.closed = true;
    for (const socket of this.open) socket.destroy();
  }

  private async tryEach(update: Uint8Array, primaries: readonly ServerAddress[]): Promise<Uint8Array> {
    const reasons: string[] = [];
    for (const primary of primaries) {
      if (this.closed) throw new ForwardError("the server ends");
      try {
        return await this.exchange(update, primary);
      } catch (error) {
        if (!(error instanceof ForwardError)) throw error;
        reasons.push(`${serverText(primary)} ${error.message}`);
      }
    }
    throw new ForwardError(`no primary took the update: ${reasons.join("; ")}`);
  }

  private async exchange(update: Uint8Array, primary: ServerAddress): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const socket = connect(primary);
    this.open.add(socket);
    const framer = new MessageFramer();
    const timer = setTimeout(
      () => reject(new ForwardError(`did not answer within ${this.timeoutMs / 1000} s`)),
      this.timeoutMs,
    );
    socket.on("error", (error) => reject(new ForwardError(`cannot be asked: ${error.message}`)));
    socket.on("close", () => reject(new ForwardError("closed the connection without an answer")));
    socket.on("data", (chunk: Buffer) => {
      framer.push(chunk);
      const answer = framer.next();
      if (answer === undefined) return;
      if (isAnswerTo(update, answer)) resolve(new Uint8Array(answer));
      else reject(new ForwardError("answered something else"));
    });
    socket.write(framed(update));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.open.delete(socket);
      socket.destroy();
    }
  }
}

function connect({ address, port, transport, certificateName }: ServerAddress): Socket {
  if (transport === "plain") return connectPlain({ host: address, port, noDelay: true });
  // RFC 9103 §9.3.1: without a name to check for, the channel is private and the TSIG tells who answers
  const name = certificateName;
  return connectTls({
    host: address,
    port,
    ALPNProtocols: ["dot"], // RFC 7858, IANA TLS ALPN protocol IDs
    rejectUnauthorized: name !== undefined,
    ...(name === undefined || isIP(name) !== 0 ? {} : { servername: name }),
  });
}

/** RFC 2136 §3.8: id and opcode are those of the update. */
function isAnswerTo(update: Uint8Array, answer: Uint8Array): boolean {
  const id = messageId(answer);
  return id !== undefined && id === messageId(update) && answer[2]! >>> 3 === (0x10 | Opcode.UPDATE);
}

/** RFC 1035 §4.2.2. */
function framed(message: Uint8Array): Uint8Array {
  const octets = new Uint8Array(message.length + 2);
  octets.set([message.length >>> 8, message.length & 0xff]);
  octets.set(message, 2);
  return octets;
}
