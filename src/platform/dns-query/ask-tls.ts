/**
 * One question to one server, once, by TLS. RFC 7858, with the strict profile of RFC 8310 §5: a server that
 * nobody vouches for is not asked.
 */
import { isIP } from "node:net";
import { checkServerIdentity, connect } from "node:tls";
import { contextFor } from "#platform/http-client/authorities.ts";
import { connectionFault } from "#platform/http-client/connection-fault.ts";
import { type Ask, askByStream } from "./ask.ts";

export interface TlsQuestions {
  /** Name, or address, that the certificate is to be of. */
  readonly serverName: string;
  /** In PEM: believed besides those that everybody believes. */
  readonly authorities?: readonly string[];
}

/** The usual port is 853. */
export function askTls({ serverName, authorities = [] }: TlsQuestions): Ask {
  const secureContext = contextFor(authorities);
  return async (query, server, timeoutMs, signal) => {
    const socket = connect({
      host: server.address,
      port: server.port,
      ...(isIP(serverName) === 0 && { servername: serverName }), // RFC 6066 §3: no addresses
      checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
      ALPNProtocols: ["dot"], // RFC 7858 §3.1 leaves it open; some servers of many protocols need it
      ...(secureContext !== undefined && { secureContext }),
    });
    return await askByStream(socket, query, { timeoutMs, signal, reasonOf: connectionFault });
  };
}
