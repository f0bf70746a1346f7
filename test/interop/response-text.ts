/**
 * A response as lines of text, so that two servers' responses can be compared: sections are sorted, since a
 * server may turn the records of a set, and names are in lower case, since compression lends a name the case
 * of an earlier one (RFC 4343 §4).
 */
import { decodeMessage, type Edns, type MessageRecord } from "#protocols/dns/message.ts";
import { lowerName, nameToText } from "#protocols/dns/name.ts";
import { canonicalRdata, rdataToText } from "#protocols/dns/records/index.ts";
import {
  mnemonicOfOpcode,
  mnemonicOfOption,
  mnemonicOfRcode,
  mnemonicOfType,
} from "#protocols/dns/registry.ts";

export interface ResponseText {
  /** Opcode, response code with its upper bits from OPT, flags. */
  readonly header: string;
  /** With the case of the name: it is an echo. */
  readonly question: readonly string[];
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  /** Without OPT. */
  readonly additional: readonly string[];
  /** Version, DO flag and options, or that there is none. */
  readonly edns: string;
}

const flagBits = [
  [0x8000, "qr"],
  [0x0400, "aa"],
  [0x0200, "tc"],
  [0x0100, "rd"],
  [0x0080, "ra"],
  [0x0040, "z"],
  [0x0020, "ad"],
  [0x0010, "cd"],
] as const;

/**
 * `readable`: records as in a zone file; otherwise as hex, which takes less time and compares as well.
 * Throws `WireError` when the octets are no message.
 */
export function responseText(octets: Uint8Array, readable = false): ResponseText {
  const message = decodeMessage(octets);
  const flags = (octets[2]! << 8) | octets[3]!;
  const names = flagBits.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return {
    header: [mnemonicOfOpcode(message.opcode), mnemonicOfRcode(message.rcode), ...names].join(" "),
    question: message.questions.map(
      ({ name, type, class: rrClass }) => `${nameToText(name)} ${type} ${rrClass}`,
    ),
    answer: sectionText(message.answers, readable),
    authority: sectionText(message.authorities, readable),
    additional: sectionText(message.additionals, readable),
    edns: message.edns === undefined ? "no EDNS" : ednsText(message.edns),
  };
}

function sectionText(records: readonly MessageRecord[], readable: boolean): string[] {
  return records
    .map(({ name, type, class: rrClass, ttl, rdata }) => {
      const owner = lowerName(name);
      const canonical = canonicalRdata(type, rdata);
      if (!readable) return `${owner} ${ttl} ${rrClass} ${type} ${canonical.toHex()}`;
      return `${nameToText(owner)} ${ttl} ${rrClass} ${mnemonicOfType(type)} ${rdataToText(type, canonical)}`;
    })
    .sort();
}

function ednsText({ version, dnssecOk, options }: Edns): string {
  const texts = options.map(({ code, value }) => `${mnemonicOfOption(code)}=${value.toHex()}`).sort();
  return [`EDNS ${version}`, ...(dnssecOk ? ["do"] : []), ...texts].join(" ");
}
