/** Who a client of the dyndns2 protocol says it is. */
import { limits } from "./limits.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A token says no user: whoever has the name that it asks for is meant. */
export type Login =
  | { readonly by: "password"; readonly user: string; readonly secret: string }
  | { readonly by: "token"; readonly secret: string };

/** What the header `Authorization` says; undefined: nothing that could be a login. */
export function readAuthorization(header: string | undefined): Login | undefined {
  const [, scheme = "", credentials = ""] = /^ *([a-z]+) +(\S+) *$/i.exec(header ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "basic":
      return readBasic(credentials);
    case "token":
    case "bearer":
      return tokenOf(credentials);
    default:
      return undefined;
  }
}

/** Undefined when it is empty or longer than any that could be right. */
export function tokenOf(secret: string): Login | undefined {
  return secret === "" || secret.length > limits.secretMax ? undefined : { by: "token", secret };
}

/** The user name ends at the first colon. RFC 7617 §2. */
function readBasic(credentials: string): Login | undefined {
  const text = textOf(credentials);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 0) return undefined;
  const user = text.slice(0, colon).trim().toLowerCase();
  const secret = text.slice(colon + 1);
  if (secret === "" || secret.length > limits.secretMax || user.length > limits.userMax) return undefined;
  return user === "" ? { by: "token", secret } : { by: "password", user, secret };
}

/** UTF-8, as RFC 7617 §2.1 has it; what is none is Latin-1, as old routers have it. */
function textOf(base64: string): string | undefined {
  let octets: Uint8Array;
  try {
    octets = Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
  try {
    return utf8.decode(octets);
  } catch {
    return String.fromCharCode(...octets);
  }
}
