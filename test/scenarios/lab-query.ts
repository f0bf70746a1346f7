/** A query that the zone of the labs has an answer to. */
import { encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";

/** `www.lab.example A`, as a message. */
export function labQuery(id: number, name = "www.lab.example."): Uint8Array {
  const question = { name: parseName(name), type: 1, class: 1 };
  return encodeMessage(queryMessage({ id: id & 0xffff, question }));
}
