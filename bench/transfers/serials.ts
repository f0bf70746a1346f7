/** Which version of a zone a server answers with, and telling it that there is a newer one. */
import { createSocket } from "node:dgram";
import { encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { soaQuery } from "../name-servers.ts";

export interface ServedZone {
  readonly port: number;
  readonly zone: string;
}

const everyMs = 5;

/** Asks until the zone's serial is one that is waited for; returns it. Throws after `patienceMs`. */
export async function untilSerial(
  { port, zone }: ServedZone,
  isIt: (serial: number) => boolean = () => true,
  patienceMs = 60_000,
): Promise<number> {
  const socket = createSocket("udp4");
  socket.on("error", () => {}); // nobody listens yet
  const query = soaQuery(zone, 0x1235);
  const timer = setInterval(() => socket.send(query, port, "127.0.0.1"), everyMs);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const patience = setTimeout(() => reject(new Error(`${zone}: no such serial came`)), patienceMs);
  socket.on("message", (message) => {
    const serial = serialIn(message);
    if (serial !== undefined && isIt(serial)) resolve(serial);
  });
  try {
    return await promise;
  } finally {
    clearInterval(timer);
    clearTimeout(patience);
    socket.close();
  }
}

/** Of a response with one SOA record, whose serial is the first of the five numbers at its end. */
export function serialIn(message: Buffer): number | undefined {
  const answerAt = message.indexOf(0, 12) + 5; // behind the question
  if ((message[3]! & 15) !== 0 || message.readUInt16BE(6) !== 1 || message.length < answerAt + 32)
    return undefined;
  const rdataEnd = answerAt + 12 + message.readUInt16BE(answerAt + 10); // its owner is a pointer
  return message.readUInt32BE(rdataEnd - 20);
}

/** NOTIFY, RFC 1996 §3.7: from this machine's loopback address, where the primary is. */
export async function notify({ port, zone }: ServedZone): Promise<void> {
  const question = { name: parseName(`${zone}.`), type: RRType.SOA, class: 1 };
  const message = encodeMessage(queryMessage({ id: 0x1236, opcode: 4, isAuthoritative: true, question }));
  const socket = createSocket("udp4");
  await new Promise<void>((resolve, reject) => {
    socket.send(message, port, "127.0.0.1", (error) => (error ? reject(error) : resolve()));
  });
  socket.close();
}
