/** Questions for the IPv4 address of a name, and what the answers say. */
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { decodeMessage, encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { nameToText, parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";

export function addressQuestion(name: string, id: number): Uint8Array {
  const question = { name: parseName(`${name}.`), type: RRType.A, class: 1 };
  return encodeMessage(queryMessage({ id, question }));
}

export interface AddressAnswer {
  readonly id: number;
  /** In lower case, without the final dot. */
  readonly name: string;
  /** Undefined: the name has none, or several. */
  readonly address: string | undefined;
}

/** Throws `WireError`. */
export function readAddressAnswer(octets: Uint8Array): AddressAnswer {
  const { id, questions, answers } = decodeMessage(octets);
  const name = nameToText(questions[0]!.name).toLowerCase().slice(0, -1);
  const [one, ...others] = answers.filter(({ type }) => type === RRType.A);
  if (one === undefined || others.length > 0) return { id, name, address: undefined };
  const { buffer, byteOffset } = one.rdata;
  return { id, name, address: ipv4ToText(new DataView(buffer, byteOffset, 4).getUint32(0)) };
}
