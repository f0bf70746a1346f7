/**
 * NAT-PMP's question for the router's external IPv4 address. RFC 6886 §3.2.
 *
 * ```
 *  0 version 0 | opcode 0                   a request is no more than this
 *
 *  0 version 0 | opcode 128 | result code
 *  4 seconds since the start of epoch
 *  8 external IPv4 address
 * ```
 */
import { ipv4ToText } from "../dns/fields/addresses.ts";
import { WireReader } from "../dns/wire.ts";

/** RFC 6886 §3.1. */
export const natPmpPort = 5351;

const version = 0;
const opcode = 0;
const responseBit = 128;
const answerOctets = 12;

/** RFC 6886 §3.5, in words that follow "the router". */
const resultWords: Readonly<Record<number, string>> = {
  1: "does not speak this version of NAT-PMP",
  2: "has NAT-PMP switched off",
  3: "has no address itself",
  4: "has no room left",
  5: "does not know this question of NAT-PMP",
};

export type ExternalAddressAnswer =
  | { readonly kind: "address"; readonly address: string; readonly epochSeconds: number }
  /** `words` follow the name of the router. */
  | { readonly kind: "refused"; readonly code: number; readonly words: string };

export function externalAddressRequest(): Uint8Array {
  return Uint8Array.of(version, opcode);
}

/** Throws WireError. A refusal may be as short as its result code. RFC 6886 §3.5. */
export function readExternalAddressAnswer(octets: Uint8Array): ExternalAddressAnswer {
  const reader = new WireReader(octets);
  const spoken = reader.u8("NAT-PMP.version");
  if (spoken !== version) return otherVersion(reader, spoken);
  const answered = reader.u8("NAT-PMP.opcode");
  if (answered !== responseBit + opcode) reader.fail("bad-value", "NAT-PMP.opcode", 1);
  const code = reader.u16("NAT-PMP.result");
  if (code !== 0)
    return { kind: "refused", code, words: resultWords[code] ?? `refuses with NAT-PMP's code ${code}` };
  const epochSeconds = reader.u32("NAT-PMP.epoch");
  const address = ipv4ToText(reader.u32("NAT-PMP.address"));
  if (reader.remaining > 0) reader.fail("trailing-octets", "NAT-PMP", answerOctets);
  return { kind: "address", address, epochSeconds };
}

/** A server of PCP alone says in its own header which version it has. RFC 6887 §9. */
function otherVersion(reader: WireReader, spoken: number): ExternalAddressAnswer {
  if (reader.u8("PCP.opcode") < responseBit) reader.fail("bad-value", "PCP.opcode", 1);
  reader.u8("PCP.reserved");
  const code = reader.u8("PCP.result");
  if (code !== 1) reader.fail("bad-value", "PCP.result", 3);
  return { kind: "refused", code, words: `speaks version ${spoken} only, which is PCP; use the method pcp` };
}
