/**
 * One question to one server, once, by UDP or TCP.
 *
 * What comes back is taken for the answer only when it comes from the server asked, to the port asked from,
 * with the id and the question of the query. RFC 5452 §9.1.
 */
import { createSocket } from "node:dgram";
import { connect, isIPv6, type Socket } from "node:net";
import { MessageFramer } from "#platform/stream/framer.ts";
import { namesEqual, readName } from "#protocols/dns/name.ts";
import { Opcode } from "#protocols/dns/registry.ts";
import { WireError, WireReader } from "#protocols/dns/wire.ts";
import { limits } from "./limits.ts";

export interface Server {
  /** IPv4 or IPv6, with `%interface` where it needs one. */
  readonly address: string;
  readonly port: number;
}

/** Why there is no answer, in words that follow the server's address. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  /** The server may have read the query. */
  readonly wasSent: boolean;

  constructor(sentence: string, wasSent = true) {
    super(sentence);
    this.wasSent = wasSent;
  }
}

/** `signal`: breaks it off. */
export type Ask = (
  query: Uint8Array,
  server: Server,
  timeoutMs: number,
  signal?: AbortSignal,
) => Promise<Uint8Array>;

/** Sends the query from a port that the kernel picks at random. Throws `NoAnswer`. */
export const askUdp: Ask = async (query, server, timeoutMs, signal) => {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const socket = createSocket(isIPv6(server.address.replace(/%.*/, "")) ? "udp6" : "udp4");
  let strays = 0;
  const timer = setTimeout(() => reject(new NoAnswer(silence(timeoutMs, strays))), timeoutMs);
  const breakOff = (): void => reject(new NoAnswer("is not waited for any longer"));
  if (signal?.aborted === true) breakOff();
  signal?.addEventListener("abort", breakOff);
  socket.on("error", (error) => reject(noAnswer(error)));
  socket.on("message", (octets) => {
    if (isAnswerTo(query, octets)) resolve(new Uint8Array(octets));
    else if (++strays >= limits.strayDatagramsMax) reject(new NoAnswer(silence(timeoutMs, strays)));
  });
  // A connected socket takes datagrams from this server only, and hears when its port is closed
  socket.connect(server.port, server.address, (unreachable?: Error) => {
    if (unreachable !== undefined) reject(noAnswer(unreachable));
    else
      socket.send(query, (error) => {
        if (error !== null) reject(noAnswer(error));
      });
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", breakOff);
    socket.close();
  }
};

/** Sends the query with its length in front, and reads one message. RFC 7766 §8. Throws `NoAnswer`. */
export const askTcp: Ask = async (query, server, timeoutMs, signal) =>
  await askByStream(connect({ host: server.address, port: server.port }), query, { timeoutMs, signal });

export interface StreamBounds {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Why the connection failed; default: what TCP knows. */
  readonly reasonOf?: (error: Error) => string;
}

/** The same on a connection that may still be connecting, and is closed afterwards. Throws `NoAnswer`. */
export async function askByStream(
  socket: Socket,
  query: Uint8Array,
  { timeoutMs, signal, reasonOf: explain = reasonOf }: StreamBounds,
): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const framer = new MessageFramer();
  const timer = setTimeout(() => reject(new NoAnswer(silence(timeoutMs, 0))), timeoutMs);
  const breakOff = (): void => reject(new NoAnswer("is not waited for any longer"));
  if (signal?.aborted === true) breakOff();
  signal?.addEventListener("abort", breakOff);
  let isConnected = false;
  socket.on("connect", () => {
    isConnected = true;
  });
  socket.on("error", (error) => reject(new NoAnswer(explain(error), isConnected)));
  socket.on("close", () => reject(new NoAnswer("closed the connection without an answer")));
  socket.on("data", (chunk: Buffer) => {
    framer.push(chunk);
    const octets = framer.next();
    if (octets === undefined) return;
    if (isAnswerTo(query, octets)) resolve(new Uint8Array(octets));
    else reject(new NoAnswer("answered something else than what was asked"));
  });
  const framed = new Uint8Array(query.length + 2);
  framed.set([query.length >>> 8, query.length & 0xff]);
  framed.set(query, 2);
  socket.write(framed);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", breakOff);
    socket.destroy();
  }
}

/**
 * True when id, opcode and question are those of the query. A server that could not read it may leave the
 * question out, and so may any that answers an update. RFC 2136 §3.8.
 */
export function isAnswerTo(query: Uint8Array, octets: Uint8Array): boolean {
  try {
    const asked = readFront(query);
    const answered = readFront(octets);
    if (answered.id !== asked.id || !answered.isResponse || answered.opcode !== asked.opcode) return false;
    if (answered.question === undefined) return answered.rcode !== 0 || asked.opcode === Opcode.UPDATE;
    const { question } = asked;
    return (
      question !== undefined &&
      namesEqual(answered.question.name, question.name) &&
      answered.question.type === question.type &&
      answered.question.class === question.class
    );
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}

/** Header and question only: what follows may be wrong, and is then the server's fault to be shown. */
function readFront(octets: Uint8Array) {
  const reader = new WireReader(octets);
  const id = reader.u16("header.id");
  const flags = reader.u16("header.flags");
  const questions = reader.u16("header.QDCOUNT");
  reader.take(6, "header");
  if (questions > 1) reader.fail("too-many", "question");
  const front = { id, isResponse: flags >= 0x8000, opcode: (flags >>> 11) & 15, rcode: flags & 15 };
  if (questions === 0) return { ...front, question: undefined };
  const name = readName(reader, "question.name");
  const question = { name, type: reader.u16("question.type"), class: reader.u16("question.class") };
  return { ...front, question };
}

function silence(timeoutMs: number, strays: number): string {
  const seconds = `${timeoutMs / 1000} s`;
  if (strays === 0) return `did not answer within ${seconds}`;
  const count = strays === 1 ? "1 datagram" : `${strays} datagrams`;
  return `did not answer within ${seconds}; ${count} came that did not fit the question`;
}

/** Of a datagram: the kernel would not send it, or the server's has sent it back. */
function noAnswer(error: Error): NoAnswer {
  return new NoAnswer(reasonOf(error), false);
}

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED") return "refused: nothing listens on that port";
  if (code === "ENETUNREACH" || code === "EHOSTUNREACH") return "cannot be reached from here";
  if (code === "ECONNRESET") return "broke the connection off";
  return `cannot be asked: ${error.message}`;
}
