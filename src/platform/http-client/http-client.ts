/** Requests to servers of others, each with every bound that it needs. */

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `http:` or `https:`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Connect by this family only; default: as the system prefers. */
  readonly family?: "ipv4" | "ipv6";
  /** Connect to this address; the certificate still has to be of the name in the URL. */
  readonly address?: string;
  /** From asking for the name to the last octet of the answer; default: `limits.requestMsDefault`. */
  readonly timeoutMs?: number;
  /** Larger answers are a fault; default: `limits.answerOctetsDefault`. */
  readonly octetsMax?: number;
  /** Breaks it off. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of several of one name the last. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as UTF-8; what is not UTF-8 becomes U+FFFD. */
  readonly text: string;
}

/** Follows no redirection: that is an answer like any other. Rejects with HttpFault. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** With the body as it came, for those whose answers are no text. */
export interface OctetsResponse extends HttpResponse {
  readonly octets: Uint8Array;
}

/** Serves as an `HttpClient` as well. */
export type OctetsClient = (request: HttpRequest) => Promise<OctetsResponse>;

/** Why there is no answer, in words that follow the server's name. */
export class HttpFault extends Error {
  override readonly name = "HttpFault";
  /** The request, or a part of it, may have been read by the server. */
  readonly wasSent: boolean;

  constructor(sentence: string, wasSent: boolean) {
    super(sentence);
    this.wasSent = wasSent;
  }
}
