/** Why a connection to a server came to nothing, in words that follow the server's name. */

export interface ConnectionCircumstances {
  /** The only one that was to be used. */
  readonly family?: "ipv4" | "ipv6" | undefined;
}

export const familyTitles = { ipv4: "IPv4", ipv6: "IPv6" } as const;

export function connectionFault(error: Error, { family }: ConnectionCircumstances = {}): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  const why = certificateFaults[code];
  if (why !== undefined) return `has a certificate that cannot be believed: ${why}`;
  if (code.startsWith("ERR_TLS_CERT") || code.startsWith("CERT_") || code.startsWith("UNABLE_TO_"))
    return `has a certificate that cannot be believed: ${error.message}`;
  if (code === "EPROTO" || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_"))
    return `does not agree on TLS: ${tlsReason(error)}`;
  const by = family === undefined ? "" : ` by ${familyTitles[family]}`;
  switch (code) {
    case "ENOTFOUND":
    case "ENODATA":
      return family === undefined
        ? "cannot be found: there is no such name"
        : `cannot be found: there is no such name, or it has no ${familyTitles[family]} address`;
    case "EAI_AGAIN":
    case "ESERVFAIL":
    case "ETIMEOUT":
      return "cannot be found: the name servers of this machine do not answer";
    case "ECONNREFUSED":
      return "refused the connection";
    case "ENETUNREACH":
    case "EHOSTUNREACH":
    case "EADDRNOTAVAIL":
    case "ENETDOWN":
      return `cannot be reached from here${by}`;
    case "ETIMEDOUT":
      return `cannot be reached${by}: it does not answer when it is called`;
    case "ECONNRESET":
    case "EPIPE":
      return "broke the connection off";
    default:
      return `cannot be asked: ${error.message}`;
  }
}

const ownName = "it is for another name";
const unknownAuthority = "nobody whom this machine knows has signed it";
const certificateFaults: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: ownName,
  HOSTNAME_MISMATCH: ownName,
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server has signed it itself",
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_UNTRUSTED: unknownAuthority,
  CERT_HAS_EXPIRED: "it has expired; if it has not, this machine's clock is wrong",
  CERT_NOT_YET_VALID: "it is not valid yet; if it is, this machine's clock is wrong",
  CERT_REVOKED: "it has been revoked",
};

/** OpenSSL's messages are `number:error:number:library:function:reason:file:line:`. */
function tlsReason(error: Error): string {
  const { reason } = error as Error & { readonly reason?: string };
  return reason ?? error.message.split(":")[5] ?? error.message;
}
