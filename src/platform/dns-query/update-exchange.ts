/** One update to one server: signed, by UDP, by TCP when the answer does not fit. */

import { ClientSignature, TsigError } from "#platform/tsig/client-signature.ts";
import type { TsigKey } from "#platform/tsig/key.ts";
import { decodeMessage, type Message } from "#protocols/dns/message.ts";
import type { Name } from "#protocols/dns/name.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { type Ask, NoAnswer, type Server } from "./ask.ts";
import { limits } from "./limits.ts";
import { type Update, updateMessage } from "./update-message.ts";

export interface UpdateServer {
  readonly zone: Name;
  readonly server: Server;
  readonly key: TsigKey | undefined;
}

type SignedFor = Pick<UpdateServer, "server" | "key">;

export interface ExchangePorts {
  readonly askUdp: Ask;
  readonly askTcp: Ask;
  readonly nowMs: () => number;
  /** Of a message: 16 bits that nobody can guess. */
  readonly randomId: () => number;
  readonly signal: AbortSignal;
  /** Of the answer by TCP; default: `updateTcpTimeoutMs`. */
  readonly tcpTimeoutMs?: number;
}

/**
 * Nobody answers who can be believed, so that it is not known what was done; in words that follow the
 * server's.
 */
export class ExchangeFault extends Error {
  override readonly name = "ExchangeFault";
  /** The server may have read it, and done what it says. */
  readonly wasSent: boolean;
  /** What is wrong with the signature, ours or the server's. */
  readonly signature: TsigError["why"] | undefined;

  constructor(sentence: string, { wasSent = true, signature }: Partial<ExchangeFaultFacts> = {}) {
    super(sentence);
    this.wasSent = wasSent;
    this.signature = signature;
  }
}

interface ExchangeFaultFacts {
  readonly wasSent: boolean;
  readonly signature: TsigError["why"];
}

/** Resolves with the rcode of the answer. Rejects with ExchangeFault. */
export async function exchangeUpdate(
  to: UpdateServer,
  update: Update,
  ports: ExchangePorts,
): Promise<number> {
  const { rcode } = await exchangeMessage(updateMessage(to.zone, update, ports.randomId()), to, ports);
  return rcode;
}

/**
 * Any message, and what is answered: by UDP where it fits there, and by TCP where it or the answer does not.
 * Rejects with ExchangeFault.
 */
export async function exchangeMessage(
  plain: Uint8Array,
  to: SignedFor,
  ports: ExchangePorts,
): Promise<Message> {
  const isLong = plain.length > limits.updateDatagramOctetsMax;
  try {
    const byDatagram = isLong ? undefined : await byUdp(plain, to, ports);
    const answer = byDatagram ?? (await byTcp(plain, to, ports));
    if (!answer.isResponse || answer.opcode !== opcodeOf(plain))
      throw new ExchangeFault("answered something else");
    return answer;
  } catch (error) {
    if (error instanceof NoAnswer) throw new ExchangeFault(error.message, { wasSent: error.wasSent });
    if (error instanceof TsigError)
      throw new ExchangeFault(`cannot be believed: ${error.message}`, { signature: error.why });
    if (error instanceof WireError) throw new ExchangeFault(`answered what is no message (${error.message})`);
    throw error;
  }
}

function opcodeOf(message: Uint8Array): number {
  return (message[2]! >>> 3) & 15;
}

/** Undefined: it does not fit into a datagram. The same octets each time: a server may know them again. */
async function byUdp(plain: Uint8Array, to: SignedFor, ports: ExchangePorts): Promise<Message | undefined> {
  const { request, read } = signed(plain, to, ports);
  let wasSent = false;
  for (const [index, timeoutMs] of limits.updateUdpTimeoutsMs.entries()) {
    try {
      const answer = read(await ports.askUdp(request, to.server, timeoutMs, ports.signal));
      return answer.isTruncated ? undefined : answer;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      wasSent ||= error.wasSent;
      const isLast = index === limits.updateUdpTimeoutsMs.length - 1;
      if (isLast || ports.signal.aborted) throw new NoAnswer(error.message, wasSent);
    }
  }
  return undefined;
}

async function byTcp(plain: Uint8Array, to: SignedFor, ports: ExchangePorts): Promise<Message> {
  const { request, read } = signed(plain, to, ports);
  const { tcpTimeoutMs = limits.updateTcpTimeoutMs } = ports;
  return read(await ports.askTcp(request, to.server, tcpTimeoutMs, ports.signal));
}

interface Signed {
  readonly request: Uint8Array;
  readonly read: (response: Uint8Array) => Message;
}

function signed(plain: Uint8Array, { key }: SignedFor, { nowMs }: ExchangePorts): Signed {
  if (key === undefined) return { request: plain, read: decodeMessage };
  const signature = new ClientSignature(key);
  const nowSeconds = (): number => Math.floor(nowMs() / 1000);
  return {
    request: signature.sign(plain, nowSeconds()),
    read: (response) => {
      const body = signature.verify(response, nowSeconds());
      signature.finish();
      return decodeMessage(body);
    },
  };
}
