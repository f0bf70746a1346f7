/** The response to an UPDATE message: its header and zone section again, and the outcome. RFC 2136 §3.8. */
import { readName } from "#protocols/dns/name.ts";
import { Opcode, RRType } from "#protocols/dns/registry.ts";
import { WireError, WireReader, WireWriter } from "#protocols/dns/wire.ts";
import { limits } from "./limits.ts";
import type { UpdateEdns } from "./update-message.ts";

export interface ResponseOptions {
  /** EDNS is answered with EDNS. RFC 6891 §6.1.1. */
  readonly edns: UpdateEdns | undefined;
  /** Octets of the largest UDP message that this server takes. */
  readonly udpPayloadOctets: number;
}

/** `update`: what is answered, a whole header at least. */
export function updateResponse(update: Uint8Array, rcode: number, options: ResponseOptions): Uint8Array {
  const { edns } = options;
  const zone = zoneSection(update);
  const writer = new WireWriter({ size: limits.headerOctets + zone.length + 11 });
  writer.bytes(update.subarray(0, 2));
  writer.u16(0x8000 | (Opcode.UPDATE << 11) | (rcode & 15));
  writer.u16(zone.length === 0 ? 0 : 1);
  writer.u32(0);
  writer.u16(edns === undefined ? 0 : 1);
  writer.bytes(zone);
  if (edns !== undefined) {
    writer.u8(0);
    writer.u16(RRType.OPT);
    writer.u16(options.udpPayloadOctets);
    writer.u32((((rcode >>> 4) << 24) | (edns.dnssecOk ? 0x8000 : 0)) >>> 0);
    writer.u16(0);
  }
  return writer.finish();
}

/** As it came, with its name whole; empty when there is not exactly one. */
function zoneSection(update: Uint8Array): Uint8Array {
  const reader = new WireReader(update);
  try {
    reader.take(4, "header");
    if (reader.u16("header.ZOCOUNT") !== 1) return new Uint8Array(0);
    reader.take(6, "header");
    readName(reader, "zone.name"); // it is the first name, so that it cannot have pointers
    reader.take(4, "zone");
    return update.subarray(limits.headerOctets, reader.at);
  } catch (error) {
    if (error instanceof WireError) return new Uint8Array(0);
    throw error;
  }
}
