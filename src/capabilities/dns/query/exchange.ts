/**
 * A question until it is answered: several tries, each with an id of its own, and TCP when UDP could not
 * hold the answer.
 */

import { type Ask, NoAnswer, type Server } from "#platform/dns-query/ask.ts";
import { decodeMessage, encodeMessage, type Message } from "#protocols/dns/message.ts";
import { WireError } from "#protocols/dns/wire.ts";

export interface ExchangePlan {
  readonly server: Server;
  /** `udp-then-tcp` asks again by TCP when an answer is truncated. RFC 7766 §5. */
  readonly transport: "udp" | "tcp" | "udp-then-tcp";
  readonly timeoutMs: number;
  readonly tries: number;
}

/** What the machine gives: sockets, randomness, time. */
export interface ExchangePorts {
  readonly askUdp: Ask;
  readonly askTcp: Ask;
  readonly randomId: () => number;
  readonly nowMs: () => number;
}

export interface Exchanged {
  readonly message: Message;
  /** Size of the answer. */
  readonly octets: number;
  readonly transport: "udp" | "tcp";
  /** Of the try that was answered. */
  readonly elapsedMs: number;
  /** What went wrong on the way, a sentence each. */
  readonly notes: readonly string[];
}

/** Throws `NoAnswer` with the reason of the last try. */
export async function exchange(query: Message, plan: ExchangePlan, ports: ExchangePorts): Promise<Exchanged> {
  if (plan.transport === "tcp") return { ...(await askOnce(query, plan, ports, "tcp")), notes: [] };
  const byUdp = await askByUdp(query, plan, ports);
  if (!byUdp.message.isTruncated || plan.transport === "udp") return byUdp;
  const notes = [...byUdp.notes, "the answer by UDP was truncated; asked again by TCP"];
  return { ...(await askOnce(query, plan, ports, "tcp")), notes };
}

async function askByUdp(query: Message, plan: ExchangePlan, ports: ExchangePorts): Promise<Exchanged> {
  const notes: string[] = [];
  for (;;) {
    try {
      return { ...(await askOnce(query, plan, ports, "udp")), notes };
    } catch (error) {
      if (!(error instanceof NoAnswer) || notes.length + 1 === plan.tries) throw error;
      notes.push(`try ${notes.length + 1}: the server ${error.message}`);
    }
  }
}

async function askOnce(
  query: Message,
  { server, timeoutMs }: ExchangePlan,
  ports: ExchangePorts,
  transport: "udp" | "tcp",
): Promise<Omit<Exchanged, "notes">> {
  const octets = encodeMessage({ ...query, id: ports.randomId() });
  const startMs = ports.nowMs();
  const ask = transport === "tcp" ? ports.askTcp : ports.askUdp;
  const answer = await ask(octets, server, timeoutMs);
  const elapsedMs = ports.nowMs() - startMs;
  try {
    return { message: decodeMessage(answer), octets: answer.length, transport, elapsedMs };
  } catch (error) {
    if (error instanceof WireError)
      throw new NoAnswer(`answered with a malformed message (${error.message})`);
    throw error;
  }
}
