/** A request for a zone: an AXFR or IXFR question, and for the latter what the client has. */
import { decodeMessage, type Edns, type Message } from "#protocols/dns/message.ts";
import { type Name, namesEqual, readUncompressedName } from "#protocols/dns/name.ts";
import { Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { WireError, WireReader } from "#protocols/dns/wire.ts";

export interface TransferRequest {
  readonly id: number;
  readonly recursionDesired: boolean;
  /** Name, type and class as they stand in the request; undefined when they could not be read. */
  readonly question: Uint8Array | undefined;
  readonly edns: Edns | undefined;
  readonly zone: Name;
  readonly type: "AXFR" | "IXFR";
  /** Of what the client of an IXFR has; undefined: it does not say so. */
  readonly serial: number | undefined;
  /** NOERROR, or what is wrong with the request. */
  readonly rcode: number;
}

const headerOctets = 12;

/** Undefined: it is too short to be answered. */
export function readTransferRequest(octets: Uint8Array): TransferRequest | undefined {
  if (octets.length < headerOctets) return undefined;
  try {
    return requestOf(decodeMessage(octets), octets);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return {
      id: (octets[0]! << 8) | octets[1]!,
      recursionDesired: (octets[2]! & 1) !== 0,
      question: undefined,
      edns: undefined,
      zone: "\0" as Name,
      type: "AXFR",
      serial: undefined,
      rcode: Rcode.FORMERR,
    };
  }
}

function requestOf(message: Message, octets: Uint8Array): TransferRequest {
  const { id, recursionDesired, edns } = message;
  const question = message.questions[0];
  const isIxfr = question?.type === RRType.IXFR;
  const reader = new WireReader(octets, headerOctets);
  // There is nothing before the first name that a pointer could lead to but the header.
  if (question !== undefined) readUncompressedName(reader, "question.name");
  const questionEnd = question === undefined ? headerOctets : reader.at + 4;
  return {
    id,
    recursionDesired,
    question: question === undefined ? undefined : octets.slice(headerOctets, questionEnd),
    edns,
    zone: question?.name ?? ("\0" as Name),
    type: isIxfr ? "IXFR" : "AXFR",
    serial: isIxfr ? serialOf(message, question.name) : undefined,
    rcode: rcodeOf(message),
  };
}

function rcodeOf(message: Message): number {
  const { questions, edns } = message;
  const [question] = questions;
  if ((edns?.version ?? 0) > 0) return Rcode.BADVERS; // RFC 6891 §6.1.3
  if (question === undefined || questions.length > 1) return Rcode.FORMERR;
  if (question.type !== RRType.AXFR && question.type !== RRType.IXFR) return Rcode.FORMERR;
  if (question.class !== RRClass.IN) return Rcode.NOTAUTH; // there are no zones of another class
  return Rcode.NOERROR;
}

/** RFC 1995 §3: the authority section has the SOA record of what the client has. */
function serialOf({ authorities }: Message, zone: Name): number | undefined {
  const soa = authorities.find(({ type, name }) => type === RRType.SOA && namesEqual(name, zone));
  if (soa === undefined || soa.rdata.length < 22) return undefined;
  const { buffer, byteOffset, length } = soa.rdata;
  return new DataView(buffer, byteOffset, length).getUint32(length - 20);
}
