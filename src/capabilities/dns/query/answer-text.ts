/** What `homeport query` prints. */

import type { Server } from "#platform/dns-query/ask.ts";
import { formatEndpoint } from "#platform/listen/endpoint.ts";
import { formatMessage, messageToJson } from "#protocols/dns/message-text.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import type { Exchanged } from "./exchange.ts";

export function answerText(exchanged: Exchanged, server: Server): string {
  const { message, transport, elapsedMs, octets } = exchanged;
  const footer = `;; ${formatEndpoint(server)} by ${transport.toUpperCase()}, ${elapsedMs.toFixed(1)} ms, ${octets} octets`;
  return `${formatMessage(message)}\n\n${footer}`;
}

/** The RDATA of the answers, a line each. */
export function shortText({ message }: Exchanged): string {
  return message.answers.map(({ type, rdata }) => rdataToText(type, rdata)).join("\n");
}

export function answerJson(exchanged: Exchanged, server: Server): object {
  const { message, transport, elapsedMs, octets, notes } = exchanged;
  return {
    server: formatEndpoint(server),
    transport,
    elapsedMs,
    octets,
    notes,
    message: messageToJson(message),
  };
}
