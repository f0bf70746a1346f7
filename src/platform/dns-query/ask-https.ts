/** One question to one server, once, by HTTPS. RFC 8484. */
import { HttpFault, type OctetsClient, type OctetsResponse } from "#platform/http-client/http-client.ts";
import { type Ask, isAnswerTo, NoAnswer } from "./ask.ts";
import { limits } from "./limits.ts";

export interface HttpsQuestions {
  /** Such as `https://dns.example/dns-query`; the address and the port are those of each question. */
  readonly url: string;
}

const mediaType = "application/dns-message"; // RFC 8484 §6

/** The usual port is 443. Throws for what is no URL. */
export function askHttps(http: OctetsClient, { url }: HttpsQuestions): Ask {
  const base = new URL(url);
  return async (query, server, timeoutMs, signal) => {
    const target = new URL(base);
    target.port = String(server.port);
    const anonymous = withId(query, 0); // RFC 8484 §4.1
    let response: OctetsResponse;
    try {
      response = await http({
        method: "POST",
        url: target.href,
        address: server.address,
        headers: { accept: mediaType, "content-type": mediaType },
        body: anonymous,
        timeoutMs,
        octetsMax: limits.messageOctetsMax,
        ...(signal !== undefined && { signal }),
      });
    } catch (error) {
      throw error instanceof HttpFault ? new NoAnswer(error.message, error.wasSent) : error;
    }
    const { status, headers, octets } = response;
    if (status < 200 || status > 299) throw new NoAnswer(`answered with the HTTP status ${status}`);
    if (mediaTypeOf(headers["content-type"]) !== mediaType || !isAnswerTo(anonymous, octets))
      throw new NoAnswer("answered something else than what was asked");
    return withId(octets, ((query[0] ?? 0) << 8) | (query[1] ?? 0));
  };
}

function mediaTypeOf(header = ""): string {
  return header.split(";")[0]!.trim().toLowerCase();
}

/** A copy with another id in front. */
function withId(message: Uint8Array, id: number): Uint8Array {
  const copy = new Uint8Array(message);
  copy.set([id >>> 8, id & 0xff]);
  return copy;
}
