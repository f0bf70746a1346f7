/** DHCPv4 messages for tests: a header, and options in hexadecimal. */
import { dhcp4Limits } from "./limits.ts";
import type { Dhcp4Header } from "./message.ts";

const empty = new Uint8Array(0);

/** A DISCOVER's header. */
export const sampleHeader: Dhcp4Header = {
  operation: 1,
  hardwareType: 1,
  hops: 0,
  transactionId: 0x01020304,
  seconds: 5,
  flags: 0x8000,
  clientAddress: 0,
  yourAddress: 0,
  serverAddress: 0,
  relayAddress: 0,
  hardwareAddress: Uint8Array.fromHex("525400123456"),
  serverName: empty,
  file: empty,
};

/** The octets of hexadecimal text, blanks left out. */
export function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

/** A datagram with `options` behind its header, and fields of it overwritten: `{ at: octets }`. */
export function datagramOf(options: string, fields: Readonly<Record<number, string>> = {}): Uint8Array {
  const tail = hex(options);
  const octets = new Uint8Array(dhcp4Limits.headerOctets + tail.length);
  octets.set(hex("01010600 01020304 00058000"));
  octets.set(sampleHeader.hardwareAddress, 28);
  octets.set(hex("63825363"), 236);
  octets.set(tail, dhcp4Limits.headerOctets);
  for (const [at, field] of Object.entries(fields)) octets.set(hex(field), Number(at));
  return octets;
}
