/** One request, once, and what comes of it. */
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { connectionFault } from "./connection-fault.ts";
import { HttpFault, type HttpRequest, type OctetsResponse } from "./http-client.ts";
import { limits } from "./limits.ts";

/** The connection had served before, and was closed when the request came. */
export class StaleConnection extends HttpFault {}

export interface ExchangeBounds {
  readonly timeoutMs: number;
  /** Of the monotonic clock: `timeoutMs` after the first try began. */
  readonly untilMs: number;
  readonly octetsMax: number;
  readonly family: HttpRequest["family"];
  /** Ends, and it is broken off. */
  readonly signals: readonly (AbortSignal | undefined)[];
}

/** The answer to a request that is written. Rejects with HttpFault, and then has closed the connection. */
export async function exchange(sent: ClientRequest, bounds: ExchangeBounds): Promise<OctetsResponse> {
  const { timeoutMs, untilMs, octetsMax, family, signals } = bounds;
  const { promise, resolve, reject } = Promise.withResolvers<OctetsResponse>();
  let wasSent = false;
  let isReused = false;
  let answer: IncomingMessage | undefined;
  const fail = (sentence: string): void => reject(new HttpFault(sentence, wasSent));
  const breakOff = (): void => fail("is not waited for any longer");
  const timer = setTimeout(
    () => {
      const verb = answer === undefined ? "answer" : "finish its answer";
      fail(`did not ${verb} within ${timeoutMs / 1000} s`);
    },
    Math.max(0, untilMs - performance.now()),
  );
  for (const signal of signals) {
    if (signal?.aborted === true) breakOff();
    signal?.addEventListener("abort", breakOff);
  }
  sent.on("socket", (socket: Socket) => {
    // New ones are still connecting then. From `tell` on, octets of the request may have gone out
    isReused = !socket.connecting;
    const tell = (): void => {
      wasSent = true;
    };
    if (isReused) tell();
    else socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", tell);
  });
  sent.on("error", (error) => {
    const isStale = isReused && answer === undefined && isReset(error);
    const sentence = answer === undefined ? faultOf(error, family) : "broke its answer off";
    reject(isStale ? new StaleConnection(sentence, true) : new HttpFault(sentence, wasSent));
  });
  let interimAnswers = 0;
  sent.on("information", () => {
    if (++interimAnswers > limits.interimAnswersMax) fail("sends interim answers without end");
  });
  sent.on("response", (response) => {
    wasSent = true;
    answer = response;
    readBody(response, octetsMax).then(
      (octets) => resolve(responseFrom(response, octets)),
      (error: unknown) => fail(error instanceof BodyFault ? error.message : "broke its answer off"),
    );
  });
  sent.on("upgrade", (_response, socket: Socket) => {
    socket.destroy();
    fail("answers with another protocol than HTTP");
  });
  try {
    return await promise;
  } catch (error) {
    sent.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal?.removeEventListener("abort", breakOff);
  }
}

class BodyFault extends Error {}

async function readBody(response: IncomingMessage, octetsMax: number): Promise<Uint8Array> {
  // Only what would have to be unpacked: some servers name a character set there
  if (/gzip|deflate|compress|br|zstd/i.test(response.headers["content-encoding"] ?? ""))
    throw new BodyFault("packs its answer in a way that was not asked for");
  const tooMuch = `sends more than ${octetsMax} octets`;
  if (Number(response.headers["content-length"] ?? 0) > octetsMax) throw new BodyFault(tooMuch);
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    octets += chunk.length;
    if (octets > octetsMax) throw new BodyFault(tooMuch);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function responseFrom(response: IncomingMessage, octets: Uint8Array): OctetsResponse {
  const { rawHeaders, statusCode = 0 } = response;
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers.push([rawHeaders[at]!.toLowerCase(), rawHeaders[at + 1]!]);
  return {
    status: statusCode,
    headers: Object.fromEntries(headers),
    text: new TextDecoder().decode(octets),
    octets,
  };
}

function isReset(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ECONNRESET" || code === "EPIPE";
}

function faultOf(error: Error, family: HttpRequest["family"]): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code === "HPE_HEADER_OVERFLOW") return `sends headers of more than ${limits.headerOctetsMax} octets`;
  if (code.startsWith("HPE_")) return "answers with something that is not HTTP";
  return connectionFault(error, { family });
}
