/** One update to one server: signed, by UDP, by TCP when the answer does not fit. */

import { ClientSignature, TsigError } from "#platform/tsig/client-signature.ts";
import type { TsigKey } from "#platform/tsig/key.ts";
import { decodeMessage, type Message } from "#protocols/dns/message.ts";
import type { Name } from "#protocols/dns/name.ts";
import { Opcode } from "#protocols/dns/registry.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { type Ask, NoAnswer, type Server } from "./ask.ts";
import { limits } from "./limits.ts";
import { type Update, updateMessage } from "./update-message.ts";

export interface UpdateServer {
  readonly zone: Name;
  readonly server: Server;
  readonly key: TsigKey | undefined;
}

export interface ExchangePorts {
  readonly askUdp: Ask;
  readonly askTcp: Ask;
  readonly nowMs: () => number;
  /** Of a message: 16 bits that nobody can guess. */
  readonly randomId: () => number;
  readonly signal: AbortSignal;
}

/**
 * Nobody answers who can be believed, so that it is not known what was done; in words that follow the
 * server's.
 */
export class ExchangeFault extends Error {
  override readonly name = "ExchangeFault";
}

/** Resolves with the rcode of the answer. Rejects with ExchangeFault. */
export async function exchangeUpdate(
  to: UpdateServer,
  update: Update,
  ports: ExchangePorts,
): Promise<number> {
  const plain = updateMessage(to.zone, update, ports.randomId());
  try {
    const answer = (await byUdp(plain, to, ports)) ?? (await byTcp(plain, to, ports));
    if (!answer.isResponse || answer.opcode !== Opcode.UPDATE)
      throw new ExchangeFault("answered something else");
    return answer.rcode;
  } catch (error) {
    if (error instanceof NoAnswer) throw new ExchangeFault(error.message);
    if (error instanceof TsigError) throw new ExchangeFault(`cannot be believed: ${error.message}`);
    if (error instanceof WireError) throw new ExchangeFault(`answered what is no message (${error.message})`);
    throw error;
  }
}

/** Undefined: it does not fit into a datagram. The same octets each time: a server may know them again. */
async function byUdp(
  plain: Uint8Array,
  to: UpdateServer,
  ports: ExchangePorts,
): Promise<Message | undefined> {
  const { request, read } = signed(plain, to, ports);
  for (const [index, timeoutMs] of limits.updateUdpTimeoutsMs.entries()) {
    try {
      const answer = read(await ports.askUdp(request, to.server, timeoutMs, ports.signal));
      return answer.isTruncated ? undefined : answer;
    } catch (error) {
      const isLast = index === limits.updateUdpTimeoutsMs.length - 1;
      if (!(error instanceof NoAnswer) || isLast || ports.signal.aborted) throw error;
    }
  }
  return undefined;
}

async function byTcp(plain: Uint8Array, to: UpdateServer, ports: ExchangePorts): Promise<Message> {
  const { request, read } = signed(plain, to, ports);
  return read(await ports.askTcp(request, to.server, limits.updateTcpTimeoutMs, ports.signal));
}

interface Signed {
  readonly request: Uint8Array;
  readonly read: (response: Uint8Array) => Message;
}

function signed(plain: Uint8Array, { key }: UpdateServer, { nowMs }: ExchangePorts): Signed {
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
