/**
 * Where a service is to be found.
 *
 * SRV: RFC 2782, priority, weight and port of 16 bits, then a name. KX: RFC 2230 §3.1, AFSDB: RFC 1183 §1,
 * RT: RFC 1183 §3.3, a 16-bit number and a name each.
 * NAPTR: RFC 3403 §4.1, order and preference of 16 bits, flags, services and regexp as character-strings, a
 * name.
 * URI: RFC 7553 §4.5, priority and weight of 16 bits, then the URI without a length.
 * WKS: RFC 1035 §3.4.2, an address, a protocol and a bitmap of ports.
 */
import { ipv4 } from "../fields/addresses.ts";
import { characterString, quotedUnboundedString } from "../fields/character-strings.ts";
import { ipProtocol } from "../fields/mnemonics.ts";
import { decompressibleName, lowerableName } from "../fields/names.ts";
import { u16 } from "../fields/numbers.ts";
import { ports } from "../fields/ports.ts";
import { substitution } from "../fields/substitutions.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const Srv = defineRecord(
  "SRV",
  33,
  { priority: u16, weight: u16, port: u16, target: decompressibleName },
  "0 5 5060 sip.example.com.",
);
export type Srv = RecordData<typeof Srv>;

export const Kx = defineRecord("KX", 36, { preference: u16, exchanger: lowerableName }, "10 kx.example.com.");
export const Afsdb = defineRecord(
  "AFSDB",
  18,
  { subtype: u16, host: decompressibleName },
  "1 afs.example.com.",
);
export const Rt = defineRecord(
  "RT",
  21,
  { preference: u16, host: decompressibleName },
  "10 relay.example.com.",
);

export const Naptr = defineRecord(
  "NAPTR",
  35,
  {
    order: u16,
    preference: u16,
    flags: characterString,
    services: characterString,
    regexp: substitution,
    replacement: decompressibleName,
  },
  '100 10 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .',
);
export type Naptr = RecordData<typeof Naptr>;

export const Uri = defineRecord(
  "URI",
  256,
  { priority: u16, weight: u16, target: quotedUnboundedString },
  '10 1 "ftp://ftp.example.com/public"',
);
export type Uri = RecordData<typeof Uri>;

export const Wks = defineRecord(
  "WKS",
  11,
  { address: ipv4, protocol: ipProtocol, ports },
  "192.0.2.1 6 25 80",
);
