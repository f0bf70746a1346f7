/** Asks a primary for the serial number of a zone: by UDP, then by TCP; by TLS where that is wanted. */

import { randomInt } from "node:crypto";
import { askUdp, NoAnswer } from "#platform/dns-query/ask.ts";
import { ClientSignature, TsigError } from "#platform/tsig/client-signature.ts";
import type { TsigKey } from "#platform/tsig/key.ts";
import { decodeMessage, type Message } from "#protocols/dns/message.ts";
import { lowerName, type Name, namesEqual } from "#protocols/dns/name.ts";
import { Rcode, RRType } from "#protocols/dns/registry.ts";
import { serialOfSoa } from "#protocols/dns/serial.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type { ServerAddress } from "../../server-address.ts";
import { type ConversationPorts, converse } from "./conversation.ts";
import { limits } from "./limits.ts";
import { rcodeFault, TransferFault } from "./transfer-fault.ts";
import { serialQuestion } from "./transfer-request.ts";

export interface SerialQuery {
  readonly zone: Name;
  readonly server: ServerAddress;
  readonly key: TsigKey | undefined;
}

/** Rejects with TransferFault. */
export async function askSerial(query: SerialQuery, ports: ConversationPorts): Promise<number> {
  try {
    return await askOnce(query, ports, true);
  } catch (error) {
    if (!(error instanceof TransferFault) || error.rcode !== Rcode.FORMERR) throw asFault(error);
  }
  try {
    return await askOnce(query, ports, false); // RFC 6891 §7
  } catch (error) {
    throw asFault(error);
  }
}

async function askOnce(query: SerialQuery, ports: ConversationPorts, withEdns: boolean): Promise<number> {
  if (query.server.transport === "plain") {
    const serial = await byUdp(query, ports, withEdns);
    if (serial !== undefined) return serial;
  }
  return byStream(query, ports, withEdns);
}

/** Undefined: by TCP there may be more to learn. */
async function byUdp(
  query: SerialQuery,
  ports: ConversationPorts,
  withEdns: boolean,
): Promise<number | undefined> {
  const { signal } = ports;
  for (let tries = limits.serialQueryUdpTries; tries > 0 && signal?.aborted !== true; tries--) {
    const asked = sign(query, ports, withEdns);
    try {
      const response = await askUdp(asked.request, query.server, limits.serialQueryUdpMs, signal);
      const message = decodeMessage(asked.verify(response));
      return message.isTruncated ? undefined : serialIn(message, query.zone);
    } catch (error) {
      // Somebody else's answer may have come first: by TCP it is the primary's
      if (error instanceof TsigError || error instanceof WireError) return undefined;
      // knotd tells of its catalog zones by TCP only
      if (error instanceof TransferFault && error.rcode === Rcode.REFUSED) return undefined;
      if (!(error instanceof NoAnswer)) throw error;
    }
  }
  return undefined;
}

async function byStream(query: SerialQuery, ports: ConversationPorts, withEdns: boolean): Promise<number> {
  const { request, id, verify } = sign(query, ports, withEdns);
  let serial = 0;
  const onMessage = (octets: Uint8Array): boolean => {
    const message = decodeMessage(verify(octets));
    if (message.id !== id || !message.isResponse || message.opcode !== 0)
      throw new TransferFault("mismatch", "answered something else than was asked");
    serial = serialIn(message, query.zone);
    return true;
  };
  await converse({ server: query.server, request, onMessage }, ports);
  return serial;
}

function sign(
  { zone, key }: SerialQuery,
  { clock }: ConversationPorts,
  withEdns: boolean,
): { request: Uint8Array; id: number; verify: (response: Uint8Array) => Uint8Array } {
  const id = randomInt(0x10000);
  const plain = serialQuestion({ id, zone, withEdns });
  if (key === undefined) return { request: plain, id, verify: (response) => response };
  const signature = new ClientSignature(key);
  const nowSeconds = (): number => Math.floor(clock.nowMs() / 1000);
  return {
    request: signature.sign(plain, nowSeconds()),
    id,
    verify: (response) => {
      const body = signature.verify(response, nowSeconds());
      signature.finish();
      return body;
    },
  };
}

/** @throws TransferFault */
function serialIn(message: Message, zone: Name): number {
  if (message.rcode !== Rcode.NOERROR) throw rcodeFault(message.rcode, false);
  const [question] = message.questions;
  if (question !== undefined && (!namesEqual(question.name, zone) || question.type !== RRType.SOA))
    throw new TransferFault("mismatch", "answered another question");
  if (!message.isAuthoritative)
    throw new TransferFault("not-authoritative", "is not authoritative for the zone");
  const soas = message.answers.filter(
    ({ name, type }) => type === RRType.SOA && lowerName(name) === lowerName(zone),
  );
  if (soas.length !== 1) throw new TransferFault("soa", `answered ${soas.length} SOA records of the zone`);
  return serialOfSoa(soas[0]!.rdata);
}

function asFault(error: unknown): TransferFault {
  if (error instanceof TransferFault) return error;
  if (error instanceof WireError)
    return new TransferFault("malformed", `sent a malformed message (${error.message})`);
  if (error instanceof TsigError)
    return new TransferFault("signature", `cannot be believed: ${error.message}`);
  return new TransferFault("internal", `could not be asked: ${String(error)}`);
}
